"""Waiting cases go to the people who take new cases, as far as their limits go (TT-08, TT-10, TT-12, TT-13)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aftersales.enums import EventType, Outcome, Telling
from aftersales.models import Case, Notification, Shop, User
from aftersales.selectors.reception import open_cases_of
from aftersales.services import reception
from aftersales.services.cases import assign_case
from aftersales.services.ledger import verify
from aftersales.services.reception import hand_out
from aftersales.services.sweep import sweep_deadlines
from appeals.services.sweep import sweep_all
from tests.factories import learn, make_agent, make_case, make_lead, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
DUE = AT + 48 * HOUR


def taker(*shops, limit=200, **fields):
    return make_agent(*shops, takes_cases=True, case_limit=limit, **fields)


def own(case, person, by):
    return assign_case(case=case, to=person, by=by, now=AT)


def owners(*cases):
    found = dict(Case.objects.values_list("pk", "assignee_id"))
    return [found[case.pk] for case in cases]


def test_case_goes_to_who_takes_new_cases(shop, agent):
    """TT-08, TT-12: whoever merely works there is not asked; the ledger says that the desk did it, and when."""
    person = taker(shop, first_name="丽")
    case = make_case(shop)
    assert hand_out(now=AT + HOUR) == {"handed_out": 1}
    after = Case.objects.get(pk=case.pk)
    event = after.events.get(type=EventType.CASE_ASSIGNED)
    assert (after.assignee, after.version, after.ledger_seq) == (person, case.version + 1, case.ledger_seq + 1)
    assert (event.at, event.recorded_at, event.actor, event.source) == (AT + HOUR, AT + HOUR, None, "system")
    assert event.data == {"to": person.username, "to_name": person.display_name}
    assert verify(case=after) == after.ledger_seq


def test_event_says_what_an_assignment_by_hand_says(shop, lead):
    person = taker(shop)
    by_hand, by_desk = make_case(shop), make_case(shop)
    own(by_hand, person, lead)
    hand_out(now=AT)
    data = [case.events.get(type=EventType.CASE_ASSIGNED).data for case in (by_hand, by_desk)]
    assert data[0] == data[1]


def test_nobody_takes_cases_and_nothing_changes(shop, agent, lead):
    """TT-08: nobody takes cases, so the case stays nobody's."""
    case = make_case(shop)
    assert hand_out(now=AT) == {"handed_out": 0}
    assert owners(case) == [None]
    assert Case.objects.get(pk=case.pk).version == case.version


@pytest.mark.parametrize(("load", "given"), [(1, 1), (2, 0), (3, 0)])
def test_limit_is_the_most_open_cases(shop, lead, load, given):
    """TT-08: one below the limit there is room for one more, at it and above it for none."""
    person = taker(shop, limit=2)
    for _each in range(load):
        own(make_case(shop), person, lead)
    waiting = [make_case(shop), make_case(shop)]
    assert hand_out(now=AT) == {"handed_out": given}
    assert owners(*waiting) == [person.pk, None] if given else [None, None]


def test_closed_cases_do_not_count_and_are_not_given(shop, lead):
    person = taker(shop, limit=1)
    take(own(make_case(shop), person, lead), "buyer_withdraw", lead)
    closed = take(make_case(shop), "buyer_withdraw", lead)
    case = make_case(shop)
    assert hand_out(now=AT) == {"handed_out": 1}
    assert owners(case, closed) == [person.pk, None]


def test_cases_of_every_shop_count_toward_the_limit(shop, lead):
    other = make_shop("kuaishou")
    person = taker(shop, other, limit=1)
    own(make_case(other), person, make_lead(other))
    assert hand_out(now=AT)["handed_out"] == 0
    assert owners(make_case(shop)) == [None]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"shops": ()}])
def test_who_has_left_is_given_nothing(shop, fields):
    shops = fields.pop("shops", (shop,))
    taker(*shops, **fields)
    make_case(shop)
    assert hand_out(now=AT) == {"handed_out": 0}


def test_closed_shop_is_left_alone(shop):
    taker(shop, make_shop())
    make_case(shop)
    Shop.objects.filter(pk=shop.pk).update(is_active=False)
    assert hand_out(now=AT) == {"handed_out": 0}


def test_nearest_deadline_goes_first(shop, agent):
    """With room for two: what is due first, then what came first; what has no deadline last."""
    plain, later, sooner = (make_case(shop) for _each in range(3))
    learn(later, EventType.TICKET_OPENED, agent, at=AT + HOUR, now=AT + 2 * HOUR)
    learn(sooner, EventType.TICKET_OPENED, agent, at=AT, now=AT + 2 * HOUR)
    person = taker(shop, limit=2)
    hand_out(now=AT + 2 * HOUR)
    assert owners(sooner, later, plain) == [person.pk, person.pk, None]


def test_smallest_share_of_the_limit_is_served_first(shop, lead):
    """1 of 4 is less than 1 of 2; equal shares: who has fewer cases, then who came first."""
    small, large, same = taker(shop, limit=2), taker(shop, limit=4), taker(shop, limit=4)
    for person in (small, large, same):
        own(make_case(shop), person, lead)
    waiting = [make_case(shop) for _each in range(7)]
    assert hand_out(now=AT) == {"handed_out": 7}
    expected = [large, same, small, large, same, large, same]
    assert owners(*waiting) == [person.pk for person in expected]


def test_fairness_and_order_hold_across_batches(shop, monkeypatch):
    waiting = [make_case(shop) for _each in range(7)]
    first, second = taker(shop, limit=2), taker(shop, limit=3)
    monkeypatch.setattr(reception, "BATCH", 2)
    assert hand_out(now=AT) == {"handed_out": 5}
    expected = [first.pk, second.pk, second.pk, first.pk, second.pk, None, None]
    assert owners(*waiting) == expected
    assert verify() == 7 + 5


def test_full_shop_does_not_hold_up_another(shop, monkeypatch):
    """More urgent cases that nobody has room for are no reason to stop."""
    monkeypatch.setattr(reception, "BATCH", 1)
    other = make_shop("kuaishou")
    stuck, waiting = [make_case(shop) for _each in range(3)], [make_case(other) for _each in range(2)]
    full, free = taker(shop, limit=1), taker(other)
    assert hand_out(now=AT) == {"handed_out": 3}
    assert owners(*stuck, *waiting) == [full.pk, None, None, free.pk, free.pk]


def test_case_whose_breach_is_not_written_down_waits(shop, agent):
    """Its owner at the breach is nobody; a case given before that would make it the new owner's."""
    case = learn(make_case(shop), EventType.TICKET_OPENED, agent)
    person = taker(shop)
    assert hand_out(now=DUE + HOUR) == {"handed_out": 0}
    sweep_deadlines(now=DUE + HOUR)
    assert hand_out(now=DUE + HOUR) == {"handed_out": 1}
    row = case.deadlines.get()
    assert (row.outcome, row.owner_at_breach, owners(case)) == (Outcome.BREACHED, None, [person.pk])


def test_case_that_is_due_this_moment_is_given(shop, agent):
    case = learn(make_case(shop), EventType.TICKET_OPENED, agent)
    person = taker(shop)
    hand_out(now=DUE)
    assert owners(case) == [person.pk]


def test_minute_hands_out_before_it_warns(shop, agent, lead):
    """A warning reaches the new owner, and the lead is left in peace."""
    learn(make_case(shop), EventType.TICKET_OPENED, agent)
    person = taker(shop)
    assert sweep_all(now=DUE - HOUR)["handed_out"] == 1
    assert [one.person for one in Notification.objects.filter(tells=Telling.WARNING)] == [person]


def test_minute_gives_what_was_missed_to_somebody_who_did_not_miss_it(shop, agent):
    case = learn(make_case(shop), EventType.TICKET_OPENED, agent)
    person = taker(shop)
    counts = sweep_all(now=DUE + HOUR)
    assert (counts["breached"], counts["handed_out"]) == (1, 1)
    assert (case.deadlines.get().owner_at_breach, owners(case)) == (None, [person.pk])


def queries_of_handing_out() -> int:
    with CaptureQueriesContext(connection) as queries:
        hand_out(now=AT)
    return len(queries)


def test_idle_minute_costs_one_query(shop, agent):
    make_case(shop)
    assert queries_of_handing_out() == 1


def test_handing_out_costs_the_same_however_many_wait(shop):
    counts = []
    for number in (1, 6):
        for _each in range(number):
            make_case(shop)
        taker(shop)
        counts.append(queries_of_handing_out())
    assert counts[0] == counts[1]


people = st.lists(
    st.tuples(
        st.sets(st.integers(0, 2)),  # the shops
        st.booleans(),  # takes new cases
        st.sampled_from([True, True, True, False]),  # has an account
        st.integers(1, 3),  # the limit
        st.integers(0, 4),  # cases given by hand before
    ),
    max_size=5,
)


@pytest.mark.django_db
@given(people=people, waiting=st.lists(st.integers(0, 2), max_size=8), closed=st.sets(st.integers(0, 2), max_size=1))
# Shrinking a failure would take minutes: each example writes dozens of rows.
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_case_is_unassigned_iff_nobody_there_has_room(people, waiting, closed):
    """TT-08, both directions, after any run; who has more than the limit by hand keeps them and gets none."""
    User.objects.update(takes_cases=False)
    Shop.objects.update(is_active=False)
    shops = [make_shop() for _each in range(3)]
    home = make_shop()
    root = make_lead(is_superuser=True)
    staff = []
    for places, takes, has_account, limit, load in people:
        person = make_agent(home, *(shops[place] for place in places), takes_cases=takes, case_limit=limit)
        for _each in range(load):
            own(make_case(home), person, root)
        User.objects.filter(pk=person.pk).update(is_active=has_account)
        staff.append((person.pk, {shops[place].pk for place in places}, takes and has_account, limit))
    cases = [make_case(shops[place]) for place in waiting]
    Shop.objects.filter(pk__in=[shops[place].pk for place in closed]).update(is_active=False)
    before = open_cases_of(pk for pk, *_rest in staff)
    given = hand_out(now=AT)["handed_out"]
    after = open_cases_of(pk for pk, *_rest in staff)

    def with_room(shop_id: int, loads: Counter[int]) -> bool:
        is_open = shop_id not in {shops[place].pk for place in closed}
        return is_open and any(takes and shop_id in at and loads[pk] < limit for pk, at, takes, limit in staff)

    for case, owner in zip(cases, owners(*cases), strict=True):
        if owner is None:
            assert not with_room(case.shop_id, after)
        else:
            assert with_room(case.shop_id, before)
            assert any(pk == owner and takes and case.shop_id in at for pk, at, takes, _limit in staff)
    assert all(after[pk] <= max(limit, before[pk]) for pk, _at, _takes, limit in staff)
    assert given == sum(owner is not None for owner in owners(*cases)) == after.total() - before.total()
    assert hand_out(now=AT) == {"handed_out": 0}
    verify()
