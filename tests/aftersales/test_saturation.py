"""A shop is saturated when all who take its cases are at their limit (TT-13)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.enums import Role
from aftersales.models import Shop
from aftersales.selectors.reception import reception_of, saturation_of
from aftersales.services.cases import assign_case
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT


def working(*shops, limit, load):
    """Somebody who takes cases and has `load` of the first shop."""
    person = make_agent(*shops, takes_cases=True, case_limit=limit)
    by = make_lead(shops[0])
    for _each in range(load):
        assign_case(case=make_case(shops[0]), to=person, by=by, now=AT)
    return person


@pytest.mark.parametrize(("load", "share", "is_saturated"), [(1, 50, False), (2, 100, True), (3, 150, True)])
def test_saturated_at_100_percent_and_not_one_below(shop, lead, load, share, is_saturated):
    """TT-13: exactly at 100 %; how many wait is said, also when none does."""
    person = working(shop, limit=2, load=load)
    waiting = [make_case(shop) for _each in range(3)]
    found = reception_of(lead)
    row = next(row for row in found.rows if row.person == person)
    assert (found.is_saturated, row.share, row.is_full) == (is_saturated, share, is_saturated)
    assert found.waiting == 3
    named = [(one.name, one.waiting) for one in found.saturation.shops]
    assert named == ([(shop.name, 3)] if is_saturated else [])
    for case in waiting:
        assign_case(case=case, to=make_agent(shop), by=lead, now=AT)
    assert (saturation_of(lead).waiting, bool(saturation_of(lead))) == (0, is_saturated)


def test_one_case_below_the_limit_is_99_percent(shop, lead):
    """TT-13: rounded down, as 100 % means that there is no room."""
    working(shop, limit=200, load=0)
    row = next(row for row in reception_of(lead).rows if row.person.takes_cases)
    assert [type(row)(row.person, "", [], load).share for load in (199, 200)] == [99, 100]


def test_one_with_room_is_enough(shop, lead):
    working(shop, limit=1, load=1)
    working(shop, limit=1, load=0)
    assert not saturation_of(lead)


def test_nobody_who_takes_cases_is_no_saturation(shop, lead, agent):
    """TT-13 is about limits: without anybody who takes cases the queue is worked by hand."""
    make_case(shop)
    assert not saturation_of(lead)
    assert reception_of(lead).waiting == 1


def test_those_who_have_left_or_do_not_take_cases_leave_no_room(shop, lead, agent):
    make_agent(shop, takes_cases=True, is_active=False)
    working(shop, limit=1, load=1)
    assert [one.name for one in saturation_of(lead).shops] == [shop.name]


def test_each_shop_is_looked_at_alone(shop):
    """Most waiting first; shops of others and closed ones are none of this lead's."""
    other, foreign, closed = make_shop(), make_shop(), make_shop()
    lead = make_lead(shop, other, closed)
    working(shop, other, closed, limit=1, load=1)
    working(foreign, limit=1, load=1)
    for place in (other, other, shop, foreign):
        make_case(place)
    Shop.objects.filter(pk=closed.pk).update(is_active=False)
    assert [(one.name, one.waiting) for one in saturation_of(lead).shops] == [(other.name, 2), (shop.name, 1)]
    working(other, limit=2, load=1)
    assert [one.name for one in saturation_of(lead).shops] == [shop.name]


def test_superuser_sees_every_shop(shop):
    working(shop, limit=1, load=1)
    assert [one.name for one in saturation_of(make_agent(is_superuser=True)).shops] == [shop.name]


def test_agent_sees_themself_only(shop, agent):
    """An agent's own row, and what waits in their shops; saturation is the lead's business."""
    working(shop, limit=1, load=1)
    make_case(shop)
    make_case(make_shop())
    found = reception_of(agent)
    assert [row.person for row in found.rows] == [agent]
    assert (found.waiting, found.is_saturated) == (1, False)


def test_lead_sees_the_people_and_shops_that_are_theirs(shop, lead, agent):
    other = make_shop()
    agent.shops.add(other)
    make_agent(other)
    make_agent(shop, is_active=False)
    found = reception_of(lead)
    assert {row.person for row in found.rows} == {agent, lead}
    row = next(row for row in found.rows if row.person == lead)
    assert (row.role_label, row.shops, row.open_cases) == (Role.LEAD.label, [shop.name], 0)
    assert all(row.shops == [shop.name] for row in found.rows)


def queries_of(read, user) -> int:
    with CaptureQueriesContext(connection) as queries:
        read(user)
    return len(queries)


def test_queries_do_not_grow_with_the_team(shop, lead):
    counts = []
    for _round in range(2):
        for _each in range(3):
            working(shop, make_shop(), limit=1, load=1)
        counts.append(queries_of(reception_of, lead))
    assert counts[0] == counts[1] <= 8


def test_question_of_the_queue_page_is_cheap(shop, lead, agent):
    """One query while there is room, two when saturated, none for an agent."""
    working(shop, limit=2, load=1)
    assert (queries_of(saturation_of, lead), queries_of(saturation_of, agent)) == (1, 0)
    working(shop, limit=1, load=1)
    assert queries_of(saturation_of, lead) == 1
    lead.shops.set([full := make_shop()])
    working(full, limit=1, load=1)
    assert queries_of(saturation_of, lead) == 2
