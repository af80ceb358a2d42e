"""Owner, colleague, lead and stranger: who may do what, with the reason."""

import pytest

from aftersales import permissions
from aftersales.errors import NotAllowed
from aftersales.models import ApiToken, Case
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT


@pytest.fixture
def case(shop, agent):
    return make_case(shop, agent)


@pytest.fixture
def people(shop, agent, lead):
    chief = make_agent(is_superuser=True)
    return {
        "agent": agent, "colleague": make_agent(shop), "lead": lead, "chief": chief,
        "stranger": make_agent(make_shop()), "strange lead": make_lead(make_shop()), "nobody's": make_agent(),
        "gone": make_agent(shop, is_active=False),
    }  # fmt: skip


def who(people, check, *arguments) -> set[str]:
    """Whom a check lets through; everybody else is given a reason."""
    allowed = set()
    for name, user in people.items():
        try:
            check(user, *arguments)
        except NotAllowed as refusal:
            allowed |= set() if str(refusal.message) else {f"{name}, refused without a reason"}
        else:
            allowed.add(name)
    return allowed


def test_cases_are_for_the_people_of_their_shop(people, case):
    assert who(people, permissions.check_case, case) == {"agent", "colleague", "lead", "chief"}


def test_audit_is_for_leads(people):
    assert who(people, permissions.check_lead) == {"lead", "strange lead", "chief"}


@pytest.mark.parametrize("name", ["case", "lead"])
def test_can_says_what_check_says(people, case, name):
    arguments = [case] if name == "case" else []
    check, can = (getattr(permissions, f"{verb}_{name}") for verb in ("check", "can"))
    for user in people.values():
        assert can(user, *arguments) == (user in [people[each] for each in who(people, check, *arguments)])


def test_lists_show_what_checks_allow(people, case):
    """A closed account cannot log in; a list needs no second check for it."""
    seen = {name for name, user in people.items() if case in Case.objects.visible_to(user)}
    assert seen - {"gone"} == who(people, permissions.check_case, case)


def make_token(user, *shops, **fields) -> ApiToken:
    token = ApiToken.objects.create(user=user, hint="desk_…", key_hash=f"{user.pk:064d}", created_at=AT, **fields)
    token.shops.set(shops)
    return token


def test_token_is_narrower_than_its_person(shop, agent, case):
    other = make_shop()
    agent.shops.add(other)
    elsewhere = make_case(other, agent)
    wide, narrow = make_token(agent), make_token(make_agent(shop, other), other)
    permissions.check_shop(agent, shop, wide)
    permissions.check_shop(agent, other, narrow)
    with pytest.raises(NotAllowed) as refusal:
        permissions.check_case(agent, case, narrow)
    assert refusal.value.error_code == "other_shop"
    assert set(Case.objects.visible_to(agent, wide)) == {Case(pk=case.pk), Case(pk=elsewhere.pk)}
    assert set(Case.objects.visible_to(agent, narrow)) == {Case(pk=elsewhere.pk)}


def test_token_is_never_wider_than_its_person(shop, agent):
    other = make_shop()
    with pytest.raises(NotAllowed):
        permissions.check_shop(agent, other, make_token(agent, other))


def test_read_only_token_writes_nothing(agent):
    permissions.check_write(None)
    permissions.check_write(make_token(agent))
    with pytest.raises(NotAllowed) as refusal:
        permissions.check_write(make_token(make_agent(), is_read_only=True))
    assert refusal.value.error_code == "read_only"
