"""Who may call what: the owner, a colleague of the same shop, a stranger, a read-only token, no token."""

from datetime import timedelta

import pytest

from aftersales.models import ApiToken, CaseEvent
from tests.api_client import ApiClient
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT

AT_TEXT = AT.isoformat()
READS = ["cases", "policies"]
CASE_READS = ["cases/{ref}", "cases/{ref}/timeline", "audit/ledger/verify?case={ref}"]
CASE_WRITES = {
    "cases/{ref}/transitions": {"name": "ask_proof", "version": 1, "data": {"shows": "破损照片"}},
    "cases/{ref}/events": {"type": "buyer.contacted", "at": AT_TEXT},
    "cases/{ref}/assign": {"user": None},
}


@pytest.mark.parametrize("path", [*READS, *CASE_READS])
def test_read_owner_and_colleague(owner, colleague, reader, case, path):
    for client in (owner, colleague, reader):
        assert client.get(path.format(ref=case.ref)).status_code == 200


@pytest.mark.parametrize("path", CASE_WRITES)
@pytest.mark.parametrize("who", ["owner", "colleague"])
def test_write_owner_and_colleague(request, case, path, who):
    answer = request.getfixturevalue(who).post(path.format(ref=case.ref), CASE_WRITES[path])
    assert answer.status_code in (200, 201), answer.content


@pytest.mark.parametrize("path", CASE_READS)
def test_read_stranger_finds_nothing(stranger, case, path):
    answer = stranger.get(path.format(ref=case.ref))
    assert answer.status_code == 404
    assert answer.json()["error"] == "case_not_found"


@pytest.mark.parametrize("path", CASE_WRITES)
def test_write_stranger_finds_nothing(stranger, case, path):
    events = CaseEvent.objects.count()
    assert stranger.post(path.format(ref=case.ref), CASE_WRITES[path]).status_code == 404
    assert CaseEvent.objects.count() == events


@pytest.mark.parametrize("path", CASE_WRITES)
def test_write_read_only_token_refused(reader, case, path):
    answer = reader.post(path.format(ref=case.ref), CASE_WRITES[path])
    assert answer.status_code == 403
    assert answer.json()["error"] == "read_only"


@pytest.mark.parametrize("path", [*READS, *CASE_READS, "audit/breaches"])
def test_read_no_token(nobody, case, path):
    answer = nobody.get(path.format(ref=case.ref))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"] == "unauthenticated"


@pytest.mark.parametrize("path", ["cases", *CASE_WRITES])
def test_write_no_token(nobody, case, path):
    assert nobody.post(path.format(ref=case.ref), {}).status_code == 401


def test_session_is_no_token(agent, case):
    """A browser that is logged in gives a page no way to call the API in its name."""
    client = ApiClient()
    client.client.force_login(agent)
    assert client.get(f"cases/{case.ref}").status_code == 401


@pytest.mark.parametrize("key", ["", "desk_wrong", "令牌", "x" * 5000])
def test_token_unknown(case, key):
    assert ApiClient(headers={"Authorization": f"Bearer {key}"}).get("cases").status_code == 401


def test_token_other_scheme(owner):
    key = owner.headers["Authorization"].removeprefix("Bearer ")
    assert ApiClient(headers={"Authorization": f"Basic {key}"}).get("cases").status_code == 401


def test_token_revoked(owner):
    ApiToken.objects.filter(pk=owner.token.pk).update(revoked_at=AT)
    assert owner.get("cases").status_code == 401


def test_token_of_closed_account(owner, agent):
    agent.is_active = False
    agent.save()
    assert owner.get("cases").status_code == 401


def test_token_narrowed_to_one_shop(agent, shop, case):
    other = make_shop()
    agent.shops.add(other)
    elsewhere = make_case(other)
    narrow = ApiClient(agent, shop)
    assert [item["ref"] for item in narrow.get("cases").json()["items"]] == [case.ref]
    assert narrow.get(f"cases/{elsewhere.ref}").status_code == 404
    assert ApiClient(agent).get(f"cases/{elsewhere.ref}").status_code == 200


def test_token_narrowed_cannot_open_elsewhere(agent, shop):
    other = make_shop()
    agent.shops.add(other)
    body = {"shop": other.code, "platform_case_no": "1", "order_no": "1", "kind": "in_transit", "requested_at": AT_TEXT}
    assert ApiClient(agent, shop).post("cases", body).status_code == 404
    assert ApiClient(agent).post("cases", body).status_code == 201


def test_token_use_noted_once_a_minute(owner, time_machine):
    for seconds, noted in [(0, 0), (59, 0), (60, 60), (61, 60)]:
        time_machine.move_to(AT + timedelta(seconds=seconds), tick=False)
        assert owner.get("cases").status_code == 200
        owner.token.refresh_from_db()
        assert owner.token.last_used_at == AT + timedelta(seconds=noted)


@pytest.mark.parametrize("path", ["audit/breaches", "audit/ledger/verify"])
def test_audit_is_for_leads(owner, lead, path):
    answer = owner.get(path)
    assert answer.status_code == 403
    assert answer.json()["error"] == "lead_only"
    assert ApiClient(lead).get(path).status_code == 200


def test_agent_without_shops_sees_nothing(case):
    assert ApiClient(make_agent()).get("cases").json() == {"items": [], "next_cursor": ""}
