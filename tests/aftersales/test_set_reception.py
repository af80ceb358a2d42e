"""Who switches whom on, and who sets a limit (TT-10, TT-12, TT-13)."""

import pytest

from aftersales.errors import NotAllowed, Unprocessable
from aftersales.services.reception import set_reception
from tests.factories import make_agent, make_lead, make_shop


def test_people_switch_for_themselves(agent):
    """TT-12: taking new cases is one's own word; the limit is not."""
    assert set_reception(person=agent, by=agent, takes_cases=True).takes_cases
    assert not set_reception(person=agent, by=agent, takes_cases=False).takes_cases
    with pytest.raises(NotAllowed):
        set_reception(person=agent, by=agent, takes_cases=True, case_limit=1)
    agent.refresh_from_db()
    assert (agent.takes_cases, agent.case_limit) == (False, 200)


def test_lead_of_one_of_their_shops_sets_both(shop, agent, lead):
    """TT-13: the lead raises limits and lets more people take cases."""
    after = set_reception(person=agent, by=lead, takes_cases=True, case_limit=300)
    assert (after.takes_cases, after.case_limit) == (True, 300)
    assert set_reception(person=lead, by=lead, case_limit=5).case_limit == 5


def test_strangers_set_nothing(shop, agent):
    gone = make_lead(shop, is_active=False)
    for by in (make_agent(shop), make_lead(make_shop()), gone):
        for change in ({"takes_cases": True}, {"case_limit": 9}):
            with pytest.raises(NotAllowed):
                set_reception(person=agent, by=by, **change)
    root = make_agent(is_superuser=True)
    assert set_reception(person=agent, by=root, case_limit=9).case_limit == 9


@pytest.mark.parametrize(("limit", "is_fine"), [(0, False), (1, True), (9999, True), (10_000, False), (-1, False)])
def test_limit_is_from_1_to_9999(agent, lead, limit, is_fine):
    """TT-10 names a usual least setting; it is not forced."""
    if is_fine:
        assert set_reception(person=agent, by=lead, case_limit=limit).case_limit == limit
        return
    with pytest.raises(Unprocessable) as refused:
        set_reception(person=agent, by=lead, case_limit=limit)
    assert (refused.value.error_code, list(refused.value.fields)) == ("bad_limit", ["case_limit"])
