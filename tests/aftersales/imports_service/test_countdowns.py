"""Reported countdowns in the ledger: several at once, ended ones, and none of a case that is closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aftersales.enums import EventType
from aftersales.models import CaseEvent, Deadline
from tests.aftersales.imports.shapes import KUAISHOU, PDD_DETAIL, TIKTOK
from tests.aftersales.imports_service.records import countdowns, counts, story, taobao, the_case
from tests.factories import learn, make_agent, make_shop
from tests.instants import AT, SHANGHAI

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
RETURN, PACKAGE = "SELLER_RESPOND_RETURN", "SELLER_RESPOND_RECEIVE_PACKAGE"


def tiktok(updated: datetime, **actions: datetime) -> dict[str, Any]:
    entries = [{"action": name, "deadline": int(end.timestamp())} for name, end in actions.items()]
    return {
        **TIKTOK,
        "create_time": int((AT - 10 * HOUR).timestamp()),
        "update_time": int(updated.timestamp()),
        "seller_next_action_response": entries,
    }


def test_several_actions_run_side_by_side_and_the_earliest_leads(bring):
    shop = make_shop("tiktok")
    both = {RETURN: AT + 20 * HOUR, PACKAGE: AT + 5 * HOUR}
    assert counts(bring(shop, tiktok(AT - HOUR, **both), now=AT)) == {"created": 1}
    case = the_case(shop)
    assert sorted(countdowns(case)) == [(PACKAGE, "running"), (RETURN, "running")]
    assert (case.waiting_for, case.next_due_at) == ("merchant", AT + 5 * HOUR)


def test_action_that_the_platform_names_no_longer_is_over(bring):
    """The status stays the same while one of its two actions is done."""
    shop = make_shop("tiktok")
    bring(shop, tiktok(AT - HOUR, **{RETURN: AT + 20 * HOUR, PACKAGE: AT + 5 * HOUR}), now=AT)
    done = tiktok(AT + HOUR, **{RETURN: AT + 20 * HOUR})
    assert counts(bring(shop, done, now=AT + 2 * HOUR)) == {"updated": 1}
    case = the_case(shop)
    assert case.next_due_at == AT + 20 * HOUR
    assert sorted(countdowns(case)) == [(PACKAGE, "met"), (RETURN, "met"), (RETURN, "running")]
    assert counts(bring(shop, done, now=AT + 3 * HOUR)) == {"unchanged": 1}


def test_countdown_that_the_platform_took_away_ends(bring):
    shop = make_shop("tmall")
    bring(shop, taobao(), now=AT - HOUR)
    gone = taobao(modified="23:00:00", refund_remind_timeout={"exist_timeout": False, "timeout": ""})
    assert counts(bring(shop, gone, now=AT)) == {"updated": 1}
    assert countdowns(the_case(shop)) == [("WAIT_SELLER_AGREE", "met")]
    assert the_case(shop).next_due_at is None
    assert counts(bring(shop, gone, now=AT)) == {"unchanged": 1}


def test_countdown_stays_where_a_file_has_no_place_for_one(bring):
    shop = make_shop("tmall")
    bring(shop, taobao(), now=AT - HOUR)
    silent = {key: value for key, value in taobao(modified="23:00:00").items() if key != "refund_remind_timeout"}
    bring(shop, silent, now=AT)
    assert countdowns(the_case(shop)) == [("WAIT_SELLER_AGREE", "running")]


def test_countdown_that_a_person_noted_is_not_the_files_to_end(bring):
    shop = make_shop("tmall")
    empty = taobao(refund_remind_timeout={"exist_timeout": False})
    bring(shop, empty, now=AT - HOUR)
    learn(the_case(shop), EventType.PLATFORM_COUNTDOWN, make_agent(shop), due_at=(AT + HOUR).isoformat())
    assert counts(bring(shop, empty, now=AT)) == {"unchanged": 1}
    assert countdowns(the_case(shop)) == [("", "running")]


@pytest.mark.parametrize(
    ("platform", "record"),
    [
        ("pinduoduo", {**PDD_DETAIL, "after_sales_status": 10, "updated_time": "2022-07-22 10:00:00"}),
        ("kuaishou", {**KUAISHOU, "status": 70, "endTime": 1719900000000}),
        ("tmall", taobao("SUCCESS", refund_remind_timeout={"exist_timeout": True, "timeout": "2026-03-01 10:00:00"})),
    ],
)
def test_past_countdown_of_a_closed_case_raises_no_alarm(platform, record, bring):
    shop = make_shop(platform)
    assert counts(bring(shop, record, now=AT + 30 * HOUR)) == {"created": 1}
    case = the_case(shop)
    assert not case.is_open
    assert not Deadline.objects.filter(case=case, rule="platform_countdown").exists()
    assert (case.next_due_at, case.has_breach) == (None, False)
    assert "deadline.breached" not in story(case)


def test_past_countdown_of_an_open_case_is_late(bring):
    """The counter-proof: the same end on an open case is a breach."""
    shop = make_shop("tmall")
    late = taobao(refund_remind_timeout={"exist_timeout": True, "timeout": "2026-03-01 10:00:00"})
    bring(shop, late, now=AT + 30 * HOUR)
    case = the_case(shop)
    assert (case.has_breach, case.next_due_at) == (True, datetime(2026, 3, 1, 10, tzinfo=SHANGHAI))


def test_proof_that_a_refund_was_rapid_may_come_later(bring):
    """PD-22: that a refund was rapid is learnt later; its window starts at the refund all the same."""
    shop = make_shop("pinduoduo")
    ended = {**PDD_DETAIL, "after_sales_status": 10, "recreated_at": "2026-03-01 08:00:00", "expire_time": ""}
    first = "2026-03-01 09:00:00"
    bring(shop, {**ended, "updated_time": first}, now=AT)
    assert not Deadline.objects.filter(rule="rapid_refund_window").exists()
    later = {**ended, "updated_time": "2026-03-01 11:00:00", "speed_refund_status": 3}
    assert counts(bring(shop, later, now=AT)) == {"updated": 1}
    refunded_at = datetime.fromisoformat(first).replace(tzinfo=SHANGHAI)
    window = Deadline.objects.get(rule="rapid_refund_window")
    assert (window.started_at, window.due_at) == (refunded_at, refunded_at + timedelta(days=7))
    assert CaseEvent.objects.filter(type=EventType.REFUND_SUCCEEDED).count() == 2
    assert counts(bring(shop, later, now=AT)) == {"unchanged": 1}
