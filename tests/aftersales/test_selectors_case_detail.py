"""What the case page and the API's case call show."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import EventType, Kind, State
from aftersales.errors import NotFound, TransitionBlocked
from aftersales.models import Case
from aftersales.selectors.case_detail import case_detail, find_case
from aftersales.selectors.timeline import timeline
from aftersales.services.cases import note_visit
from aftersales.services.sweep import sweep_deadlines
from tests.factories import SCANNED, learn, make_agent, make_case, make_refunded_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def case(shop, agent):
    return learn(make_case(shop, agent), EventType.TICKET_OPENED, agent, subject="T-1001")


def detail(case, user, at=AT, **options):
    return case_detail(find_case(case.ref, user=user), user=user, at=at, **options)


def test_case_is_found_by_its_numbers(case, agent, shop):
    refs = [case.ref, case.ref.lower(), f"C-{case.pk}", f"{shop.code}:{case.platform_case_no}"]
    assert {find_case(ref, user=agent).pk for ref in refs} == {case.pk}
    assert type(find_case(case.ref, user=agent)).__name__ == "ReturnDispute"


@pytest.mark.parametrize(
    "ref", ["", "C-", "C-0", "C-x", "C-²", "c-99999999", "C-" + "9" * 30, ":", "x:y", "1", "C-1 OR 1=1", "C-1\x00"]
)
def test_unknown_case_is_not_found(case, agent, ref):
    with pytest.raises(NotFound):
        find_case(ref, user=agent)


def test_strangers_case_is_not_found(case, shop):
    """A stranger does not even learn that it exists."""
    for ref in (case.ref, f"{shop.code}:{case.platform_case_no}"):
        with pytest.raises(NotFound):
            find_case(ref, user=make_agent(make_shop()))


def test_number_of_a_handed_over_case_finds_the_following_one(shop, agent):
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED, facts=[SCANNED])
    following = take(case, "transfer_to_intercept", agent)
    assert find_case(f"{shop.code}:{case.platform_case_no}", user=agent).pk == following.pk
    assert find_case(case.ref, user=agent).pk == case.pk
    (before,), (after,) = detail(following, agent).related, detail(case, agent).related
    assert (before.ref, after.ref) == (case.ref, following.ref)
    assert before.relation_label != after.relation_label


def test_deadline_shows_where_it_comes_from(case, agent):
    """The rule's number, its source, what a breach costs, which version measures it."""
    (row,) = detail(case, agent).deadlines
    assert (row.name, row.rules, row.due_source) == ("工单举证 T-1001", ["PD-46"], "computed")
    assert (row.due_at, row.is_running, row.urgency) == (AT + 48 * HOUR, True, "calm")
    assert row.reference
    assert row.consequence == "平台仅凭买家材料裁定"
    assert (row.policy_version, row.as_of.isoformat(), row.override_note) == ("2024.06", "2024-06-01", "")


def test_overridden_deadline_shows_both_in_beijing_time(case, agent):
    data = {"deadline": "ticket_evidence", "due_at": (AT + HOUR).isoformat()}
    learn(case, EventType.PLATFORM_COUNTDOWN, agent, **data)
    for at in (AT, AT.astimezone(UTC)):
        (row,) = detail(case, agent, at).deadlines
        assert (row.due_at, row.due_source) == (AT + HOUR, "platform")
        assert row.computed_due_at == AT + 48 * HOUR
        assert "03-04 10:00:00" in row.override_note


@pytest.mark.parametrize(
    ("left", "urgency"),
    [(-timedelta(microseconds=1), "overdue"), (0 * HOUR, "urgent"), (2 * HOUR, "urgent"),
     (2 * HOUR + timedelta(microseconds=1), "soon"), (24 * HOUR, "soon"),
     (24 * HOUR + timedelta(microseconds=1), "calm")],
)  # fmt: skip
def test_urgency_changes_exactly(case, agent, left, urgency):
    head = detail(case, agent, at=AT + 48 * HOUR - left).head
    assert (head.urgency, head.due_at, head.deadline_name) == (urgency, AT + 48 * HOUR, "工单举证 T-1001")


def test_head_shows_the_merchants_next_duty(case, agent):
    learn(case, EventType.ADDRESS_REQUESTED, agent)
    data = {"due_at": (AT + HOUR).isoformat(), "party": "buyer"}
    learn(case, EventType.PLATFORM_COUNTDOWN, agent, **data)
    head = detail(case, agent).head
    assert (head.deadline_name, head.due_at, head.money_at_risk) == ("补全退货地址", AT + 24 * HOUR, Decimal("32.50"))
    assert head.next_step == "提供完整退货地址"


def test_head_of_a_refunded_case_shows_its_window(shop, agent):
    head = detail(make_refunded_case(shop, agent), agent).head
    assert (head.deadline_name, head.due_at) == ("维权申诉窗口", AT + 48 * HOUR)


def test_missed_deadline_of_an_open_case_still_runs(case, agent):
    sweep_deadlines(now=AT + 49 * HOUR)
    (row,) = detail(case, agent, at=AT + 49 * HOUR).deadlines
    assert (row.outcome, row.is_running, row.breached_at) == ("breached", True, AT + 48 * HOUR)


def test_actions_say_why_not(case, agent):
    actions = {action.name: action for action in detail(case, agent).actions}
    assert actions["agree_refund"].is_allowed
    assert (actions["reject"].is_allowed, actions["reject"].starts_here) == (False, True)
    assert actions["reject"].code == "buyer_not_contacted"
    assert (actions["confirm_refund"].starts_here, actions["confirm_refund"].code) == (False, "illegal_transition")
    assert all(str(action.reason) for action in actions.values() if not action.is_allowed)
    assert "follow_platform" not in actions
    assert "follow_platform" in {action.name for action in detail(case, agent, source="api").actions}


@pytest.mark.parametrize("kind", Kind.values)
def test_what_is_offered_can_be_taken(shop, agent, kind):
    """Buttons and service agree on every action that needs no words."""
    for action in detail(make_case(shop, agent, kind=kind), agent).actions:
        if not any(field.is_required() for field in action.rule.says.model_fields.values()):
            case = make_case(shop, agent, kind=kind)
            if action.is_allowed:
                take(case, action.name, agent)
            else:
                with pytest.raises(TransitionBlocked) as refusal:
                    take(case, action.name, agent)
                assert refusal.value.error_code == action.code


def test_viewers_are_others_who_looked_just_now(case, agent, shop):
    colleague, earlier = make_agent(shop), make_agent(shop)
    note_visit(case=case, by=agent, now=AT)
    note_visit(case=case, by=colleague, now=AT - timedelta(minutes=5))
    note_visit(case=case, by=earlier, now=AT - timedelta(minutes=5, microseconds=1))
    assert detail(case, agent).viewers == [colleague.display_name]


def test_timeline_is_newest_first_and_marks_what_came_late(case, agent):
    learn(case, EventType.SHIPMENT_SIGNED, agent, at=AT - 30 * HOUR, now=AT, place="演示路网点")
    found = detail(case, agent)
    entries = timeline(found.events, found.book.newest)
    assert [entry.type for entry in entries] == ["platform.ticket_opened", "refund.requested", "shipment.signed"]
    assert entries[-1].is_late
    assert ("地点", "演示路网点") in entries[-1].details
    assert not entries[0].is_late


def test_page_costs_the_same_with_a_short_and_a_long_story(case, agent, shop):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            detail(case, agent)
        counts.append(len(queries))
        for number in range(3):
            make_case(shop, agent, order_no=case.order.platform_order_no)
            learn(case, EventType.TICKET_OPENED, agent, subject=f"T-200{number}")
            learn(case, EventType.SHIPMENT_SCANNED, agent, tracking_no=f"SF000000000000{number}")
            note_visit(case=case, by=make_agent(shop), now=AT)
    assert counts[0] == counts[1]
    assert Case.objects.get(pk=case.pk).state == State.PENDING
