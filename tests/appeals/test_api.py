"""The calls of the HTTP API: the same services, told in JSON."""

import hashlib
import uuid
from datetime import timedelta

import pytest
import time_machine

from appeals.models import Appeal, Packet
from appeals.services.drafts import open_appeal
from appeals.services.filing import submit_appeal
from appeals.tasks import build_packet
from tests.api_client import ApiClient
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def api(agent):
    return ApiClient(agent)


def patch(api: ApiClient, path: str, body):
    return api.client.patch(f"/api/v1/{path}", body, content_type="application/json", headers=api.headers)


def test_appeal_from_opening_to_its_result(api, case):
    opened = api.post("appeals", {"type": "rights", "cases": [case.ref], "ground": "other", "statement": "空包"})
    assert opened.status_code == 201
    appeal = opened.json()
    assert [(item["kind"], item["amount"]) for item in appeal["items"]] == [("liability", None), ("payment", "32.50")]
    assert appeal["window"]["closes_at"] == "2026-03-04T10:00:00+08:00"
    assert [check["code"] for check in appeal["readiness"] if not check["ok"] and not check["is_warning"]] == ["packet"]
    place = f"appeals/{appeal['id']}"

    changed = patch(api, place, {"version": appeal["version"], "items": [{"kind": "payment", "amount": "20.00"}]})
    assert changed.json()["money"] == "20.00"

    asked = api.post(f"{place}/packets", {})
    assert (asked.status_code, asked.json()["state"], asked.json()["file"]) == (202, "queued", "")
    build_packet(asked.json()["id"])
    packet = api.get(f"packets/{asked.json()['id']}").json()
    assert (packet["state"], packet["percent"]) == ("done", 100)
    file = api.client.get(packet["file"], headers=api.headers)
    content = b"".join(file.streaming_content)
    assert hashlib.sha256(content).hexdigest() == packet["sha256"]
    assert len(content) == packet["byte_size"]

    assert api.get(place).json()["is_ready"]
    submitted = api.post(f"{place}/submit", {"version": changed.json()["version"], "platform_appeal_no": "SS-9"})
    assert submitted.status_code == 200
    assert (submitted.json()["state"], submitted.json()["packet"]["sha256"]) == ("submitted", packet["sha256"])

    decided = api.post(f"{place}/outcome", {"items": [{"kind": "payment", "outcome": "won", "amount_won": "20"}]})
    assert (decided.json()["state"], decided.json()["won_money"]) == ("won", "20.00")
    assert Appeal.objects.get().platform_appeal_no == "SS-9"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "type"),
        ({"type": "rights", "cases": []}, "cases"),
        ({"type": "wishful"}, "type"),
        ({"ground": "invented"}, "ground"),
        ({"items": [{"kind": "payment", "amount": "32.51"}]}, "amount_payment"),
        ({"items": [{"kind": "payment", "amount": "0"}]}, "amount_payment"),
        ({"items": [{"kind": "payment", "amount": "1.001"}]}, "items.0.amount"),
        ({"items": [{"kind": "dinner"}]}, "items.0.kind"),
        ({"statement": "字" * 5001}, "statement"),
    ],
)
def test_open_with_a_fault_is_422_and_opens_nothing(api, case, body, field):
    whole = {"type": "rights", "cases": [case.ref], **body} if body else {}
    answer = api.post("appeals", whole)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Appeal.objects.exists()


def test_open_for_two_cases_is_422(api, case, shop, agent):
    other = make_refunded_case(shop, agent)
    answer = api.post("appeals", {"type": "rights", "cases": [case.ref, other.ref]})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["cases"])


def test_open_twice_is_409(api, case):
    body = {"type": "rights", "cases": [case.ref]}
    assert api.post("appeals", body).status_code == 201
    answer = api.post("appeals", body)
    assert (answer.status_code, answer.json()["error"]) == (409, "appeal_exists")


def test_open_with_a_key_again_gives_the_first_answer(api, case):
    body = {"type": "rights", "cases": [case.ref]}
    first = api.post("appeals", body, **{"Idempotency-Key": "k1"})
    second = api.post("appeals", body, **{"Idempotency-Key": "k1"})
    assert (second.status_code, second.json()) == (201, first.json())
    assert Appeal.objects.count() == 1


def test_open_after_the_window_is_409_with_the_reason(api, case):
    with time_machine.travel(AT + timedelta(hours=48, microseconds=1), tick=False):
        answer = api.post("appeals", {"type": "rights", "cases": [case.ref]})
    assert (answer.status_code, answer.json()["error"]) == (409, "cannot_appeal")
    assert "2026-03-04 10:00:00" in answer.json()["message"]


def test_submit_that_is_not_ready_is_409_with_every_reason(api, case):
    place = f"appeals/{api.post('appeals', {'type': 'rights', 'cases': [case.ref]}).json()['id']}"
    answer = api.post(f"{place}/submit", {})
    assert (answer.status_code, answer.json()["error"]) == (409, "not_ready")
    assert list(answer.json()["fields"]) == ["ground", "statement", "packet"]


def test_patch_of_an_old_version_is_409(api, draft):
    answer = patch(api, f"appeals/{draft.number}", {"version": draft.version - 1, "statement": "旧"})
    assert (answer.status_code, answer.json()["error"]) == (409, "stale_version")


def test_patch_of_a_submitted_appeal_is_409(api, ready, agent):
    submit_appeal(appeal=ready, by=agent, now=LATER)
    answer = patch(api, f"appeals/{ready.pk}", {"statement": "晚了"})
    assert (answer.status_code, answer.json()["error"]) == (409, "appeal_frozen")


def test_patch_orders_the_pieces(api, draft, add_file):
    other = add_file(draft.case, "goods_photo")
    chat = draft.pieces.get().item
    pieces = [{"item": str(other.pk), "caption": "空包"}, {"item": str(chat.pk)}]
    answer = patch(api, f"appeals/{draft.pk}", {"pieces": pieces})
    assert [(piece["item"], piece["caption"]) for piece in answer.json()["pieces"]] == [
        (str(other.pk), "空包"),
        (str(chat.pk), ""),
    ]


def test_withdraw_of_a_submitted_appeal_needs_a_lead(api, ready, agent, lead):
    submit_appeal(appeal=ready, by=agent, now=LATER)
    answer = api.post(f"appeals/{ready.pk}/withdraw", {"reason": "和解"})
    assert (answer.status_code, answer.json()["error"]) == (403, "lead_only")
    assert ApiClient(lead).post(f"appeals/{ready.pk}/withdraw", {}).json()["state"] == "withdrawn"


@pytest.mark.parametrize("who", ["stranger", "narrow"])
def test_appeal_of_another_shop_is_404(who, ready, agent):
    elsewhere = make_shop()
    if who == "stranger":
        api = ApiClient(make_agent(elsewhere))
    else:
        agent.shops.add(elsewhere)
        api = ApiClient(agent, elsewhere)
    packet = ready.packets.get()
    place = f"appeals/{ready.pk}"
    assert api.get(place).status_code == 404
    assert patch(api, place, {"statement": "别家"}).status_code == 404
    for call in ("submit", "outcome", "withdraw", "packets"):
        assert api.post(f"{place}/{call}", {}).status_code == 404
    assert api.get(f"packets/{packet.pk}").status_code == 404
    assert api.get(f"packets/{packet.pk}/file").status_code == 404
    assert api.get("appeals").json()["items"] == []
    assert api.post("appeals", {"type": "rights", "cases": [ready.case.ref]}).status_code == 404


def test_calls_need_a_token(ready):
    assert ApiClient().get(f"appeals/{ready.pk}").status_code == 401


def test_read_only_token_reads(ready, agent):
    api = ApiClient(agent, is_read_only=True)
    assert api.get(f"appeals/{ready.pk}").status_code == 200
    answer = api.post(f"appeals/{ready.pk}/submit", {})
    assert (answer.status_code, answer.json()["error"]) == (403, "read_only")


def test_list_pages_and_filters(api, shop, agent):
    cases = [make_refunded_case(shop, agent) for _ in range(3)]
    appeals = [open_appeal(case=case, type="rights", by=agent, now=AT) for case in cases]
    first = api.get("appeals", limit=2).json()
    rest = api.get("appeals", limit=2, cursor=first["next_cursor"]).json()
    listed = [item["id"] for item in first["items"] + rest["items"]]
    assert sorted(listed) == sorted(str(appeal.pk) for appeal in appeals)
    assert rest["next_cursor"] == ""
    assert [item["case"] for item in api.get("appeals", case=cases[1].ref).json()["items"]] == [cases[1].ref]
    assert api.get("appeals", state="won").json()["items"] == []
    assert len(api.get("appeals", shop=shop.code, type="rights").json()["items"]) == 3
    assert api.get("appeals", state="unheard").status_code == 422


@pytest.mark.parametrize("ref", ["A-00000000", "nonsense", str(uuid.UUID(int=0)), "%00"])
def test_unknown_appeal_is_404(api, draft, ref):
    assert api.get(f"appeals/{ref}").status_code == 404


def test_packet_of_an_unknown_profile_is_422(api, draft):
    assert api.post(f"appeals/{draft.pk}/packets", {"profile": "papyrus"}).status_code == 422
    assert not Packet.objects.exists()


def test_file_that_is_not_built_is_404(api, draft):
    packet = api.post(f"appeals/{draft.pk}/packets", {}).json()
    answer = api.get(f"packets/{packet['id']}/file")
    assert (answer.status_code, answer.json()["error"]) == (404, "packet_file_missing")
