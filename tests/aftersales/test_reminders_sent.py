"""What was written down is told: one message each, quiet when handled, never twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.utils.translation import gettext as _
from django_q.models import OrmQ

from aftersales.enums import EventType, Telling
from aftersales.messages import MOST_BYTES, MOST_LINES, Line, compose, subject
from aftersales.models import Channel, Notification
from aftersales.querysets import RESTS
from aftersales.selectors.wording import span
from aftersales.services import sending
from aftersales.services.cases import assign_case
from aftersales.services.reminders import remind
from aftersales.services.sending import send, waits
from aftersales.services.sweep import sweep_deadlines
from aftersales.tasks import send_reminders
from appeals.services.sweep import sweep_all
from tests.aftersales.listener import Listener, listening
from tests.factories import learn, make_case
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
DUE = AT + 48 * HOUR
NOTHING = {"sent": 0, "failed": 0}
SENT = {"sent": 1, "failed": 0}
FAILED = {"sent": 0, "failed": 1}


@pytest.fixture(autouse=True)
def _mail(settings) -> None:
    settings.SENDS_MAIL = True
    settings.SITE_URL = "https://desk.example"


@pytest.fixture
def agent(agent):
    agent.email = "agent@desk.example"
    agent.save()
    return agent


@pytest.fixture
def case(shop, agent):
    return ticket(shop, agent)


@pytest.fixture
def robot() -> Iterator[Listener]:
    with listening() as robot:
        yield robot


@pytest.fixture
def channel(db, robot) -> Channel:
    return Channel.objects.create(name="售后群", address=robot.address)


def ticket(shop, agent):
    """Due at DUE, warned 12, 4 and 1 h before (PD-46)."""
    case = learn(make_case(shop, agent), EventType.TICKET_OPENED, agent)
    return assign_case(case=case, to=agent, by=agent, now=AT)


def sweep(now):
    sweep_deadlines(now=now)
    remind(now=now)


def test_owner_gets_one_e_mail_for_all_that_waits(case, shop, agent):
    cases = [case, ticket(shop, agent), ticket(shop, agent)]
    sweep(DUE - HOUR)
    assert send(now=DUE - HOUR) == SENT
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["agent@desk.example"], subject(3))
    for one in cases:
        assert one.ref in letter.body
        assert f"https://desk.example/cases/{one.ref}/" in letter.body
    assert "03-04 10:00" in letter.body
    assert send(now=DUE - HOUR) == NOTHING


def test_message_names_no_buyer(case, shop, agent):
    sweep(DUE - HOUR)
    send(now=DUE - HOUR)
    assert case.buyer not in mail.outbox[0].body
    assert case.order.platform_order_no not in mail.outbox[0].body


def test_without_an_address_of_the_desk_there_is_no_link(case, settings):
    settings.SITE_URL = ""
    sweep(DUE - HOUR)
    send(now=DUE - HOUR)
    assert "/cases/" not in mail.outbox[0].body


@pytest.mark.parametrize("why", ["no address", "not wanted", "no server"])
def test_who_gets_no_e_mail_is_told_by_the_page(case, agent, settings, why):
    if why == "no server":
        settings.SENDS_MAIL = False
    else:
        agent.email, agent.gets_mail = ("", True) if why == "no address" else (agent.email, False)
        agent.save()
    sweep(DUE - HOUR)
    assert not waits(now=DUE - HOUR)
    assert send(now=DUE - HOUR) == NOTHING
    assert mail.outbox == []
    assert Notification.objects.of(agent).live().unseen().count() == 1


@pytest.mark.parametrize("why", ["not wanted", "closed account"])
def test_who_wants_no_e_mail_any_more_gets_none(case, agent, why):
    sweep(DUE - HOUR)
    agent.gets_mail, agent.is_active = (False, True) if why == "not wanted" else (True, False)
    agent.save()
    assert send(now=DUE - HOUR) == NOTHING
    assert mail.outbox == []
    assert not waits(now=DUE)


def test_channel_gets_one_message(case, shop, agent, robot, channel):
    other = ticket(shop, agent)
    sweep(DUE - HOUR)
    assert send(now=DUE - HOUR) == {"sent": 2, "failed": 0}
    (heard,) = robot.heard
    assert heard["title"] == subject(2)
    assert case.ref in heard["message"]
    assert other.ref in heard["message"]
    channel.refresh_from_db()
    assert (channel.told_at, channel.fault) == (DUE - HOUR, "")


def test_breach_is_told_as_late(case, robot, channel):
    sweep(DUE + 2 * HOUR)
    send(now=DUE + 2 * HOUR)
    assert robot.heard[0]["message"].startswith(_("%(time)s late") % {"time": span(2 * HOUR)})


def test_handled_meanwhile_is_quiet(case, agent, robot, channel):
    sweep(DUE - HOUR)
    learn(case, EventType.TICKET_CLOSED, agent, at=DUE - HOUR)
    assert send(now=DUE - HOUR + TICK) == NOTHING
    assert (mail.outbox, robot.heard) == ([], [])
    assert not Notification.objects.filter(dropped_at=None).exists()


def test_breach_that_was_answered_meanwhile_is_quiet(case, agent, robot, channel):
    sweep(DUE + HOUR)
    learn(case, EventType.TICKET_CLOSED, agent, at=DUE + HOUR)
    assert send(now=DUE + HOUR + TICK) == NOTHING
    assert robot.heard == []


def test_warning_that_became_a_breach_is_told_as_one(case, robot, channel):
    sweep(DUE - HOUR)
    sweep(DUE + TICK)
    send(now=DUE + TICK)
    assert len(robot.heard) == 1
    assert Notification.objects.get(channel=channel, dropped_at=None).tells == Telling.BREACH


def test_failing_channel_is_tried_three_times_and_keeps_its_fault(case, agent, robot, channel):
    agent.email = ""
    agent.save()
    now = DUE - HOUR
    sweep(now)
    robot.status = 500
    assert send(now=now) == FAILED
    channel.refresh_from_db()
    assert "500" in channel.fault
    assert channel.told_at is None

    for rest in RESTS.values():
        assert not waits(now=now + rest - TICK)
        assert send(now=now + rest - TICK) == NOTHING
        assert waits(now=now + rest)
        assert send(now=now + rest) == FAILED
    assert not waits(now=DUE)
    assert send(now=DUE) == NOTHING
    assert len(robot.heard) == 3


def test_channel_that_works_again_gets_what_waited(case, agent, robot, channel):
    agent.email = ""
    agent.save()
    sweep(DUE - HOUR)
    robot.status = 500
    send(now=DUE - HOUR)
    robot.status = 200
    assert send(now=DUE - HOUR + RESTS[1]) == SENT
    channel.refresh_from_db()
    assert (channel.told_at, channel.fault) == (DUE - HOUR + RESTS[1], "")


def test_one_failing_channel_stops_no_other(case, channel, robot):
    Channel.objects.create(name="坏群", address="json://127.0.0.1:1/")
    sweep(DUE - HOUR)
    assert send(now=DUE - HOUR) == {"sent": 2, "failed": 1}
    assert len(robot.heard) == len(mail.outbox) == 1


def test_channel_that_was_switched_off_gets_nothing(case, channel, robot):
    sweep(DUE - HOUR)
    Channel.objects.update(is_active=False)
    send(now=DUE - HOUR)
    assert robot.heard == []


def test_mail_server_that_is_away_fails_and_is_tried_again(case, agent, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    sweep(DUE - HOUR)
    assert send(now=DUE - HOUR) == FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(now=DUE - HOUR + RESTS[1]) == SENT


def test_more_than_one_message_holds(case, shop, agent, monkeypatch):
    monkeypatch.setattr(sending, "MOST", 2)
    for _each in range(2):
        ticket(shop, agent)
    sweep(DUE - HOUR)
    assert send(now=DUE - HOUR) == SENT
    assert send(now=DUE - HOUR) == SENT
    assert send(now=DUE - HOUR) == NOTHING
    assert [letter.subject for letter in mail.outbox] == [subject(2), subject(1)]


def test_sweep_queues_the_sending_only_where_something_waits(case, django_capture_on_commit_callbacks, time_machine):
    with django_capture_on_commit_callbacks(execute=True):
        counts = sweep_all(now=AT)
    assert (counts["warned"], counts["told"], OrmQ.objects.count()) == (0, 0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        counts = sweep_all(now=DUE - HOUR)
    assert (counts["warned"], counts["told"], mail.outbox) == (1, 1, [])
    assert [task.func() for task in OrmQ.objects.all()] == [sending.TASK]
    time_machine.move_to(DUE - HOUR)
    assert send_reminders() == SENT


def line(number, name="工单举证"):
    return Line(time="剩 1 小时", deadline=name, ref=f"C-{number:06d}", shop="店", due="03-04 10:00", link="")


def test_message_lists_the_most_urgent_and_counts_the_rest():
    body = compose([line(number) for number in range(MOST_LINES + 5)], count=60)
    lines = body.splitlines()
    assert len(lines) == MOST_LINES + 1
    assert lines[0] == str(line(0))
    assert "40" in lines[-1]
    assert compose([line(0)], count=1) == str(line(0))


def test_message_fits_into_what_a_robot_takes():
    """WeCom takes 2048 bytes."""
    body = compose([line(number, "时限" * 40) for number in range(MOST_LINES)], count=MOST_LINES)
    assert len(body.encode()) < MOST_BYTES + 60
    shown = len(body.splitlines()) - 1
    assert str(MOST_LINES - shown) in body.splitlines()[-1]
    assert compose([line(1, "长" * 2000)], count=1)
