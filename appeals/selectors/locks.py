"""Which orders cannot be appealed any more: after a lost appeal (PD-26, A4), after a missed duty (PD-34, PD-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from aftersales.enums import ClockKind, Outcome, Party
from aftersales.models import Deadline
from aftersales.selectors.wording import words
from appeals.claims import MissedDuty, OrderLock
from appeals.enums import AppealState, ItemOutcome
from appeals.models import Appeal
from appeals.selectors.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aftersales.selectors.policies import RuleBook


def order_locks(orders: Iterable[int], books: Mapping[str, RuleBook], at: datetime) -> dict[int, OrderLock]:
    """The lock of each order that has one, by the order's id. What locks all of an order outweighs a part."""
    wanted = set(orders)
    locks = _lost_appeals(wanted, books)
    for order, lock in _missed_duties(wanted, books, at).items():
        if order not in locks or not locks[order].is_whole:
            locks[order] = lock
    return locks


def _lost_appeals(orders: set[int], books: Mapping[str, RuleBook]) -> dict[int, OrderLock]:
    lost = (
        Appeal.objects.filter(case__order_id__in=orders, state__in=[AppealState.LOST, AppealState.PARTLY_WON])
        .select_related("case__shop", "window")
        .prefetch_related("items")
        .order_by("ended_at", "pk")
    )
    locks = dict[int, OrderLock]()
    for appeal in lost:
        if not rule_of(appeal, books[appeal.case.shop.platform]).locks_order:
            continue
        order = appeal.case.order_id
        failed = frozenset(item.kind for item in appeal.items.all() if item.outcome == ItemOutcome.LOST)
        before = locks.get(order)
        if appeal.state == AppealState.LOST:
            locks[order] = OrderLock(appeal.number, is_whole=True)
        elif before is None or not before.is_whole:
            known = before.kinds if before else frozenset()
            locks[order] = OrderLock(appeal.number, is_whole=False, kinds=known | failed)
    return locks


def _missed_duties(orders: set[int], books: Mapping[str, RuleBook], at: datetime) -> dict[int, OrderLock]:
    """The first missed duty of an order whose rule `locks_appeals`, on any of its cases.

    A breach that a late fact has corrected locks nothing; one that no sweep has written down yet does.
    """
    codes = {
        rule.code
        for book in books.values()
        for pack in book.history.packs
        for rule in pack.deadline
        if rule.locks_appeals
    }
    if not codes:
        return {}
    missed = (
        Deadline.objects.filter(
            Q(outcome=Outcome.BREACHED) | Q(outcome=Outcome.RUNNING, due_at__lt=at),
            case__order_id__in=orders,
            rule__in=codes,
            clock=ClockKind.DUTY,
            party=Party.MERCHANT,
        )
        .select_related("case__shop")
        .order_by("due_at", "pk")
    )
    locks = dict[int, OrderLock]()
    for row in missed:
        book = books.get(row.case.shop.platform)
        rule = book.rule(row.rule, row.policy_id) if book else None
        if rule is not None and rule.locks_appeals:
            duty = MissedDuty(words(rule.name), row.due_at)
            locks.setdefault(row.case.order_id, OrderLock(row.case.ref, is_whole=True, missed=duty))
    return locks
