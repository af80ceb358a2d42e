"""Which deadlines were missed, whose they were, why, and what they cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import BreachCause, EventType
from aftersales.errors import BadRequest, Conflict, NotAllowed, Unprocessable
from aftersales.models import Deadline
from aftersales.selectors.breaches import (
    GROUPS,
    BreachFilter,
    breach_groups,
    breach_rows,
    breach_totals,
    corrected_count,
    find_breaches,
)
from aftersales.services.breaches import record_cause
from aftersales.services.cases import assign_case
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case, make_lead, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
LATER = AT + 100 * HOUR


def missed(shop, owner, *, at=AT, **known) -> Deadline:
    """A ticket that was opened 48 h before `at` and not answered (PD-46)."""
    case = make_case(shop, requested_at=at - 50 * HOUR, now=at - 49 * HOUR, **known)
    if owner:
        assign_case(case=case, to=owner, by=owner, now=at - 49 * HOUR)
    learn(case, EventType.TICKET_OPENED, owner or shop.staff.first(), at=at - 48 * HOUR)
    sweep_deadlines(now=at + TICK)
    return case.deadlines.get()


def found(user, **asked) -> set[int]:
    return set(find_breaches(BreachFilter(**asked), user=user).values_list("pk", flat=True))


def test_period_has_its_beginning_and_not_its_end(shop, agent, lead):
    """Breaches are dated when they were due."""
    row = missed(shop, agent)
    assert row.breached_at == AT
    assert found(lead, since=AT, until=AT + TICK) == {row.pk}
    assert found(lead, since=AT - HOUR, until=AT) == set()
    assert found(lead, since=AT + TICK) == set()


def test_breaches_are_filtered(shop, agent, lead):
    colleague, other = make_agent(shop), make_shop()
    lead.shops.add(other)
    first, second = missed(shop, agent), missed(shop, colleague)
    agent.shops.add(other)
    third = missed(other, agent)
    record_cause(deadline=first, cause=BreachCause.NOT_SEEN, by=lead)
    assert found(lead, owner=agent.username) == {first.pk, third.pk}
    assert found(lead, cause=BreachCause.NOT_SEEN) == {first.pk}
    assert found(lead, shop=shop.code, rule="ticket_evidence") == {first.pk, second.pk}
    assert found(lead, rule="reship") == found(lead, shop=other.code, owner=colleague.username) == set()


def test_breaches_of_other_shops_are_not_shown(shop, agent):
    row = missed(shop, agent)
    assert found(make_lead(shop)) == found(make_agent(is_superuser=True)) == {row.pk}
    assert found(make_lead(make_shop())) == found(make_lead()) == set()


def test_buyers_delay_is_no_breach_of_ours(shop, agent, lead):
    case = make_case(shop, agent)
    learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=(AT + HOUR).isoformat(), party="buyer")
    sweep_deadlines(now=LATER)
    assert found(lead) == set()


def test_corrected_breach_is_counted_apart(shop, agent, lead):
    """Reports count the corrected outcome, and can show both."""
    row, other = missed(shop, agent), missed(shop, agent)
    learn(row.case, EventType.TICKET_CLOSED, agent, at=AT - HOUR, now=LATER)
    assert found(lead) == {other.pk}
    assert corrected_count(BreachFilter(), user=lead) == 1
    assert corrected_count(BreachFilter(until=LATER), user=lead) == 0
    assert corrected_count(BreachFilter(shop="elsewhere"), user=lead) == 0
    assert corrected_count(BreachFilter(), user=make_lead(make_shop())) == 0


def test_groups_add_up_to_the_totals(shop, agent, lead):
    colleague = make_agent(shop)
    for owner, amount in ((agent, 10), (agent, 20), (colleague, 5), (None, "0.01")):
        missed(shop, owner or agent, refund_amount=Decimal(amount))
    orphan = Deadline.objects.order_by("pk").last()
    Deadline.objects.filter(pk=orphan.pk).update(owner_at_breach=None)
    record_cause(deadline=orphan, cause=BreachCause.UNDERSTAFFED, by=lead)
    breaches = find_breaches(BreachFilter(), user=lead)
    assert breach_totals(breaches) == (4, Decimal("35.01"))
    for group_by in GROUPS:
        groups = breach_groups(breaches, group_by)
        assert (sum(each.count for each in groups), sum(each.money for each in groups)) == (4, Decimal("35.01"))
        assert all(each.label for each in groups)
    owners = {each.key: (each.count, each.money) for each in breach_groups(breaches, "owner")}
    assert owners == {
        agent.username: (2, Decimal(30)), colleague.username: (1, Decimal(5)), "": (1, Decimal("0.01")),
    }  # fmt: skip


def test_weeks_begin_on_beijings_monday(shop, agent, lead):
    """KS-05: natural weeks. AT is a Monday, 10:00."""
    midnight = AT.replace(hour=0)
    missed(shop, agent, at=midnight - TICK)
    missed(shop, agent, at=midnight)
    weeks = breach_groups(find_breaches(BreachFilter(), user=lead), "week")
    assert [(week.key, week.label, week.count) for week in weeks] == [
        ("2026-02-23", "02-23", 1),
        ("2026-03-02", "03-02", 1),
    ]


def test_unknown_grouping_is_refused(lead):
    with pytest.raises(BadRequest):
        breach_groups(find_breaches(BreachFilter(), user=lead), "mood")


def test_nothing_missed_is_nothing(lead):
    breaches = find_breaches(BreachFilter(), user=lead)
    assert breach_totals(breaches) == (0, 0)
    assert breach_rows(breaches, at=AT) == []
    assert all(breach_groups(breaches, group_by) == [] for group_by in GROUPS)


def test_row_says_how_late_and_whether_it_still_runs(shop, agent, lead):
    running, ended, closed = (missed(shop, agent) for _each in range(3))
    learn(ended.case, EventType.TICKET_CLOSED, agent, at=AT + 26 * HOUR)
    take(closed.case, "buyer_withdraw", agent, at=AT + 3 * HOUR)
    rows = {row.pk: row for row in breach_rows(find_breaches(BreachFilter(), user=lead), at=AT + 2 * HOUR)}
    assert {pk: row.is_running for pk, row in rows.items()} == {running.pk: True, ended.pk: False, closed.pk: False}
    lates = [rows[each.pk].late_by for each in (running, ended, closed)]
    assert len(set(lates)) == 3
    assert (rows[running.pk].rules, rows[running.pk].money) == (["PD-46"], Decimal("32.50"))


def test_rows_cost_the_same_with_one_and_three_breaches(shop, agent, lead):
    counts = []
    for number in (1, 2):
        for _each in range(number):
            missed(shop, agent)
        breaches = find_breaches(BreachFilter(), user=lead)
        with CaptureQueriesContext(connection) as queries:
            rows = breach_rows(breaches, at=AT)
            breach_groups(breaches, "owner")
        counts.append(len(queries))
    assert len(rows) == 3
    assert counts[0] == counts[1]


# A lead's word on why


def test_cause_is_recorded_and_taken_back(shop, agent, lead):
    row = record_cause(deadline=missed(shop, agent), cause=BreachCause.WAITED_FOR_BUYER, by=lead)
    assert (row.cause, row.cause_by) == ("buyer", lead)
    row = record_cause(deadline=row, cause="", by=lead)
    assert (row.cause, row.cause_by) == ("", None)


def test_cause_is_a_leads_of_the_shop(shop, agent):
    row = missed(shop, agent)
    for person in (agent, make_lead(make_shop())):
        with pytest.raises(NotAllowed):
            record_cause(deadline=row, cause=BreachCause.NOT_SEEN, by=person)


def test_unknown_cause_and_unmissed_deadline_are_refused(shop, agent, lead):
    with pytest.raises(Unprocessable):
        record_cause(deadline=missed(shop, agent), cause="weather", by=lead)
    running = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent).deadlines.get()
    with pytest.raises(Conflict) as refusal:
        record_cause(deadline=running, cause=BreachCause.NOT_SEEN, by=lead)
    assert refusal.value.error_code == "not_breached"
