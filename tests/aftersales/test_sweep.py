"""The sweep only writes down what the times say, however late it runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import BreachCause, EventType, Kind, Outcome, State
from aftersales.models import Case, CaseEvent
from aftersales.services import sweep as sweeping
from aftersales.services.breaches import record_cause
from aftersales.services.cases import assign_case
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case, make_refunded_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
DUE = AT + 48 * HOUR


@pytest.fixture
def case(shop, agent):
    """A ticket was opened at AT: due at DUE (PD-46)."""
    return assign_case(case=learn(make_case(shop, agent), EventType.TICKET_OPENED, agent), to=agent, by=agent, now=AT)


def counts(**found):
    return {"breached": 0, "lapsed": 0, "opened": 0, **found}


def breaches(case):
    return list(CaseEvent.objects.filter(case_id=case.pk, type=EventType.DEADLINE_BREACHED))


@pytest.mark.parametrize(("at", "found"), [(DUE - TICK, 0), (DUE, 0), (DUE + TICK, 1)])
def test_deadline_is_missed_a_microsecond_after_its_end(case, at, found):
    assert sweep_deadlines(now=at) == counts(breached=found)
    assert len(breaches(case)) == found


@pytest.mark.parametrize("late_by", [TICK, HOUR, timedelta(days=90)])
def test_breach_is_dated_when_it_was_due_however_late_the_sweep(case, late_by):
    sweep_deadlines(now=DUE + late_by)
    row = case.deadlines.get()
    (event,) = breaches(case)
    assert (row.outcome, row.breached_at) == (Outcome.BREACHED, DUE)
    assert (event.at, event.recorded_at, event.actor, event.source) == (DUE, DUE + late_by, None, "system")
    assert event.data["rule"] == "ticket_evidence"


def test_breach_keeps_its_owner_and_amount(case, agent, lead, shop):
    sweep_deadlines(now=DUE + HOUR)
    assign_case(case=case, to=make_agent(shop), by=agent, now=DUE + 2 * HOUR)
    take(case, "agree_refund", agent, at=DUE + 3 * HOUR, amount="1.00")
    row = case.deadlines.get()
    assert (row.owner_at_breach, row.amount_at_risk) == (agent, Decimal("32.50"))
    record_cause(deadline=row, cause=BreachCause.NOT_SEEN, by=lead)
    learn(case, EventType.TICKET_CLOSED, agent, at=DUE + 4 * HOUR)
    row.refresh_from_db()
    assert (row.owner_at_breach, row.amount_at_risk, row.cause) == (agent, Decimal("32.50"), BreachCause.NOT_SEEN)
    assert (row.outcome, row.stopped_at) == (Outcome.BREACHED, DUE + 4 * HOUR)


def test_second_sweep_finds_nothing(case):
    sweep_deadlines(now=DUE + HOUR)
    version = Case.objects.get(pk=case.pk).version
    assert sweep_deadlines(now=DUE + 2 * HOUR) == counts()
    assert len(breaches(case)) == 1
    assert Case.objects.get(pk=case.pk).version == version


def test_sweep_makes_older_pages_stale_and_keeps_the_ledger_whole(case):
    sweep_deadlines(now=DUE + HOUR)
    after = Case.objects.get(pk=case.pk)
    assert (after.version, after.has_breach, after.next_due_at) == (case.version + 1, True, DUE)
    assert verify() == after.ledger_seq


def test_swept_and_folded_breaches_are_alike(shop, agent):
    """Whether the sweep or a late fact finds it: same row, same event."""
    swept, folded = (learn(make_case(shop, agent), EventType.TICKET_OPENED, agent) for _each in range(2))
    sweep_deadlines(now=DUE - TICK)
    learn(folded, EventType.CASE_NOTED, agent, at=DUE + HOUR, note="补记")
    sweep_deadlines(now=DUE + HOUR)
    columns = ("outcome", "breached_at", "owner_at_breach", "amount_at_risk", "due_at", "stopped_at")
    rows = [case.deadlines.values_list(*columns).get() for case in (swept, folded)]
    assert rows[0] == rows[1]
    assert [event.data for event in breaches(swept)] == [event.data for event in breaches(folded)]


def test_window_lapses_without_a_breach(shop, agent):
    """PD-22, PD-23: a right that was not used; the nearer window first, and the money until the last."""
    case = make_refunded_case(shop, agent)
    learn_rapid = (EventType.REFUND_SUCCEEDED, AT, {"rapid": True})
    rapid = make_case(shop, agent, state=State.REFUNDED, closed_at=AT, facts=[learn_rapid])
    assert sweep_deadlines(now=DUE) == counts()
    assert sweep_deadlines(now=DUE + TICK) == counts(lapsed=2)
    case, rapid = (Case.objects.get(pk=each.pk) for each in (case, rapid))
    assert (case.appeal_until, case.amount_at_risk, case.has_breach) == (None, 0, False)
    assert (rapid.appeal_until, rapid.amount_at_risk) == (AT + 168 * HOUR, Decimal("32.50"))
    assert not breaches(case)
    assert sweep_deadlines(now=AT + 168 * HOUR + TICK) == counts(lapsed=1)
    assert Case.objects.get(pk=rapid.pk).amount_at_risk == 0


@pytest.mark.parametrize(("at", "found"), [(-TICK, 0), (0 * TICK, 1), (TICK, 1)])
def test_gate_is_open_at_its_end_and_nothing_happens_to_the_case(shop, agent, at, found):
    """PD-21, A3: no event, no breach, whoever waited; a duty that ends at the same moment has not passed."""
    case = learn(make_case(shop, agent), EventType.RETURN_SIGNED, agent, at=AT)
    case = learn(case, EventType.TICKET_OPENED, agent, at=AT + 24 * HOUR)
    gate, ticket = case.deadlines.get(clock="gate"), case.deadlines.get(rule="ticket_evidence")
    assert gate.due_at == ticket.due_at == AT + 72 * HOUR
    sweep_deadlines(now=gate.due_at + at)
    gate.refresh_from_db()
    assert gate.outcome == (Outcome.OPENED if found else Outcome.RUNNING)
    assert (gate.breached_at, gate.owner_at_breach, gate.amount_at_risk) == (None, None, 0)
    assert len(breaches(case)) == case.deadlines.filter(outcome=Outcome.BREACHED).count() == (at > 0 * TICK)
    verify()


def test_second_sweep_leaves_an_open_gate_alone(shop, agent):
    case = learn(make_case(shop, agent), EventType.RETURN_SIGNED, agent, at=AT)
    assert sweep_deadlines(now=AT + 72 * HOUR) == counts(opened=1)
    assert sweep_deadlines(now=AT + 72 * HOUR) == counts()
    assert case.deadlines.get(clock="gate").outcome == Outcome.OPENED


def test_sweep_writes_moments_and_amounts_to_the_last_digit(shop, agent):
    at = AT + timedelta(microseconds=123_457)
    case = make_case(shop, agent, refund_amount=Decimal("9999999999.99"), order_amount=None)
    learn(case, EventType.TICKET_OPENED, agent, at=at)
    sweep_deadlines(now=DUE + HOUR)
    row = case.deadlines.get()
    assert (row.breached_at, row.amount_at_risk) == (at + 48 * HOUR, Decimal("9999999999.99"))


def test_closed_case_is_not_swept(case, agent):
    take(case, "buyer_withdraw", agent, at=AT + HOUR)
    assert sweep_deadlines(now=DUE + HOUR) == counts()


def test_sweep_takes_more_cases_than_a_batch(shop, agent, monkeypatch):
    """Within a transaction one after the other, as all see the same."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    cases = [learn(make_case(shop, agent), EventType.TICKET_OPENED, agent) for _each in range(5)]
    assert sweep_deadlines(now=DUE + HOUR) == counts(breached=5)
    assert all(len(breaches(case)) == 1 for case in cases)


@pytest.mark.django_db(transaction=True)
def test_lanes_share_what_is_due(monkeypatch):
    """On PostgreSQL two connections sweep at once; a case with several missed duties has one chain all the same."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    shop = make_shop()
    agent = make_agent(shop)
    cases = [learn(make_case(shop), EventType.TICKET_OPENED, agent) for _each in range(9)]
    for case in cases:
        learn(case, EventType.ADDRESS_REQUESTED, agent, at=AT)
    assert sweep_deadlines(now=DUE + HOUR) == counts(breached=18)
    assert all(sorted(event.at for event in breaches(case)) == [AT + 24 * HOUR, DUE] for case in cases)
    assert verify() == 9 * 5


def test_case_with_several_missed_duties_has_a_breach_of_each(case, agent):
    learn(case, EventType.ADDRESS_REQUESTED, agent, at=AT)
    assert sweep_deadlines(now=DUE + HOUR) == counts(breached=2)
    assert [event.at for event in breaches(case)] == sorted([AT + 24 * HOUR, DUE])
    verify()


def queries_of(now) -> int:
    with CaptureQueriesContext(connection) as queries:
        sweep_deadlines(now=now)
    return len(queries)


def test_idle_sweep_costs_the_same_however_many_cases_there_are(shop, agent):
    """It runs every minute."""
    learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)
    alone = queries_of(AT)
    for platform in ("kuaishou", "pinduoduo"):
        other = make_shop(platform)
        agent.shops.add(other)
        for kind in Kind:
            learn(make_case(other, agent, kind=kind), EventType.TICKET_OPENED, agent)
    assert queries_of(AT) == alone
    assert alone <= 3


def test_busy_sweep_costs_the_same_however_many_cases_are_due(shop, agent):
    counts = []
    for number in (1, 4):
        for _each in range(number):
            learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)
        counts.append(queries_of(DUE + HOUR))
    assert counts[0] == counts[1]
