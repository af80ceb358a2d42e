"""What a person has been told of, as far as it still matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.enums import Telling
from aftersales.models import Notification
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import urgency, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import ApiToken, User
    from aftersales.querysets import NotificationQuerySet

SHOWN = 50
RUNG = 20  # as many are named to the page, which finds those that are new to it


@dataclass(frozen=True, slots=True)
class NotificationRow:
    pk: int
    ref: str
    tells: str
    label: _StrOrPromise
    deadline_name: str
    shop_name: str
    due_at: datetime
    urgency: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Bell:
    """`newest` are keys, the newest first."""

    unseen: int
    newest: list[int]


def my_notifications(user: User, token: ApiToken | None = None) -> NotificationQuerySet:
    return Notification.objects.of(user, token).live()


def bell_of(user: User) -> Bell:
    unseen = my_notifications(user).unseen()
    return Bell(unseen.count(), list(unseen.order_by("-pk").values_list("pk", flat=True)[:RUNG]))


def notification_page(user: User, *, at: datetime) -> list[NotificationRow]:
    """The unseen first, then those seen; the most urgent first."""
    found: list[Notification] = []
    for is_seen in (False, True):
        rest = my_notifications(user).filter(seen_at__isnull=not is_seen).order_by("deadline__due_at", "-pk")
        found += rest.select_related("case__shop", "deadline")[: SHOWN - len(found)]
    return notification_rows(found, at=at)


def notification_rows(notifications: Iterable[Notification], *, at: datetime) -> list[NotificationRow]:
    """Rows for notifications with case, shop and deadline loaded; the end shown is the deadline's own by now."""
    notifications = list(notifications)
    books = rule_books(sorted({one.case.shop.platform for one in notifications}))
    rows = []
    for one in notifications:
        rule = books[one.case.shop.platform].rule(one.deadline.rule, one.deadline.policy_id)
        rows.append(
            NotificationRow(
                pk=one.pk,
                ref=one.case.ref,
                tells=one.tells,
                label=Telling(one.tells).label,
                deadline_name=words(rule.name) if rule else one.deadline.rule,
                shop_name=one.case.shop.name,
                due_at=one.deadline.due_at,
                urgency="urgent" if one.tells == Telling.ALERT else urgency(one.deadline.due_at, at),
                is_seen=one.seen_at is not None,
            )
        )
    return rows
