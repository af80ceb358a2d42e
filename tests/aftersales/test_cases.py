"""Opening, assigning and noting cases; facts that change no state."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from aftersales.enums import EventType, Kind, State
from aftersales.errors import Conflict, DeskError, NotAllowed, Unprocessable
from aftersales.models import Case, CaseEvent, CaseVisit, Order
from aftersales.services.cases import assign_case, note_visit
from aftersales.services.facts import record_events, record_fact
from aftersales.services.ledger import EventDraft
from tests.factories import learn, make_agent, make_case, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def case(shop, agent):
    return make_case(shop, agent)


def test_new_case_starts_with_its_request(case, agent):
    event = case.events.get()
    assert (event.type, event.at, event.recorded_at, event.actor) == (
        EventType.REFUND_REQUESTED, AT - HOUR, AT, agent,
    )  # fmt: skip
    assert (event.seq, event.prev_hash, case.ledger_head) == (1, "", event.hash)
    assert (case.state, case.first_reason, case.closed_at) == (State.PENDING, "不想要了", None)


def test_number_is_taken_once_in_a_shop(case, shop, agent):
    with pytest.raises(Conflict) as refusal:
        make_case(shop, agent, platform_case_no=case.platform_case_no)
    assert refusal.value.error_code == "case_exists"
    other = make_shop()
    assert make_case(other, platform_case_no=case.platform_case_no).pk != case.pk


def test_other_faults_of_a_case_are_not_called_a_double(shop):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_case(shop, refund_amount=Decimal(-1))


def test_state_of_another_kind_is_refused(shop, agent):
    with pytest.raises(Unprocessable) as refusal:
        make_case(shop, agent, kind=Kind.NOT_SHIPPED, state=State.INTERCEPTING)
    assert list(refusal.value.fields) == ["state"]
    assert not Case.objects.exists()


def test_request_or_fact_in_the_future_is_refused(shop, agent):
    tick = timedelta(microseconds=1)
    for known in ({"requested_at": AT + tick}, {"facts": [(EventType.SHIPMENT_SIGNED, AT + tick, {})]}):
        with pytest.raises(Unprocessable) as refusal:
            make_case(shop, agent, **known)
        assert refusal.value.error_code == "future"
    assert not Case.objects.exists()


def test_case_of_a_shop_that_is_not_yours_is_refused(shop):
    with pytest.raises(NotAllowed):
        make_case(shop, make_agent(make_shop()))


def test_order_is_made_once_and_filled_where_it_was_empty(shop, agent):
    first = make_case(shop, agent, order_no="A-1", order_amount=None, product="")
    second = make_case(shop, agent, order_no="A-1", order_amount=Decimal("88.00"), product="水杯", buyer="别人")
    order = Order.objects.get(shop=shop, platform_order_no="A-1")
    assert first.order_id == second.order_id == order.pk
    assert (order.amount, order.product, order.buyer) == (Decimal("88.00"), "水杯", "张小明")


def test_assignment_is_an_event_and_said_once(case, agent, shop):
    colleague = make_agent(shop)
    after = assign_case(case=case, to=colleague, by=agent, now=AT)
    again = assign_case(case=case, to=colleague, by=agent, now=AT + HOUR)
    assert (after.assignee, again.version) == (colleague, after.version)
    assert assign_case(case=case, to=None, by=agent, now=AT + HOUR).assignee is None
    events = case.events.filter(type=EventType.CASE_ASSIGNED).order_by("seq")
    assert [event.data for event in events] == [
        {"to": colleague.username, "to_name": colleague.display_name},
        {"to": ""},
    ]


def test_assignment_to_or_by_a_stranger_is_refused(case, agent, shop):
    stranger, gone = make_agent(make_shop()), make_agent(shop, is_active=False)
    for to, by in ((stranger, agent), (gone, agent), (agent, stranger)):
        with pytest.raises(NotAllowed):
            assign_case(case=case, to=to, by=by, now=AT)
    assert Case.objects.get(pk=case.pk).assignee is None


def test_visit_remembers_the_version_that_was_seen(case, agent):
    note_visit(case=case, by=agent, now=AT)
    case = learn(case, EventType.CASE_NOTED, agent, note="…")
    note_visit(case=case, by=agent, now=AT + HOUR)
    visit = CaseVisit.objects.get()
    assert (visit.seen_version, visit.seen_at) == (case.version, AT + HOUR)


def test_case_is_never_deleted(case):
    with pytest.raises(DeskError):
        Case.objects.filter(pk=case.pk).delete()


@pytest.mark.parametrize("state", ["refunded", "rejected", "withdrawn", "resolved", "transferred"])
def test_database_holds_closed_at_to_the_state(case, state):
    """A case is closed exactly when it says since when."""
    sql = "UPDATE aftersales_case SET state = %s WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [state, case.pk])


def test_state_is_not_set_by_hand(case):
    with pytest.raises(AttributeError):
        case.state = State.REFUNDED


# Facts


def test_fact_that_only_a_transition_records_is_refused(case, agent):
    for type in (EventType.REFUND_SUCCEEDED, EventType.CASE_REJECTED, EventType.DEADLINE_MOVED, "no.such"):
        with pytest.raises(Unprocessable) as refusal:
            learn(case, type, agent)
        assert refusal.value.error_code == "unknown_event"


def test_fact_says_what_it_must(case, agent):
    wrong = [
        (EventType.CASE_NOTED, {}, "note"),
        (EventType.PLATFORM_COUNTDOWN, {}, "due_at"),
        (EventType.PLATFORM_COUNTDOWN, {"due_at": "2026-03-03T10:00:00"}, "due_at"),
        (EventType.PLATFORM_COUNTDOWN, {"due_at": "2026-03-03T10:00:00+08:00", "party": "aunt"}, "party"),
        (EventType.TRACKING_UPLOADED, {"tracking_no": "a b c d"}, "tracking_no"),
        (EventType.BUYER_CONTACTED, {"mood": "angry"}, "mood"),
    ]
    for type, data, field in wrong:
        with pytest.raises(Unprocessable) as refusal:
            learn(case, type, agent, **data)
        assert list(refusal.value.fields) == [field]
    assert case.events.count() == 1


def test_strangers_fact_is_refused(case):
    with pytest.raises(NotAllowed):
        learn(case, EventType.BUYER_CONTACTED, make_agent(make_shop()))


def test_fact_in_the_future_is_refused(case, agent):
    with pytest.raises(Unprocessable):
        record_fact(case=case, event_type=EventType.BUYER_CONTACTED, at=AT + HOUR, by=agent, now=AT)


def test_fact_twice_in_one_batch_is_recorded_once(case, agent):
    draft = EventDraft(EventType.SHIPMENT_SCANNED, AT, {"place": "杭州"})
    record_events(case=case, drafts=[draft, draft], by=agent, now=AT)
    assert case.events.filter(type=EventType.SHIPMENT_SCANNED).count() == 1


def test_facts_that_differ_are_two(case, agent):
    learn(case, EventType.SHIPMENT_SCANNED, agent, place="杭州")
    learn(case, EventType.SHIPMENT_SCANNED, agent, place="上海")
    learn(case, EventType.SHIPMENT_SCANNED, agent, at=AT - HOUR, now=AT, place="上海")
    assert case.events.filter(type=EventType.SHIPMENT_SCANNED).count() == 3


def test_fact_on_an_old_page_is_taken(case, agent):
    """A fact is true whatever the page showed."""
    stale = Case.objects.get(pk=case.pk)
    learn(case, EventType.CASE_NOTED, agent, note="一")
    assert learn(stale, EventType.CASE_NOTED, agent, note="二").ledger_seq == 3
    assert CaseEvent.objects.filter(case=case).count() == 3
