"""Filters that pages, API and commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never, Self

from django.db import models
from django.db.models import Q

from aftersales.errors import DeskError

if TYPE_CHECKING:
    from aftersales.models import ApiToken, Case, User


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
            | Q(order__shipments__tracking_no=text)
            | Q(order__product__istartswith=text)
        ).distinct()

    def delete(self) -> Never:
        msg = "A case is never deleted."
        raise DeskError(msg)
