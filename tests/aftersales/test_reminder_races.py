"""Two workers at once tell once."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Telling
from aftersales.models import Channel, Notification
from aftersales.services.reminders import remind
from aftersales.services.sending import send
from aftersales.services.sweep import sweep_deadlines
from tests.aftersales.listener import listening
from tests.aftersales.test_races import at_once
from tests.factories import learn, make_case, make_lead, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
DUE = AT + 48 * HOUR
CASES = 6


def shop_with_tickets():
    shop = make_shop()
    lead = make_lead(shop)
    for _each in range(CASES):
        learn(make_case(shop), EventType.TICKET_OPENED, lead)
    return lead


def test_two_runs_write_every_notification_once():
    lead = shop_with_tickets()
    for tells, now in ((Telling.WARNING, DUE - HOUR), (Telling.BREACH, DUE + HOUR)):
        sweep_deadlines(now=now)
        results = at_once(*[lambda now=now: remind(now=now)] * 3)
        assert sum(each["warned"] for each in results) == CASES, results
        assert Notification.objects.filter(person=lead, tells=tells).count() == CASES


def test_two_senders_send_once():
    shop_with_tickets()
    with listening() as robot:
        Channel.objects.create(name="售后群", address=robot.address)
        remind(now=DUE - HOUR)
        results = at_once(*[lambda: send(now=DUE - HOUR)] * 3)
    assert sum(each["sent"] for each in results) == len(robot.heard), results
    told = "".join(each["message"] for each in robot.heard)
    assert all(told.count(f"C-{pk:06d}") == 1 for pk in Notification.objects.values_list("case_id", flat=True))
    assert not Notification.objects.filter(channel__isnull=False, sent_at=None).exists()
