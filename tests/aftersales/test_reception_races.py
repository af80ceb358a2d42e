"""Two who hand out at once, and people who assign meanwhile: no limit is passed, no case is given twice (TT-08)."""

import pytest

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent
from aftersales.selectors.reception import open_cases_of
from aftersales.services import reception
from aftersales.services.cases import assign_case
from aftersales.services.ledger import verify
from aftersales.services.reception import hand_out, set_reception
from tests.aftersales.test_races import at_once
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db(transaction=True)
CASES = 12
LIMIT = 3


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch) -> None:
    """So that the runs take turns many times."""
    monkeypatch.setattr(reception, "BATCH", 2)


def team(*, cases=CASES, limit=LIMIT):
    shop = make_shop()
    takers = [make_agent(shop, takes_cases=True, case_limit=limit) for _each in range(3)]
    return takers, [make_case(shop) for _each in range(cases)], make_lead(shop)


def handing_out():
    return hand_out(now=AT)


def given(case):
    return CaseEvent.objects.filter(case_id=case.pk, type=EventType.CASE_ASSIGNED).count()


def test_two_runs_pass_no_limit():
    """TT-08: the second run counts what the first gave."""
    takers, cases, _lead = team()
    results = at_once(*[handing_out] * 3)
    assert sum(each["handed_out"] for each in results) == 3 * LIMIT, results
    assert set(open_cases_of(person.pk for person in takers).values()) == {LIMIT}
    owned = Case.objects.filter(assignee__isnull=False)
    assert owned.count() == 3 * LIMIT
    assert [given(case) for case in cases].count(1) == 3 * LIMIT
    assert verify() == CASES + 3 * LIMIT


def test_two_runs_give_no_case_twice():
    takers, cases, _lead = team(limit=200)
    results = at_once(*[handing_out] * 3)
    assert sum(each["handed_out"] for each in results) == CASES, results
    assert [given(case) for case in cases] == [1] * CASES
    assert sorted(open_cases_of(person.pk for person in takers).values()) == [4, 4, 4]
    verify()


def test_people_who_assign_meanwhile_are_neither_lost_nor_in_the_way():
    """A lead's word counts: whoever comes first, the case ends with the person whom the lead named."""
    _takers, cases, lead = team(limit=200)
    chosen = make_agent(cases[0].shop)
    by_hand = [
        lambda case=case: assign_case(case=case, to=chosen, by=lead, now=AT) for case in (cases[0], cases[5], cases[-1])
    ]
    results = at_once(handing_out, handing_out, *by_hand)
    assert not [each for each in results if isinstance(each, Exception)]
    for case in (cases[0], cases[5], cases[-1]):
        assert Case.objects.get(pk=case.pk).assignee == chosen
    handing_out()  # what another held locked waited for the next run
    for case in Case.objects.all():
        assert case.assignee_id
        assert case.version == 1 + given(case)
    verify()


def test_limit_that_is_lowered_meanwhile_holds_from_then_on():
    takers, _cases, lead = team()
    lowering = [lambda person=person: set_reception(person=person, by=lead, case_limit=1) for person in takers]
    results = at_once(handing_out, *lowering, handing_out)
    assert not [each for each in results if isinstance(each, Exception)]
    loads = open_cases_of(person.pk for person in takers)
    assert all(1 <= loads[person.pk] <= LIMIT for person in takers)
    assert handing_out() == {"handed_out": 0}
    verify()
