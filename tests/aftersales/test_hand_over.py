"""A hand-over: the case is transferred, and the one that follows it carries on with its facts and running clocks."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind, Outcome, State
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from tests.factories import SCANNED, learn, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
DUE = AT + 24 * HOUR
WRONG = {"tracking_no": "YT0000000000001", "courier": "圆通", "is_wrong": True}


@pytest.fixture
def case(shop, agent):
    """Asked before the parcel left; the platform counts down to DUE."""
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED, refund_amount=10, facts=[SCANNED])
    return learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=DUE.isoformat())


def test_hand_over_opens_the_following_case(case, agent):
    following = take(case, "transfer_to_intercept", agent)
    before = Case.objects.get(pk=case.pk)
    assert (before.state, before.closed_at, before.next_due_at) == (State.TRANSFERRED, AT, None)
    assert (following.kind, following.state, following.follows_id) == (Kind.IN_TRANSIT, State.PENDING, case.pk)
    same = ("shop_id", "order_id", "platform_case_no", "requested_at", "refund_amount", "first_reason", "assignee_id")
    assert [getattr(following, name) for name in same] == [getattr(before, name) for name in same]
    verify()


def test_facts_come_along_and_say_from_where(case, agent):
    learn(case, EventType.BUYER_CONTACTED, agent, note="已电话联系")
    learn(case, EventType.CASE_NOTED, agent, note="留在原单")
    following = take(case, "transfer_to_intercept", agent)
    events = list(CaseEvent.objects.filter(case=following).order_by("seq"))
    assert {event.type for event in events} == {
        EventType.REFUND_REQUESTED, EventType.BUYER_CONTACTED, EventType.PLATFORM_COUNTDOWN,
        EventType.SHIPMENT_SCANNED,
    }  # fmt: skip
    assert all(event.data["from_case"] == case.ref for event in events)
    assert events[0].at == case.requested_at


def test_platforms_countdown_goes_on_in_the_following_case(case, agent):
    """The platform knows nothing of our hand-over: its deadline neither ends nor is lost."""
    following = take(case, "transfer_to_intercept", agent, at=AT + HOUR)
    assert case.deadlines.get().outcome == Outcome.CANCELLED
    row = following.deadlines.get()
    assert (row.rule, row.started_at, row.due_at, row.outcome) == ("platform_countdown", AT, DUE, Outcome.RUNNING)
    assert following.next_due_at == DUE
    sweep_deadlines(now=DUE + HOUR)
    assert CaseEvent.objects.filter(type=EventType.DEADLINE_BREACHED).count() == 1


def test_countdown_that_had_ended_does_not_start_again(case, agent):
    learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT + HOUR, due_at=(AT + 2 * HOUR).isoformat(), subject="二次")
    take(case, "platform_step_in", agent, at=AT + 3 * HOUR)
    other = take(case, "platform_decide", agent, at=AT + 3 * HOUR, ruling="rejected", liable="buyer")
    following = take(
        take(other, "buyer_reopen", agent, at=AT + 4 * HOUR), "transfer_to_intercept", agent, at=AT + 5 * HOUR
    )
    assert following.deadlines.count() == 0
    assert following.next_due_at is None


def test_running_duty_goes_on_with_its_start(shop, agent):
    """PD-44: the wrong number was uploaded before the hand-over, and is still wrong after it."""
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED)
    learn(case, EventType.TRACKING_UPLOADED, agent, at=AT, **WRONG)
    following = take(case, "transfer_to_intercept", agent, at=AT + 10 * HOUR)
    row = following.deadlines.get()
    assert (row.rule, row.started_at, row.outcome) == ("tracking_correction", AT, Outcome.RUNNING)


@pytest.mark.parametrize("ending", ["missed", "met"])
def test_ended_duty_is_not_counted_twice(shop, agent, ending):
    """PD-44: what was missed or met before the hand-over belongs to the case before."""
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED)
    learn(case, EventType.TRACKING_UPLOADED, agent, at=AT, **WRONG)
    if ending == "met":
        learn(case, EventType.TRACKING_CORRECTED, agent, at=AT + HOUR, tracking_no="YT1111111111111")
    following = take(case, "transfer_to_intercept", agent, at=AT + 30 * HOUR)
    assert following.deadlines.count() == 0
    assert not following.has_breach
    assert case.deadlines.get().outcome == (Outcome.MET if ending == "met" else Outcome.BREACHED)


def test_fact_that_came_along_is_known_there(case, agent):
    """The same countdown reported again after the hand-over is no second one."""
    following = take(case, "transfer_to_intercept", agent)
    after = learn(following, EventType.PLATFORM_COUNTDOWN, agent, at=AT, now=AT + HOUR, due_at=DUE.isoformat())
    assert after.ledger_seq == following.ledger_seq


def test_delivered_parcel_goes_on_as_a_return_dispute(agent):
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    take(case, "order_intercept", agent)
    learn(case, EventType.OUT_FOR_DELIVERY, agent)
    learn(case, EventType.SHIPMENT_SIGNED, agent)
    following = take(case, "record_delivery", agent)
    assert (following.kind, following.state) == (Kind.RETURN_DISPUTE, State.PENDING)
    types = set(following.events.values_list("type", flat=True))
    assert {EventType.OUT_FOR_DELIVERY, EventType.SHIPMENT_SIGNED} <= types
    assert EventType.INTERCEPT_ORDERED not in types


def test_case_number_stays_with_the_case_that_follows(case, agent, shop):
    """One shop, one case of a number that is not past; those that handed over keep their number."""
    following = take(case, "transfer_to_intercept", agent)
    numbers = Case.objects.filter(shop=shop, platform_case_no=case.platform_case_no)
    assert list(numbers.exclude(state=State.TRANSFERRED)) == [Case.objects.get(pk=following.pk)]
