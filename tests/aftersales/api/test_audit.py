from datetime import timedelta

import pytest

from aftersales.models import CaseEvent, Deadline
from aftersales.services.sweep import sweep_deadlines
from tests.api_client import ApiClient
from tests.factories import make_case, make_shop
from tests.forgery import alter
from tests.instants import AT


@pytest.fixture
def audit(lead) -> ApiClient:
    return ApiClient(lead)


@pytest.fixture
def breached(shop):
    """Three cases, three days apart, whose clocks nobody stopped."""
    cases = []
    for number in range(1, 4):
        asked_at = AT - timedelta(days=3 * number)
        cases.append(make_case(shop, requested_at=asked_at, facts=[("platform.address_requested", asked_at, {})]))
    sweep_deadlines(now=AT)
    return cases


def test_breaches_newest_first_in_pages(audit, breached):
    total = Deadline.objects.filter(outcome="breached").count()
    found, cursor = [], ""
    while True:
        page = audit.get("audit/breaches", limit=1, cursor=cursor).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(found) == total >= 3
    moments = [row["breached_at"] for row in found]
    assert moments == sorted(moments, reverse=True)
    assert all(row["breached_at"] == row["due_at"] for row in found)


def test_breaches_from_to(audit, breached):
    rows = audit.get("audit/breaches").json()["items"]
    middle = rows[1]["breached_at"]
    since = {row["id"] for row in audit.get("audit/breaches", **{"from": middle}).json()["items"]}
    until = {row["id"] for row in audit.get("audit/breaches", to=middle).json()["items"]}
    assert rows[1]["id"] in since - until
    assert since | until == {row["id"] for row in rows}


@pytest.mark.parametrize("group_by", ["rule", "shop", "owner", "cause", "week"])
def test_breaches_grouped(audit, breached, group_by):
    said = audit.get("audit/breaches", group_by=group_by, limit=1).json()
    total = Deadline.objects.filter(outcome="breached").count()
    assert sum(group["count"] for group in said["groups"]) == total
    money = sum(float(row["amount_at_risk"]) for row in audit.get("audit/breaches").json()["items"])
    assert sum(float(group["money"]) for group in said["groups"]) == pytest.approx(money)


def test_breaches_of_other_shops_are_not_counted(audit, breached):
    asked_at = AT - timedelta(days=9)
    make_case(make_shop(), requested_at=asked_at, facts=[("platform.address_requested", asked_at, {})])
    sweep_deadlines(now=AT)
    total = Deadline.objects.filter(outcome="breached", case__shop=breached[0].shop).count()
    said = audit.get("audit/breaches", group_by="shop").json()
    assert [(group["key"], group["count"]) for group in said["groups"]] == [(breached[0].shop.code, total)]


def test_ledger_intact(audit, owner, case):
    for said in (audit.get("audit/ledger/verify").json(), owner.get("audit/ledger/verify", case=case.ref).json()):
        assert said == {"is_intact": True, "checked_events": CaseEvent.objects.count(), "broken": ""}


def test_ledger_altered(audit, case):
    alter(case.events.get(seq=1), data={"amount": "1"})
    said = audit.get("audit/ledger/verify", case=case.ref).json()
    assert not said["is_intact"]
    assert case.ref in said["broken"]


def test_ledger_too_long_for_one_call(audit, case, monkeypatch):
    monkeypatch.setattr("aftersales.api.audit.VERIFIED_AT_ONCE", 0)
    assert audit.get("audit/ledger/verify").json()["error"] == "ledger_too_long"
    assert audit.get("audit/ledger/verify", case=case.ref).status_code == 200
