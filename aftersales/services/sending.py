"""Tell people and channels what `remind` has written down: one message each for all that waits."""

from __future__ import annotations

import logging
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.enums import Telling
from aftersales.messages import MOST_LINES, Line, compose, subject
from aftersales.models import Channel, Notification, User
from aftersales.selectors.notifications import notification_rows
from aftersales.selectors.wording import span
from aftersales.services.robots import tell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.core.mail.backends.base import BaseEmailBackend

TASK = "aftersales.tasks.send_reminders"
MOST = 2000  # notifications in one message; what is beyond goes with the next
logger = logging.getLogger(__name__)


def waits(*, now: datetime) -> bool:
    """Whether anything is to be sent now."""
    return Notification.objects.to_send(now).exists()


def send(*, now: datetime) -> dict[str, int]:
    """Send what waits. Two at once never send the same: rows are claimed first, and given back where it failed.

    What a process had claimed when it was killed is not sent again: the page has it, and the next warning comes.
    Returns how many messages went out (`sent`) and how many did not (`failed`).
    """
    _settle(now)
    counts = Counter({"sent": 0, "failed": 0})
    waiting = Notification.objects.to_send(now)
    with translation.override(settings.LANGUAGE_CODE):
        for channel in Channel.objects.filter(pk__in=waiting.values("channel")).order_by("pk"):
            counts.update(_deliver(partial(_to_robot, channel, now), now, channel=channel))
        people = list(User.objects.filter(pk__in=waiting.values("person")).order_by("pk"))
        if people:
            postman: BaseEmailBackend = get_connection()
            problem = _open(postman)
            for person in people:
                counts.update(_deliver(partial(_by_mail, person, postman, problem), now, person=person))
            postman.close()
    return dict(counts)


def send_test(*, channel: Channel, now: datetime) -> str:
    """A message that says nothing is wrong. Returns why it did not go, if so."""
    return _to_robot(channel, now, _("Test message"), _("Aftersales Desk reaches this channel."))


def _settle(now: datetime) -> None:
    """Drop what there is no more reason for, or nobody for; who gets no e-mail any more is told by the page alone."""
    unsent = Notification.objects.unsent()
    unsent.idle().update(dropped_at=now)
    unsent.filter(Q(person__is_active=False) | Q(channel__is_active=False)).update(dropped_at=now)
    without_mail = Q(person__email="") | Q(person__gets_mail=False)
    if not settings.SENDS_MAIL:
        without_mail = Q(person__isnull=False)
    unsent.filter(without_mail).update(sent_at=now)


def _deliver(tell_them: Callable[[str, str], str], now: datetime, **recipient: Any) -> list[str]:
    claimed = _claim(now, **recipient)
    if not claimed:
        return []
    title, body = _message(claimed, now)
    try:
        fault = tell_them(title, body)
    except Exception as error:  # the senders are of many hands: whatever they raise is a message that did not go
        logger.exception("a reminder was not sent")
        fault = type(error).__name__
    if not fault:
        return ["sent"]
    Notification.objects.filter(pk__in=claimed).update(sent_at=None)
    return ["failed"]


@transaction.atomic
def _claim(now: datetime, **recipient: Any) -> list[int]:
    """Keys of what waits for one recipient, marked as sent by us: whoever else looks finds nothing."""
    waiting = Notification.objects.to_send(now).filter(**recipient)
    locked = waiting.select_for_update(
        of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
    ).order_by("pk")
    keys = list(locked.values_list("pk", flat=True)[:MOST])
    Notification.objects.filter(pk__in=keys).update(sent_at=now, tries=F("tries") + 1)
    return keys


def _message(keys: list[int], now: datetime) -> tuple[str, str]:
    claimed = Notification.objects.filter(pk__in=keys).order_by("deadline__due_at", "pk")
    rows = notification_rows(claimed.select_related("case__shop", "deadline")[:MOST_LINES], at=now)
    lines = []
    for row in rows:
        time = _("%(time)s left") if row.due_at >= now else _("%(time)s late")
        if row.tells == Telling.ALERT:
            time = _("At once")
        lines.append(
            Line(
                time=time % {"time": span(row.due_at - now)},
                deadline=row.deadline_name,
                ref=row.ref,
                shop=row.shop_name,
                due=date_format(localtime(row.due_at), "m-d H:i"),
                link=f"{settings.SITE_URL}{reverse('case', args=[row.ref])}" if settings.SITE_URL else "",
            )
        )
    return subject(len(keys)), compose(lines, count=len(keys))


def _to_robot(channel: Channel, now: datetime, title: str, body: str) -> str:
    fault = tell(address=channel.address, title=title, body=body)
    if fault:
        logger.warning("channel %s: %s", channel.name, fault)
        Channel.objects.filter(pk=channel.pk).update(fault=fault)
    else:
        Channel.objects.filter(pk=channel.pk).update(fault="", told_at=now)
    return fault


def _open(postman: BaseEmailBackend) -> str:
    """One connection for all. Returns why there is none: nobody waits for it again."""
    try:
        postman.open()
    except OSError as error:  # SMTP's own errors are of this kind as well
        logger.warning("no connection to the mail server: %s", error)
        return str(error) or type(error).__name__
    return ""


def _by_mail(person: User, postman: BaseEmailBackend, problem: str, title: str, body: str) -> str:
    if problem:
        return problem
    try:
        EmailMessage(title, body, to=[person.email], connection=postman).send()
    except OSError as error:
        logger.warning("e-mail to %s: %s", person.username, error)
        return str(error) or type(error).__name__
    return ""
