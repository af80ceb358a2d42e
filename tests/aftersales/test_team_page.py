"""The team page: everybody's own switch, and the lead's limits (TT-10, TT-12, TT-13)."""

import pytest
from django.urls import reverse

from aftersales.models import User
from aftersales.services.cases import assign_case
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT

TEAM = "/team/"
LONG = "9" * 30


def as_shown(person: User, **changes) -> dict[str, str]:
    """What the browser sends of a person's row: what the page showed, and what was changed on it."""
    shown = {"takes_cases": person.takes_cases, "case_limit": person.case_limit}
    kept = shown | changes
    sent = {"initial-takes_cases": str(shown["takes_cases"]), "initial-case_limit": str(shown["case_limit"])}
    sent |= {"case_limit": str(kept["case_limit"])} | ({"takes_cases": "on"} if kept["takes_cases"] else {})
    return sent


def own_switch(person: User, *, takes_cases: bool) -> dict[str, str]:
    sent = as_shown(person, takes_cases=takes_cases)
    return {name: value for name, value in sent.items() if "case_limit" not in name}


def send(client, person: User, data: dict[str, str]):
    return client.post(reverse("team_member", args=[person.pk]), data)


def now_of(person: User) -> tuple[bool, int]:
    return User.objects.values_list("takes_cases", "case_limit").get(pk=person.pk)


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return client


def test_stranger_must_log_in(client, agent):
    assert client.get(TEAM).status_code == 302
    assert send(client, agent, as_shown(agent, takes_cases=True)).status_code == 302
    assert now_of(agent) == (False, 200)


def test_every_page_links_to_it(page):
    assert f'href="{TEAM}"' in page.get(reverse("queue")).text


def test_lead_sees_the_people_of_their_shops(page, agent, lead):
    other = make_agent(make_shop())
    text = page.get(TEAM).text
    for person in (agent, lead):
        assert reverse("team_member", args=[person.pk]) in text
        assert person.display_name in text
    assert other.display_name not in text
    assert text.count('name="case_limit" value="200"') == 2


def test_lead_sets_switch_and_limit(page, agent):
    """TT-13: the two things that a lead can do."""
    answer = send(page, agent, as_shown(agent, takes_cases=True, case_limit=250))
    assert (answer.status_code, answer.url) == (302, TEAM)
    assert now_of(agent) == (True, 250)
    assert "data-toast-message" in page.get(TEAM).text


def test_old_page_sets_only_what_was_changed_on_it(page, agent):
    """TT-12: the agent went online since the page was loaded; a new limit does not send them off again."""
    sent = as_shown(agent, case_limit=250)
    User.objects.filter(pk=agent.pk).update(takes_cases=True)
    send(page, agent, sent)
    assert now_of(agent) == (True, 250)


@pytest.mark.parametrize("limit", ["", "0", "-1", "10000", "x", "1.5", LONG])
def test_bad_limit_is_refused_beside_its_field_and_kept(page, agent, limit):
    answer = send(page, agent, as_shown(agent, takes_cases=True) | {"case_limit": limit})
    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert f'name="case_limit" value="{limit}"' in answer.text or not limit
    assert f'id="id_{agent.pk}_takes_cases" checked' in answer.text
    assert now_of(agent) == (False, 200)


@pytest.mark.parametrize("limit", [1, 199, 200, 9999])
def test_limit_below_the_usual_one_is_no_error(page, agent, limit):
    """TT-10: 200 is the usual least setting; it stands under the table, and nothing is forced."""
    assert send(page, agent, as_shown(agent, case_limit=limit)).status_code == 302
    assert now_of(agent) == (False, limit)


def test_agent_sees_their_own_row_with_the_switch_only(client, agent, lead):
    client.force_login(agent)
    text = client.get(TEAM).text
    assert reverse("team_member", args=[agent.pk]) in text
    assert lead.display_name not in text
    assert 'name="takes_cases"' in text
    assert 'name="case_limit"' not in text


def test_agent_switches_for_themself(client, agent):
    """TT-12: online is who is logged in and takes new cases."""
    client.force_login(agent)
    assert send(client, agent, own_switch(agent, takes_cases=True)).status_code == 302
    assert now_of(agent) == (True, 200)
    agent.refresh_from_db()
    assert send(client, agent, own_switch(agent, takes_cases=False)).status_code == 302
    assert now_of(agent) == (False, 200)


def test_agent_sets_no_limit(client, agent):
    client.force_login(agent)
    answer = send(client, agent, own_switch(agent, takes_cases=True) | {"case_limit": "9000"})
    assert answer.status_code == 403
    assert now_of(agent) == (False, 200)


def test_agent_sets_nothing_for_a_colleague(client, agent, shop):
    client.force_login(make_agent(shop))
    assert send(client, agent, as_shown(agent, takes_cases=True)).status_code == 404
    assert now_of(agent) == (False, 200)


def test_lead_of_another_shop_finds_nobody(client, agent):
    client.force_login(make_lead(make_shop()))
    assert send(client, agent, as_shown(agent, takes_cases=True)).status_code == 404
    assert send(client, agent, as_shown(agent, case_limit=1)).status_code == 404
    assert now_of(agent) == (False, 200)


@pytest.mark.parametrize("pk", [0, 10**9, int(LONG)])
def test_nobody_has_that_number(page, pk):
    assert page.post(f"{TEAM}{pk}/", {}).status_code == 404


def test_closed_account_is_not_in_the_team(page, shop):
    gone = make_agent(shop, is_active=False)
    assert gone.display_name not in page.get(TEAM).text
    assert send(page, gone, as_shown(gone, takes_cases=True)).status_code == 404


def test_superuser_sees_all_and_a_lead_without_shops_nobody(client, agent):
    client.force_login(make_agent(is_superuser=True))
    assert agent.display_name in client.get(TEAM).text
    assert send(client, agent, as_shown(agent, case_limit=7)).status_code == 302
    client.force_login(make_lead())
    assert client.get(TEAM).context["rows"] == []


@pytest.mark.parametrize(("limit", "is_shown"), [(2, False), (1, True)])
def test_banner_when_saturated(page, shop, agent, lead, limit, is_shown):
    """TT-13: on the team page and on the lead's queue, at 100 % and not before; agents do not see it."""
    User.objects.filter(pk=agent.pk).update(takes_cases=True, case_limit=limit)
    assign_case(case=make_case(shop), to=agent, by=lead, now=AT)
    make_case(shop)
    for address in (TEAM, reverse("queue")):
        assert ('class="notice warning saturation"' in page.get(address).text) is is_shown
    part = page.get(reverse("queue"), headers={"HX-Request": "true", "HX-Target": "queue_rail"})
    assert "saturation" not in part.text
    page.force_login(agent)
    for address in (TEAM, reverse("queue")):
        assert "saturation" not in page.get(address).text


def test_page_costs_the_same_for_a_large_team(page, shop, django_assert_max_num_queries):
    for _each in range(12):
        make_agent(shop, takes_cases=True)
    with django_assert_max_num_queries(9):
        page.get(TEAM)


def test_limits_are_in_the_administration(client, agent, db):
    client.force_login(make_agent(is_superuser=True, is_staff=True))
    text = client.get(reverse("admin:aftersales_user_change", args=[agent.pk])).text
    assert 'name="takes_cases"' in text
    assert 'name="case_limit"' in text
