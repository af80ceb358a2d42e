"""How much of a month's quota a shop has used (PD-30, PD-31, A10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.selectors.people import shops_of
from aftersales.selectors.policies import rule_book
from aftersales.selectors.wording import words
from appeals.claims import QuotaUse
from appeals.enums import AppealState
from appeals.models import Appeal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftersales.models import User
    from aftersales.policy_appeals import AppealRule

Uses = dict[tuple[int, str], int]


def used_this_month(shops: Iterable[int], at: datetime) -> Uses:
    """Appeals filed in the calendar month of `at`, Beijing time, by shop and type.

    Each filing counts once, however many orders it has, and stays counted when it is taken back; a won one is given
    back to the month in which it was filed.
    """
    start = localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    filed = Appeal.objects.filter(case__shop__in=set(shops), submitted_at__gte=start, submitted_at__lt=end)
    uses: Uses = {}
    for shop, type in filed.exclude(state=AppealState.WON).values_list("case__shop_id", "type"):
        uses[shop, type] = uses.get((shop, type), 0) + 1
    return uses


def quota_lines(*, user: User, at: datetime) -> list[str]:
    """What of each type with a quota the person's shops have used this month, where they used any."""
    shops = {shop.pk: shop for shop in shops_of(user)}
    lines = []
    for (pk, type), used in sorted(used_this_month(shops, at).items()):
        rule = rule_book(shops[pk].platform).newest.appeal_rule(type)
        if rule and rule.quota:
            said = {"shop": shops[pk].name, "type": words(rule.name), "used": used, "limit": rule.quota.a_month}
            lines.append(_("%(shop)s: %(type)s %(used)d of %(limit)d this month") % said)
    return lines


def quota_use(rule: AppealRule, shop: int, uses: Uses) -> QuotaUse | None:
    """None where the type has no quota."""
    return QuotaUse(uses.get((shop, rule.code), 0), rule.quota.a_month) if rule.quota else None
