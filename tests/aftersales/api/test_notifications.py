from datetime import timedelta

import pytest

from aftersales.enums import EventType
from aftersales.models import Notification
from aftersales.services.reminders import remind
from tests.api_client import ApiClient
from tests.factories import learn, make_case, make_lead, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
NOW = AT + 47 * HOUR


@pytest.fixture
def told(shop, lead):
    """Three unassigned cases, of which the lead was told."""
    cases = [learn(make_case(shop, lead), EventType.TICKET_OPENED, lead) for _each in range(3)]
    remind(now=NOW)
    return cases


@pytest.fixture
def leads(lead) -> ApiClient:
    return ApiClient(lead)


def test_unseen_newest_first_in_pages(leads, told):
    found, cursor = [], ""
    while True:
        page = leads.get("notifications", limit=2, cursor=cursor).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert {row["case"] for row in found} == {case.ref for case in told}
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), reverse=True)
    assert found[0] == {
        "id": found[0]["id"],
        "case": found[0]["case"],
        "shop": told[0].shop.code,
        "rule": "ticket_evidence",
        "tells": "warning",
        "due_at": "2026-03-04T10:00:00+08:00",
        "created_at": NOW.isoformat(),
        "seen_at": None,
    }


def test_seen_ones_are_another_list(leads, told):
    first, second, _third = (row["id"] for row in leads.get("notifications").json()["items"])
    assert leads.post("notifications/seen", {"ids": [first, second]}).json() == {"seen": 2}
    assert leads.post("notifications/seen", {"ids": [first, second]}).json() == {"seen": 0}
    assert len(leads.get("notifications").json()["items"]) == 1
    assert [row["id"] for row in leads.get("notifications", seen=True).json()["items"]] == [first, second]
    assert leads.post("notifications/seen", {}).json() == {"seen": 1}


def test_other_people_neither_read_nor_mark_them(owner, stranger, told):
    ids = list(Notification.objects.values_list("pk", flat=True))
    for other in (owner, stranger):
        assert other.get("notifications").json()["items"] == []
        assert other.post("notifications/seen", {"ids": ids}).json() == {"seen": 0}


def test_token_of_one_shop_sees_that_shop_alone(shop, told):
    other_shop = make_shop()
    person = make_lead(shop, other_shop)
    learn(make_case(shop), EventType.TICKET_OPENED, person, at=AT)
    remind(now=NOW)
    assert len(ApiClient(person).get("notifications").json()["items"]) == 1
    assert ApiClient(person, other_shop).get("notifications").json()["items"] == []
    assert ApiClient(person, other_shop).post("notifications/seen", {}).json() == {"seen": 0}


def test_read_only_token_marks_nothing(lead, told):
    reader = ApiClient(lead, is_read_only=True)
    assert reader.post("notifications/seen", {}).status_code == 403
    assert len(reader.get("notifications").json()["items"]) == 3


@pytest.mark.parametrize("ids", [[0], ["x"], [2**63], list(range(1, 502))])
def test_keys_that_cannot_be_are_refused(leads, ids):
    assert leads.post("notifications/seen", {"ids": ids}).status_code == 422
