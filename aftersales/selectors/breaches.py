"""Breached deadlines: which, whose, why, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from aftersales.enums import BreachCause, EventType, Outcome, Party
from aftersales.errors import BadRequest
from aftersales.models import CaseEvent, Deadline, Shop, User
from aftersales.selectors.policies import RuleBook, rule_books
from aftersales.selectors.wording import span, words

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from aftersales.models import ApiToken


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFilter:
    """Breaches dated from `since` (included) to `until` (not included); empty values ask for nothing."""

    since: datetime | None = None
    until: datetime | None = None
    shop: str = ""
    rule: str = ""
    owner: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class BreachRow:
    pk: int
    ref: str
    due_at: datetime
    late_by: str
    is_running: bool
    rule: str
    rule_name: str
    rules: list[str]
    is_soft: bool
    shop_code: str
    shop_name: str
    owner_name: str
    money: Decimal
    cause: str
    cause_label: str


@dataclass(frozen=True, slots=True)
class BreachGroup:
    """How many breaches share a value, and what they cost; `key` is the value that a filter takes."""

    key: str
    label: str
    count: int
    money: Decimal


# What breaches are grouped by, and the column that holds it.
GROUPS: dict[str, str] = {
    "rule": "rule",
    "shop": "case__shop__code",
    "owner": "owner_at_breach__username",
    "cause": "cause",
    "week": "week",
}


def find_breaches(asked: BreachFilter, *, user: User, token: ApiToken | None = None) -> QuerySet[Deadline]:
    """The merchant's breached deadlines in the reader's shops, by their corrected outcome."""
    breaches = Deadline.objects.filter(outcome=Outcome.BREACHED, party=Party.MERCHANT)
    if not user.is_superuser:
        breaches = breaches.filter(case__shop__in=user.shops.all())
    if token is not None and token.shops.exists():
        breaches = breaches.filter(case__shop__in=token.shops.all())
    exact: dict[str, Any] = {
        "breached_at__gte": asked.since,
        "breached_at__lt": asked.until,
        "case__shop__code": asked.shop,
        "rule": asked.rule,
        "owner_at_breach__username": asked.owner,
        "cause": asked.cause,
    }
    return breaches.filter(**{name: value for name, value in exact.items() if value})


def breach_totals(breaches: QuerySet[Deadline]) -> tuple[int, Decimal]:
    """(how many, what they cost in yuan)."""
    found = breaches.aggregate(count=Count("pk"), money=Sum("amount_at_risk"))
    return found["count"], found["money"] or Decimal(0)


def corrected_count(asked: BreachFilter, *, user: User) -> int:
    """How many breaches of the period turned out to have been met: late facts proved it."""
    corrected = CaseEvent.objects.filter(type=EventType.DEADLINE_CORRECTED, data__was=Outcome.BREACHED)
    if not user.is_superuser:
        corrected = corrected.filter(case__shop__in=user.shops.all())
    if asked.shop:
        corrected = corrected.filter(case__shop__code=asked.shop)
    if asked.since:
        corrected = corrected.filter(at__gte=asked.since)
    if asked.until:
        corrected = corrected.filter(at__lt=asked.until)
    return corrected.count()


def breach_groups(breaches: QuerySet[Deadline], group_by: str) -> list[BreachGroup]:
    """Breaches counted by rule, shop, owner, cause or week; the most costly first, weeks in time order."""
    if group_by not in GROUPS:
        message = _("Group by rule, shop, owner, cause or week.")
        raise BadRequest(message, fields={"group_by": message})
    column = GROUPS[group_by]
    rows = (
        breaches.annotate(week=TruncWeek("breached_at"))
        .values_list(column)
        .annotate(count=Count("pk"), money=Sum("amount_at_risk"))
        .order_by(column if group_by == "week" else "-count", column)
    )
    found = [(value, count, money or Decimal(0)) for value, count, money in rows]
    labels = _labels(group_by, [value for value, _count, _money in found])
    return [BreachGroup(_key(value), str(labels.get(value, value)), count, money) for value, count, money in found]


def _key(value: object) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value or "")


def _labels(group_by: str, values: list[Any]) -> dict[Any, _StrOrPromise]:
    if group_by == "rule":
        return rule_names()
    if group_by == "shop":
        return dict(Shop.objects.filter(code__in=values).values_list("code", "name"))
    if group_by == "owner":
        people: dict[Any, _StrOrPromise] = {None: _("nobody")}
        return people | {user.username: user.display_name for user in User.objects.filter(username__in=values)}
    if group_by == "cause":
        return {"": _("No cause given"), **dict(BreachCause.choices)}
    return {week: f"{week:%m-%d}" for week in values}


def rule_names() -> dict[Any, _StrOrPromise]:
    """Every rule's name; a code that several platforms use is named by the last of them."""
    platforms = sorted(set(Shop.objects.values_list("platform", flat=True)))
    return {rule.code: words(rule.name) for book in rule_books(platforms).values() for rule in book.newest.deadline}


def breach_rows(breaches: QuerySet[Deadline], *, at: datetime) -> list[BreachRow]:
    """Rows for a page of breaches, newest first; a fixed number of queries."""
    found = list(breaches.select_related("case__shop", "owner_at_breach").order_by("-breached_at", "-pk"))
    books = rule_books(sorted({row.case.shop.platform for row in found}))
    return [breach_row(row, books[row.case.shop.platform], at) for row in found]


def breach_row(row: Deadline, book: RuleBook, at: datetime) -> BreachRow:
    rule = book.rule(row.rule, row.policy_id)
    ended_at = row.stopped_at or row.cancelled_at
    is_running = ended_at is None and row.case.is_open
    return BreachRow(
        pk=row.pk,
        ref=row.case.ref,
        due_at=row.due_at,
        late_by=span((ended_at or at) - row.due_at),
        is_running=is_running,
        rule=row.rule,
        rule_name=words(rule.name) if rule else row.rule,
        rules=list(rule.rules) if rule else [],
        is_soft=bool(rule and rule.soft),
        shop_code=row.case.shop.code,
        shop_name=row.case.shop.name,
        owner_name=row.owner_at_breach.display_name if row.owner_at_breach else "",
        money=row.amount_at_risk,
        cause=row.cause,
        cause_label=str(BreachCause(row.cause).label) if row.cause else "",
    )
