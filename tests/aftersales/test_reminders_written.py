"""Whom the sweep tells of which deadline: once for each moment, and nobody of history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import EventType, Outcome, State, Telling
from aftersales.models import Case, Channel, Deadline, Notification
from aftersales.services import reminders
from aftersales.services.cases import assign_case
from aftersales.services.reminders import remind
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case, make_lead, make_refunded_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
DUE = AT + 48 * HOUR
NOBODY = {"warned": 0, "told": 0}


def ticket(shop, agent, **known):
    """Opened at AT: due at DUE, warned 12, 4 and 1 h before (PD-46)."""
    return learn(make_case(shop, agent, **known), EventType.TICKET_OPENED, agent)


@pytest.fixture
def case(shop, agent):
    return assign_case(case=ticket(shop, agent), to=agent, by=agent, now=AT)


def sweep(now):
    sweep_deadlines(now=now)
    return remind(now=now)


def told(**about):
    rows = Notification.objects.filter(dropped_at__isnull=True, **about).order_by("pk")
    return [(row.tells, row.moment) for row in rows]


def heard(person):
    return told(person=person)


@pytest.mark.parametrize(
    ("at", "moments"),
    [
        (DUE - 12 * HOUR - TICK, []),
        (DUE - 12 * HOUR, [DUE - 12 * HOUR]),
        (DUE - 12 * HOUR + TICK, [DUE - 12 * HOUR]),
        (DUE - TICK, [DUE - HOUR]),
        (DUE, []),
    ],
)
def test_owner_is_warned_from_the_moment_on(case, agent, lead, at, moments):
    sweep(at)
    assert heard(agent) == [(Telling.WARNING, moment) for moment in moments]
    assert heard(lead) == []


def test_every_moment_is_told_once_and_the_newest_word_stands(case, agent):
    for at, moment in [(12 * HOUR, 12 * HOUR), (11 * HOUR, 12 * HOUR), (4 * HOUR, 4 * HOUR), (HOUR, HOUR)]:
        sweep(DUE - at)
        assert heard(agent) == [(Telling.WARNING, DUE - moment)]
    assert sweep(DUE - TICK) == NOBODY
    sweep(DUE + TICK)
    assert heard(agent) == [(Telling.BREACH, DUE)]
    assert sweep(DUE + HOUR) == NOBODY
    assert Notification.objects.filter(person=agent).count() == 4
    row = case.deadlines.get()
    assert (row.warn_at, row.warned_at) == (None, DUE + TICK)


def test_after_a_pause_one_word_is_told_for_all_that_was_missed(case, agent):
    assert sweep(DUE - 30 * timedelta(minutes=1)) == {"warned": 1, "told": 1}
    assert heard(agent) == [(Telling.WARNING, DUE - HOUR)]
    assert case.deadlines.get().warn_at == DUE


def test_pause_beyond_the_end_tells_the_breach_alone(case, agent):
    sweep(DUE + 5 * HOUR)
    assert heard(agent) == [(Telling.BREACH, DUE)]


def test_unassigned_case_warns_the_leads_of_its_shop(shop, agent, lead):
    other_lead = make_lead(make_shop())
    ticket(shop, agent)
    sweep(DUE - HOUR)
    assert heard(lead) == [(Telling.WARNING, DUE - HOUR)]
    assert heard(agent) == heard(other_lead) == []


def test_shop_without_a_lead_tells_everybody_who_works_there(shop, agent):
    ticket(shop, agent)
    sweep(DUE - HOUR)
    assert len(heard(agent)) == 1


def test_breach_tells_whoever_owned_it_and_the_leads(case, agent, lead, shop):
    other = make_agent(shop)
    sweep_deadlines(now=DUE + TICK)
    assign_case(case=case, to=other, by=agent, now=DUE + HOUR)
    remind(now=DUE + HOUR)
    assert heard(agent) == heard(lead) == [(Telling.BREACH, DUE)]
    assert heard(other) == []


@pytest.mark.parametrize("gone", ["closed", "moved"])
def test_owner_who_is_gone_hears_nothing(case, agent, lead, gone):
    if gone == "closed":
        agent.is_active = False
        agent.save()
    else:
        agent.shops.clear()
    sweep(DUE - HOUR)
    assert heard(agent) == []
    assert len(heard(lead)) == 1


def test_channel_hears_its_shops_and_what_is_grave_enough(case, shop, agent):
    other_shop = make_shop()
    names = {"all": ([], "warning"), "ours": ([shop], "warning"), "theirs": ([other_shop], "warning")}
    names |= {"grave": ([shop], "breach"), "off": ([], "warning")}
    for name, (shops, least) in names.items():
        channel = Channel.objects.create(name=name, address="json://localhost", least=least, is_active=name != "off")
        channel.shops.set(shops)
    sweep(DUE - HOUR)
    assert {row.channel.name for row in Notification.objects.exclude(channel=None)} == {"all", "ours"}
    sweep(DUE + TICK)
    breaches = Notification.objects.exclude(channel=None).filter(tells=Telling.BREACH)
    assert {row.channel.name for row in breaches} == {"all", "ours", "grave"}


def test_answered_deadline_is_quiet(case, agent):
    learn(case, EventType.TICKET_CLOSED, agent, at=DUE - 13 * HOUR)
    assert case.deadlines.get().warn_at is None
    assert sweep(DUE + HOUR) == NOBODY


def test_window_warns_and_its_end_is_no_breach(shop, agent, lead):
    """PD-22: a right to appeal closes."""
    case = make_refunded_case(shop, agent)
    assert sweep(DUE - 12 * HOUR)["warned"] == 1
    assert heard(lead) == [(Telling.WARNING, DUE - 12 * HOUR)]
    sweep(DUE - 4 * HOUR)
    assert case.deadlines.get(rule="rights_window").warn_at is None
    assert sweep(DUE + HOUR) == NOBODY


def test_fact_that_is_learnt_late_is_made_up_for_once(shop, agent, lead):
    """A2: 46 of 48 h are gone; the nearest warning counts."""
    case = make_case(shop, agent)
    learn(case, EventType.TICKET_OPENED, agent, at=AT, now=DUE - 2 * HOUR)
    assert sweep(DUE - 2 * HOUR + TICK) == {"warned": 1, "told": 1}
    assert heard(lead) == [(Telling.WARNING, DUE - 4 * HOUR)]
    sweep(DUE - HOUR)
    assert heard(lead) == [(Telling.WARNING, DUE - HOUR)]


@pytest.mark.parametrize("state", [State.PENDING, State.REFUNDED])
def test_imported_history_raises_no_alarm_today(shop, lead, state):
    """A case that is brought in with a deadline long missed: a breach on the board, and no bell."""
    asked_at = AT - timedelta(days=40)
    closed_at = AT - timedelta(days=30) if state == State.REFUNDED else None
    facts = [(EventType.TICKET_OPENED, asked_at, {}), (EventType.ADDRESS_REQUESTED, asked_at, {})]
    case = make_case(shop, requested_at=asked_at, state=state, closed_at=closed_at, facts=facts)
    Channel.objects.create(name="all", address="json://localhost")
    assert case.deadlines.filter(outcome=Outcome.BREACHED).exists()
    assert sweep(AT) == sweep(AT + HOUR) == NOBODY
    assert not Notification.objects.exists()


def test_breach_that_a_late_fact_finds_is_told_as_well(case, agent, lead):
    """Somebody writes a note before the sweep comes: it was running, so it is news."""
    learn(case, EventType.CASE_NOTED, agent, at=DUE + HOUR, note="补记")
    assert case.deadlines.get().outcome == Outcome.BREACHED
    assert sweep(DUE + 2 * HOUR) == {"warned": 1, "told": 2}
    assert heard(lead) == [(Telling.BREACH, DUE)]


def test_breach_that_nobody_could_tell_for_long_is_history(case, agent):
    sweep_deadlines(now=DUE + TICK)
    assert remind(now=DUE + reminders.NEWS) == NOBODY
    assert remind(now=DUE + reminders.NEWS - TICK)["warned"] == 1


def countdown(case, agent, due_at, now):
    said = {"deadline": "platform_countdown", "due_at": due_at.isoformat()}
    return learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=now, **said)


def test_end_that_moved_warns_anew_and_a_wavering_one_does_not(shop, agent, lead):
    """A1: the platform's own countdown wins, as often as it is read."""
    case = make_case(shop, agent)
    due = AT + 20 * HOUR
    countdown(case, agent, due, AT)
    row = case.deadlines.get(rule="platform_countdown")
    assert row.warn_at == due - 12 * HOUR
    sweep(due - 12 * HOUR)
    assert heard(lead) == [(Telling.WARNING, due - 12 * HOUR)]

    for wavering in (timedelta(minutes=40), timedelta(minutes=-15)):
        countdown(case, agent, due + wavering, due - 11 * HOUR)
        assert sweep(due - 11 * HOUR + TICK) == NOBODY
        row.refresh_from_db()
        assert row.warn_at == row.due_at - 4 * HOUR

    moved = due + 24 * HOUR
    countdown(case, agent, moved, due - 10 * HOUR)
    row.refresh_from_db()
    assert row.warn_at == moved - 12 * HOUR
    sweep(moved - 12 * HOUR)
    assert heard(lead) == [(Telling.WARNING, moved - 12 * HOUR)]


def test_more_deadlines_than_a_batch(shop, agent, lead, monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 2)
    for _each in range(5):
        ticket(shop, agent)
    assert sweep(DUE - HOUR) == {"warned": 5, "told": 5}
    assert sweep(DUE + TICK) == {"warned": 5, "told": 5}


def test_second_run_finds_nothing(case):
    assert sweep(DUE - HOUR)["warned"] == 1
    assert sweep(DUE - HOUR) == NOBODY


def test_telling_leaves_the_case_as_it_is(case):
    """A page that is open stays valid, and the ledger says nothing of reminders."""
    before = Case.objects.values().get(pk=case.pk)
    remind(now=DUE - HOUR)
    assert Case.objects.values().get(pk=case.pk) == before


def queries_of(now):
    with CaptureQueriesContext(connection) as queries:
        remind(now=now)
    return len(queries)


def test_cost_does_not_grow_with_deadlines(shop, agent, lead):
    ticket(shop, agent)
    idle = queries_of(AT)
    one = queries_of(DUE - HOUR)
    for _each in range(4):
        ticket(shop, agent)
    assert queries_of(AT) == idle <= 6
    assert queries_of(DUE - HOUR) == one


def test_taken_transition_ends_the_reminding(case, agent):
    take(case, "buyer_withdraw", agent, at=AT + HOUR)
    assert not Deadline.objects.filter(case=case, warn_at__isnull=False).exists()
