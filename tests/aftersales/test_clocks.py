"""Recording an event folds the case's clocks again and writes the difference."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import EventType, Kind, Outcome, Party, State
from aftersales.models import Case, CaseEvent, Deadline
from aftersales.selectors.policies import rule_book
from aftersales.services.cases import assign_case
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
LATER = AT + 60 * HOUR


@pytest.fixture
def case(shop, agent):
    """A ticket was opened at AT: 48 h (PD-46)."""
    return learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(case, *types) -> list[tuple[str, dict]]:
    events = CaseEvent.objects.filter(case_id=case.pk, type__in=types).order_by("seq")
    return [(event.type, event.data) for event in events]


DEADLINE_WORDS = (EventType.DEADLINE_BREACHED, EventType.DEADLINE_CORRECTED)


def test_event_starts_a_deadline(case):
    row = case.deadlines.get()
    assert (row.rule, row.started_by, row.outcome) == ("ticket_evidence", EventType.TICKET_OPENED, Outcome.RUNNING)
    assert (row.started_at, row.due_at, row.computed_due_at) == (AT, AT + 48 * HOUR, AT + 48 * HOUR)
    assert row.policy.version == rule_book("pinduoduo").newest.version


def test_summary_follows_the_clocks(case, agent):
    assert (case.next_due_at, case.next_rule) == (AT + 48 * HOUR, "ticket_evidence")
    assert (case.amount_at_risk, case.waiting_for) == (Decimal("32.50"), Party.MERCHANT)
    case = learn(case, EventType.TICKET_CLOSED, agent, at=AT + HOUR)
    assert (case.next_due_at, case.next_rule, case.amount_at_risk) == (None, "", 0)
    assert case.deadlines.get().outcome == Outcome.MET


def test_late_fact_that_a_deadline_was_met_corrects_the_breach(case, agent):
    """An import says today that yesterday's deadline was met yesterday: corrected, never erased."""
    sweep_deadlines(now=LATER)
    assert case.deadlines.get().outcome == Outcome.BREACHED
    assert fresh(case).has_breach
    case = learn(case, EventType.TICKET_CLOSED, agent, at=AT + 47 * HOUR, now=LATER)
    row = case.deadlines.get()
    assert (row.outcome, row.stopped_at, row.breached_at) == (Outcome.MET, AT + 47 * HOUR, None)
    assert (row.owner_at_breach, row.amount_at_risk, case.has_breach) == (None, 0, False)
    breached, corrected = told(case, *DEADLINE_WORDS)
    assert breached[0] == EventType.DEADLINE_BREACHED
    assert corrected[0] == EventType.DEADLINE_CORRECTED
    assert (corrected[1]["was"], corrected[1]["is"]) == ("breached", "met")
    assert verify(case=case) == case.ledger_seq


def test_late_fact_that_a_deadline_was_missed_corrects_that_it_was_met(case, agent):
    """The platform's countdown, learnt late, was shorter than the rule."""
    learn(case, EventType.TICKET_CLOSED, agent, at=AT + 30 * HOUR)
    assert case.deadlines.get().outcome == Outcome.MET
    data = {"due_at": (AT + 20 * HOUR).isoformat(), "deadline": "ticket_evidence"}
    case = learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT + HOUR, now=LATER, **data)
    row = case.deadlines.get()
    assert (row.outcome, row.due_source, row.breached_at) == (Outcome.BREACHED, "platform", AT + 20 * HOUR)
    assert row.computed_due_at == AT + 48 * HOUR
    assert case.has_breach
    ((_type, data),) = told(case, *DEADLINE_WORDS)
    assert (data["was"], data["is"]) == ("met", "breached")


def test_platform_that_gives_more_time_takes_a_breach_back(case, agent):
    sweep_deadlines(now=AT + 49 * HOUR)
    data = {"due_at": (AT + 72 * HOUR).isoformat(), "deadline": "ticket_evidence"}
    case = learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT + 50 * HOUR, **data)
    assert case.deadlines.get().outcome == Outcome.RUNNING
    assert (case.has_breach, case.next_due_at) == (False, AT + 72 * HOUR)
    sweep_deadlines(now=AT + 73 * HOUR)
    assert case.deadlines.get().breached_at == AT + 72 * HOUR
    assert [type for type, _data in told(case, *DEADLINE_WORDS)] == [
        EventType.DEADLINE_BREACHED, EventType.DEADLINE_CORRECTED, EventType.DEADLINE_BREACHED,
    ]  # fmt: skip


def test_fact_told_twice_is_recorded_once(case, agent):
    """Neither event, version nor clock changes the second time."""
    before = fresh(case)
    case = learn(case, EventType.TICKET_OPENED, agent, at=AT, now=AT + HOUR)
    assert (case.ledger_seq, case.version) == (before.ledger_seq, before.version)
    assert case.deadlines.count() == 1


def test_facts_out_of_order_give_the_same_clocks(shop, agent):
    facts = [
        (EventType.TICKET_OPENED, AT, {"subject": "T-1"}),
        (EventType.TICKET_CLOSED, AT + HOUR, {"subject": "T-1"}),
        (EventType.TICKET_OPENED, AT + 2 * HOUR, {"subject": "T-1"}),
        (EventType.ADDRESS_REQUESTED, AT + 3 * HOUR, {}),
        (EventType.ADDRESS_GIVEN, AT + 30 * HOUR, {"address": "杭州市演示路 1 号"}),
    ]
    columns = ("rule", "subject", "number", "started_at", "due_at", "stopped_at", "outcome", "breached_at")
    found = []
    for order in (facts, facts[::-1], [facts[i] for i in (2, 4, 0, 3, 1)]):
        case = make_case(shop, agent)
        for type, at, data in order:
            case = learn(case, type, agent, at=at, now=LATER, **data)
        summary = (case.next_due_at, case.next_rule, case.has_breach, case.amount_at_risk)
        found.append((list(case.deadlines.order_by("started_at").values_list(*columns)), summary))
    assert found[0] == found[1] == found[2]
    assert [row[6] for row in found[0][0]] == [Outcome.MET, Outcome.BREACHED, Outcome.BREACHED]


def test_late_fact_before_a_running_clock_makes_room_for_it(case, agent):
    """One that ended earlier comes to light: the running one is then the second of its rule."""
    learn(case, EventType.TICKET_CLOSED, agent, at=AT - 2 * HOUR, now=LATER)
    learn(case, EventType.TICKET_OPENED, agent, at=AT - 3 * HOUR, now=LATER)
    rows = case.deadlines.order_by("number")
    assert [(row.started_at, row.stopped_at) for row in rows] == [(AT - 3 * HOUR, AT - 2 * HOUR), (AT, None)]


def test_clock_that_a_late_fact_disproves_is_retracted(agent):
    """KS-32: a late scan shows that the parcel had moved before the refund was requested."""
    shop = make_shop("kuaishou")
    agent.shops.add(shop)
    stalled = (EventType.SHIPMENT_STALLED, AT - 5 * HOUR, {})
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[stalled])
    assert case.deadlines.get().outcome == Outcome.RUNNING
    case = learn(case, EventType.SHIPMENT_SCANNED, agent, at=AT - 4 * HOUR, now=AT)
    assert case.deadlines.get().outcome == Outcome.CANCELLED
    assert (case.next_due_at, case.amount_at_risk) == (None, 0)


@pytest.mark.parametrize("retracted", [False, True])
def test_folding_again_writes_nothing(case, agent, shop, retracted):
    if retracted:
        kuaishou = make_shop("kuaishou")
        agent.shops.add(kuaishou)
        facts = [(EventType.SHIPMENT_STALLED, AT - 5 * HOUR, {})]
        case = make_case(kuaishou, agent, kind=Kind.IN_TRANSIT, facts=facts)
        case = learn(case, EventType.SHIPMENT_SCANNED, agent, at=AT - 4 * HOUR, now=AT)
    before = {field: getattr(case, field) for field in ("next_due_at", "next_rule", "amount_at_risk", "ledger_head")}
    with CaptureQueriesContext(connection) as queries:
        apply_clocks(case=case, book=rule_book(case.shop.platform), now=AT)
    writes = [query["sql"] for query in queries if not query["sql"].lstrip().upper().startswith("SELECT")]
    assert writes == []
    assert before == {field: getattr(case, field) for field in before}


def test_buyers_countdown_is_nobodys_breach_here(shop, agent):
    """The buyer's seven days to send it back: their delay costs the merchant nothing."""
    case = make_case(shop, agent)
    data = {"due_at": (AT + 10 * HOUR).isoformat(), "party": "buyer"}
    case = learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT, **data)
    assert (case.next_due_at, case.amount_at_risk, case.waiting_for) == (None, 0, Party.BUYER)
    sweep_deadlines(now=AT + 11 * HOUR)
    case = fresh(case)
    assert case.deadlines.get().outcome == Outcome.BREACHED
    assert not case.has_breach


def test_merchants_duty_comes_before_the_buyers(case, agent):
    data = {"due_at": (AT + 10 * HOUR).isoformat(), "party": "buyer"}
    case = learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT, **data)
    assert (case.next_due_at, case.waiting_for) == (AT + 48 * HOUR, Party.MERCHANT)


def test_overdue_duty_stays_the_next_one(case, agent):
    sweep_deadlines(now=LATER)
    case = learn(case, EventType.ADDRESS_REQUESTED, agent, at=LATER)
    assert (case.next_due_at, case.next_rule) == (AT + 48 * HOUR, "ticket_evidence")


def test_owner_of_a_breach_that_was_not_swept_yet_is_who_owned_it_then(case, agent, shop):
    """The sweep was late, the case changed hands meanwhile: the breach is the former owner's."""
    assign_case(case=case, to=agent, by=agent, now=AT)
    assign_case(case=case, to=make_agent(shop), by=agent, now=LATER)
    row = case.deadlines.get()
    assert (row.outcome, row.owner_at_breach) == (Outcome.BREACHED, agent)


def test_amount_of_a_breach_is_what_was_at_stake_then(case, agent):
    """Another amount agreed on afterwards does not rewrite it, even where the sweep was late."""
    case = take(case, "agree_refund", agent, at=LATER, amount="10.00")
    assert case.refund_amount == Decimal("10.00")
    assert case.deadlines.get().amount_at_risk == Decimal("32.50")


def test_windows_of_a_refunded_case_are_its_next_appeal(shop, agent):
    """PD-22, PD-23: the nearer one first; a closed case has no next deadline."""
    case = make_case(shop, agent, refund_amount=Decimal(20), state=State.REFUNDED, closed_at=AT, refunded_at=AT,
                     facts=[(EventType.REFUND_SUCCEEDED, AT, {"rapid": True})])  # fmt: skip
    assert (case.appeal_until, case.next_due_at, case.amount_at_risk) == (AT + 48 * HOUR, None, 20)
    assert Deadline.objects.filter(case=case, clock="window", outcome=Outcome.RUNNING).count() == 2
