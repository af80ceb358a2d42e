"""Which orders a lost appeal has locked (PD-26, A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appeals.claims import OrderLock
from appeals.enums import AppealState, ItemOutcome
from appeals.models import Appeal
from appeals.selectors.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aftersales.selectors.policies import RuleBook


def order_locks(orders: Iterable[int], books: Mapping[str, RuleBook]) -> dict[int, OrderLock]:
    """The lock of each order that has one, by the order's id. A wholly lost appeal outweighs a partly lost one."""
    lost = (
        Appeal.objects.filter(case__order_id__in=set(orders), state__in=[AppealState.LOST, AppealState.PARTLY_WON])
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
