"""Filters that pages, API and commands share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Never, Self

from django.db import models
from django.db.models import F, Q

from aftersales.couriers import normalized
from aftersales.enums import Outcome, Telling
from aftersales.errors import DeskError
from aftersales.reminders import SLIGHT

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.models import ApiToken, Case, Notification, User


LONGEST_REF = 20  # characters of a case's own number that the database can hold


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def visible_to(self, user: User, token: ApiToken | None = None) -> Self:
        """The cases of the person's shops, and of the token's where it names some."""
        cases = self
        if not user.is_superuser:
            cases = cases.filter(shop__in=user.shops.all())
        if token is not None and token.shops.exists():
            cases = cases.filter(shop__in=token.shops.all())
        return cases

    def search(self, text: str) -> Self:
        """By our number, the platform's, the order's, a tracking number or the product's beginning."""
        text = text.strip()
        if not text:
            return self
        if text.upper().startswith("C-") and text[2:].isdecimal() and len(text) <= LONGEST_REF:
            return self.filter(pk=int(text[2:]))
        return self.filter(
            Q(platform_case_no=text)
            | Q(order__platform_order_no=text)
            | Q(order__shipments__tracking_no__in=(text, normalized(text)))
            | Q(order__product__istartswith=text)
        ).distinct()

    def delete(self) -> Never:
        msg = "A case is never deleted."
        raise DeskError(msg)


# What a notification tells of is still so: the warned deadline runs and ends no later than told, or the breached duty
# has still not been done.
_RUNS = Q(
    tells__in=(Telling.WARNING, Telling.ALERT),
    deadline__outcome=Outcome.RUNNING,
    deadline__due_at__lte=F("due_at") + SLIGHT,
)
_IS_OWED = Q(
    tells=Telling.BREACH,
    deadline__outcome=Outcome.BREACHED,
    deadline__stopped_at__isnull=True,
    deadline__cancelled_at__isnull=True,
    case__closed_at__isnull=True,
)
RESTS = {1: timedelta(minutes=2), 2: timedelta(minutes=10)}  # by how often it failed: since it was written
MOST_TRIES = 3


class NotificationQuerySet(models.QuerySet["Notification"]):
    def live(self) -> Self:
        """Those that there is still a reason for: quiet when handled."""
        return self.filter(_RUNS | _IS_OWED, dropped_at__isnull=True)

    def idle(self) -> Self:
        """The others that nobody has dropped yet."""
        return self.exclude(_RUNS | _IS_OWED).filter(dropped_at__isnull=True)

    def unseen(self) -> Self:
        return self.filter(seen_at__isnull=True)

    def unsent(self) -> Self:
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True, tries__lt=MOST_TRIES)

    def to_send(self, now: datetime) -> Self:
        """A failed one rests before it is tried again, longer each time."""
        is_due = Q(tries=0)
        for tries, rest in RESTS.items():
            is_due |= Q(tries=tries, created_at__lte=now - rest)
        return self.unsent().filter(is_due)

    def of(self, user: User, token: ApiToken | None = None) -> Self:
        """A person's own, of cases that they may see."""
        mine = self.filter(person=user)
        if not user.is_superuser:
            mine = mine.filter(case__shop__in=user.shops.all())
        if token is not None and token.shops.exists():
            mine = mine.filter(case__shop__in=token.shops.all())
        return mine
