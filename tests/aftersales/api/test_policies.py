import json

import pytest
from django.conf import settings
from django.utils.translation import override

from aftersales.enums import EventType
from aftersales.models import PolicyVersion
from aftersales.selectors.policies import rule_book
from tests.api_client import ApiClient
from tests.factories import learn

TOML = (settings.POLICIES_DIR / "pinduoduo.toml").read_text()
LATER = (
    TOML.replace('version = "2024.06"', 'version = "2026.04"')
    .replace("2024-06-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00")
    .replace('hours = 48\nstarts_on = ["platform.ticket', 'hours = 36\nstarts_on = ["platform.ticket')
)


@pytest.fixture
def lead_client(lead) -> ApiClient:
    return ApiClient(lead, headers={"Accept-Language": "en"})


def load(client, toml=LATER, **values):
    return client.post("policies", {"toml": toml, **values})


def test_policies_tell_every_pack(owner):
    packs = owner.get("policies").json()
    assert [pack["platform"] for pack in packs] == sorted(path.stem for path in settings.POLICIES_DIR.glob("*.toml"))
    assert all(pack["is_current"] for pack in packs)
    assert packs[0]["content"]["deadline"]
    assert (packs[0]["name"], packs[0]["loaded_by"], packs[0]["clocks"]) == ("抖音", "", 0)


def test_policies_mark_the_version_that_holds(owner):
    now = PolicyVersion.objects.get(platform="pinduoduo")
    later = {"version": "2099.01", "effective_from": "2099-01-01T00:00:00+08:00"}
    PolicyVersion.objects.create(
        platform="pinduoduo", content={**now.content, **later}, sha256="0" * 64, loaded_at=now.loaded_at, **later
    )
    packs = [pack for pack in owner.get("policies").json() if pack["platform"] == "pinduoduo"]
    assert [(pack["version"], pack["is_current"]) for pack in packs] == [(now.version, True), ("2099.01", False)]
    assert json.dumps(packs[0]["content"])


def test_one_version_tells_what_it_changed(owner, lead_client):
    load(lead_client)
    detail = owner.get("policies/pinduoduo/2026.04").json()
    assert (detail["follows"], detail["yields_to"]) == ("2024.06", "")
    assert "deadline.ticket_evidence.hours" in {change["place"] for change in detail["changes"]}
    first = owner.get("policies/pinduoduo/2024.06").json()
    assert (first["yields_to"], first["changes"]) == ("2026.04", [])


@pytest.mark.parametrize("address", ["policies/pinduoduo/1999", "policies/weidian/2024.06"])
def test_version_that_is_not_there(owner, address):
    answer = owner.get(address)
    assert (answer.status_code, answer.json()["error"]) == (404, "version_not_found")


def test_lead_loads_a_version(lead_client, lead):
    answer = load(lead_client)
    told = answer.json()
    assert answer.status_code == 201
    assert (told["outcome"], told["is_loaded"], told["follows"], told["clocks_since"]) == ("loaded", True, "2024.06", 0)
    assert told["effective_from"] == "2026-04-01T00:00:00+08:00"
    (hours,) = (change for change in told["changes"] if change["place"] == "deadline.ticket_evidence.hours")
    assert (hours["kind"], hours["old"], hours["new"]) == ("changed", "48 h", "36 h")
    assert hours["text"].endswith("48 h → 36 h")
    assert PolicyVersion.objects.get(version="2026.04").loaded_by == lead
    assert rule_book("pinduoduo").newest.rule("ticket_evidence").hours == 36


def test_dry_run_compares_and_loads_nothing(lead_client):
    answer = load(lead_client, dry_run=True)
    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["is_loaded"]) == ("loaded", False)
    assert answer.json()["changes"]
    assert not PolicyVersion.objects.filter(version="2026.04").exists()


def test_same_version_again_is_unchanged(lead_client):
    load(lead_client)
    again = load(lead_client)
    assert (again.status_code, again.json()["outcome"], again.json()["is_loaded"]) == (200, "unchanged", False)


def test_repeated_call_gives_the_first_answer(lead_client):
    first, again = (lead_client.post("policies", {"toml": LATER}, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, again.status_code) == (201, 201)


def test_agents_do_not_load(owner, reader, lead):
    assert load(owner).json()["error"] == "lead_only"
    assert load(reader).json()["error"] == "read_only"
    assert load(ApiClient(lead, is_read_only=True)).status_code == 403
    assert not PolicyVersion.objects.filter(version="2026.04").exists()


def test_faults_are_told_by_their_place(lead_client):
    answer = load(lead_client, LATER.replace("hours = 168", "hours = 0").replace('money = "none"', 'money = "some"'))
    told = answer.json()
    assert (answer.status_code, told["error"]) == (422, "policy_refused")
    assert "rapid_refund_window" in told["fields"]["deadline.7.hours"]
    assert "return_gate" in told["fields"]["deadline.5.consequence.money"]


@pytest.mark.parametrize("toml", ["", "x", "a = [", "a = " + "[" * 5000])
def test_what_is_no_pack_is_refused(lead_client, toml):
    answer = load(lead_client, toml)
    assert (answer.status_code, answer.json()["error"]) == (422, "policy_refused")
    assert answer.json()["fields"]


def test_too_large_a_pack_is_refused(lead_client):
    assert load(lead_client, "#" * 300_000).status_code == 422


def test_version_in_use_is_refused(lead_client, case, agent):
    learn(case, EventType.TICKET_OPENED, agent)
    answer = load(lead_client, TOML.replace("hours = 168", "hours = 100"))
    assert (answer.status_code, answer.json()["error"]) == (422, "version_in_use")
    with override("en"):
        assert answer.json()["fields"] == {"version": "In use: raise the version."}
