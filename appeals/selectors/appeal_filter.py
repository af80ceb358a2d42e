"""What a list of appeals is narrowed to, as its address says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext_lazy as _

from aftersales.models import Shop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aftersales.models import User
    from appeals.querysets import AppealQuerySet

CLOSES_WITHIN = {
    "24h": (_("Window closes within 24 h"), timedelta(hours=24)),
    "48h": (_("Window closes within 48 h"), timedelta(hours=48)),
    "7d": (_("Window closes within 7 days"), timedelta(days=7)),
}


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """`closes` is a key of CLOSES_WITHIN, `shop` a shop's code; empty ones narrow nothing."""

    closes: str = ""
    shop: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any], *, tab: str) -> Self:
        """What nobody offers narrows nothing; only a draft's window can still close over it."""
        closes = str(asked.get("closes", ""))
        return cls(closes if closes in CLOSES_WITHIN and tab == "drafts" else "", str(asked.get("shop", ""))[:40])

    @property
    def is_set(self) -> bool:
        return bool(self.closes or self.shop)

    def narrow(self, appeals: AppealQuerySet, at: datetime) -> AppealQuerySet:
        """Both ends of the time are included."""
        if self.closes:
            _name, span = CLOSES_WITHIN[self.closes]
            appeals = appeals.filter(window__due_at__range=(at, at + span))
        return appeals.filter(case__shop__code=self.shop) if self.shop else appeals


def filter_shops(user: User) -> list[Shop]:
    shops = Shop.objects.all() if user.is_superuser else user.shops.all()
    return list(shops.order_by("name", "pk"))
