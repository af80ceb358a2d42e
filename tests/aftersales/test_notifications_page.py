"""The bell and its list: a person's own, until they have seen it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from aftersales.enums import EventType
from aftersales.models import Notification
from aftersales.selectors import notifications
from aftersales.services.cases import assign_case
from aftersales.services.reminders import remind
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case
from tests.instants import AT

HOUR = timedelta(hours=1)
DUE = AT + 48 * HOUR
NOW = DUE - HOUR


@pytest.fixture
def case(shop, agent):
    return ticket(shop, agent)


@pytest.fixture
def page(client, agent, time_machine):
    client.force_login(agent)
    time_machine.move_to(NOW, tick=False)
    return client


def ticket(shop, agent):
    case = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)
    return assign_case(case=case, to=agent, by=agent, now=AT)


def sweep(now=NOW):
    sweep_deadlines(now=now)
    remind(now=now)


def part(client, target):
    return client.get(reverse("notifications"), headers={"HX-Request": "true", "HX-Target": target})


def unseen(agent):
    return Notification.objects.of(agent).live().unseen().count()


def test_page_lists_what_is_due_with_a_link_to_its_case(page, case):
    sweep()
    answer = page.get(reverse("notifications"))
    assert reverse("case", args=[case.ref]) in answer.content.decode()
    assert [row.ref for row in answer.context["rows"]] == [case.ref]


def test_page_without_notifications(page):
    answer = page.get(reverse("notifications"))
    assert answer.status_code == 200
    assert answer.context["rows"] == []


def test_bell_counts_and_names_the_newest(page, case, shop, agent):
    ticket(shop, agent)
    sweep()
    answer = part(page, "bell")
    assert answer.context["bell"].unseen == 2
    newest = sorted(Notification.objects.values_list("pk", flat=True), reverse=True)
    assert f'data-newest="{newest[0]} {newest[1]}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_every_page_has_the_bell(page):
    assert 'id="bell"' in page.get(reverse("queue")).content.decode()


def test_panel_and_page_ask_for_the_list_alone(page, case):
    sweep()
    for target in ("bell_panel", "notifications"):
        body = part(page, target).content.decode()
        assert "<html" not in body
        assert case.ref in body
        assert ("every 30s" in body) is (target == "notifications")


def test_other_people_see_none_of_it(client, case, shop):
    sweep()
    client.force_login(make_agent(shop))
    assert client.get(reverse("notifications")).context["rows"] == []
    assert part(client, "bell").context["bell"].unseen == 0


def test_who_left_the_shop_sees_none_of_it_any_more(page, case, agent):
    sweep()
    agent.shops.clear()
    assert page.get(reverse("notifications")).context["rows"] == []


def test_stranger_must_log_in(client, db):
    assert client.get(reverse("notifications")).status_code == 302
    assert client.post(reverse("notifications_seen")).status_code == 302


def test_opening_a_case_has_seen_its_notifications(page, case, shop, agent):
    other = ticket(shop, agent)
    sweep()
    page.get(reverse("case", args=[case.ref]))
    assert list(Notification.objects.filter(seen_at=NOW).values_list("case_id", flat=True)) == [case.pk]
    rows = page.get(reverse("notifications")).context["rows"]
    assert [(row.ref, row.is_seen) for row in rows] == [(other.ref, False), (case.ref, True)]


def test_colleague_who_opens_the_case_has_seen_nothing_for_others(client, case, shop, agent):
    sweep()
    client.force_login(make_agent(shop))
    client.get(reverse("case", args=[case.ref]))
    assert unseen(agent) == 1


def test_all_that_were_shown_are_marked_and_what_came_since_is_not(page, case, shop, agent):
    sweep()
    shown = page.get(reverse("notifications")).context["up_to"]
    ticket(shop, agent)
    sweep()
    answer = page.post(reverse("notifications_seen"), {"up_to": shown})
    assert answer.status_code == 302
    assert unseen(agent) == 1
    answer = page.post(reverse("notifications_seen"), {"is_page": "1"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "bell-changed" or "bell-changed" in answer.headers["HX-Trigger"]
    assert unseen(agent) == 0


@pytest.mark.parametrize("up_to", ["", "x", "9" * 40, "-1"])
def test_mark_that_cannot_be_read_means_all(page, case, agent, up_to):
    sweep()
    page.post(reverse("notifications_seen"), {"up_to": up_to})
    assert unseen(agent) == 0


def test_handled_deadline_leaves_the_list(page, case, agent):
    sweep()
    learn(case, EventType.TICKET_CLOSED, agent, at=NOW)
    assert part(page, "bell").context["bell"].unseen == 0
    assert page.get(reverse("notifications")).context["rows"] == []


def test_breach_stays_until_it_is_answered(page, case, agent):
    sweep(DUE + HOUR)
    assert part(page, "bell").context["bell"].unseen == 1
    learn(case, EventType.TICKET_CLOSED, agent, at=NOW, now=DUE + 2 * HOUR)
    assert part(page, "bell").context["bell"].unseen == 0


def test_list_is_bounded_and_costs_the_same(page, case, shop, agent, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(notifications, "SHOWN", 3)
    for _each in range(4):
        ticket(shop, agent)
    sweep()
    with django_assert_max_num_queries(9):
        assert len(page.get(reverse("notifications")).context["rows"]) == 3
    with django_assert_max_num_queries(5):
        part(page, "bell")
