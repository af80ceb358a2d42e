"""What is at risk in the next 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Outcome, Party
from aftersales.models import Case, Deadline
from aftersales.selectors.wording import SOON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from aftersales.models import User

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tile:
    label: _StrOrPromise
    figure: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    money: Decimal
    percent: int
    tone: str = ""
    query: str = ""


def risk_tiles(*, user: User, at: datetime) -> list[Tile]:
    """Overdue now, due within 2 h and 24 h, and breached in the last seven days."""
    spans = {
        "overdue": Q(next_due_at__lt=at),
        "soon": Q(next_due_at__gte=at, next_due_at__lte=at + SOON),
        "day": Q(next_due_at__gte=at, next_due_at__lte=at + DAY),
    }
    counted: dict[str, Any] = {}
    for name, condition in spans.items():
        counted[f"{name}_count"] = Count("pk", filter=condition)
        counted[f"{name}_money"] = Sum("amount_at_risk", filter=condition, default=Decimal(0))
    found = Case.objects.open().visible_to(user).aggregate(**counted)
    breached = Deadline.objects.filter(outcome=Outcome.BREACHED, party=Party.MERCHANT)
    if not user.is_superuser:
        breached = breached.filter(case__shop__in=user.shops.all())
    weeks = breached.aggregate(
        this=Count("pk", filter=Q(breached_at__gte=at - WEEK, breached_at__lt=at)),
        last=Count("pk", filter=Q(breached_at__gte=at - 2 * WEEK, breached_at__lt=at - WEEK)),
    )
    week_before = _("the 7 days before: %(count)d") % {"count": weeks["last"]}
    return [
        _tile(_("Overdue now"), found, "overdue", "overdue"),
        _tile(_("Due within 2 h"), found, "soon", "urgent"),
        _tile(_("Due within 24 h"), found, "day", ""),
        Tile(_("Breached in 7 days"), str(weeks["this"]), "", week_before),
    ]


def _tile(label: _StrOrPromise, found: dict[str, Any], name: str, tone: str) -> Tile:
    count = found[f"{name}_count"]
    return Tile(label, str(count), tone if count else "", f"¥{found[f'{name}_money']:,.2f}")


def risk_by_hour(*, user: User, at: datetime) -> list[Bar]:
    """24 bars, the present hour first: cases whose next deadline falls in the hour."""
    start = localtime(at).replace(minute=0, second=0, microsecond=0)
    due = (
        Case.objects.open()
        .visible_to(user)
        .filter(next_due_at__gte=at, next_due_at__lt=start + DAY)
        .values_list("next_due_at", "amount_at_risk")
    )
    counts, money = [0] * 24, [Decimal(0)] * 24
    for due_at, amount in due:
        hour = int(((due_at or at) - start) // HOUR)
        counts[hour] += 1
        money[hour] += amount
    most = max(counts) or 1
    bars = []
    for hour, count in enumerate(counts):
        ends_at = start + (hour + 1) * HOUR
        tone = "urgent" if hour * HOUR < SOON else "soon"
        query = urlencode({"queue": "all", "due_before": ends_at.isoformat()})
        bars.append(
            Bar(f"{start + hour * HOUR:%H}", count, money[hour], _percent(count, most), tone if count else "", query)
        )
    return bars


def risk_by_owner(*, user: User, at: datetime) -> list[Bar]:
    """Who owns the cases that fall due within 24 h, or are overdue."""
    rows = (
        Case.objects.open()
        .visible_to(user)
        .filter(next_due_at__lt=at + DAY)
        .values_list("assignee__username", "assignee__last_name", "assignee__first_name")
        .annotate(count=Count("pk"), money=Sum("amount_at_risk"))
        .order_by("-count")
    )
    named = [
        (f"{last or ''}{first or ''}" or username or str(_("nobody")), count, money or Decimal(0), username or "")
        for username, last, first, count, money in rows
    ]
    most = max((count for _name, count, _money, _username in named), default=1)
    return [Bar(name, count, money, _percent(count, most), "soon") for name, count, money, _username in named]


def bars(rows: Sequence[tuple[str, int, Decimal, str]]) -> list[Bar]:
    """(label, count, money, query) rows as bars of relative length."""
    most = max((count for _label, count, _money, _query in rows), default=1)
    return [Bar(label, count, money, _percent(count, most), "", query) for label, count, money, query in rows]


def _percent(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0
