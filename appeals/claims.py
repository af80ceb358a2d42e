"""The money of an appeal's items: which amounts a platform takes (2B), in yuan. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from appeals.enums import ItemKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LARGEST = Decimal("9999999999.99")
CENTS = -2


@dataclass(frozen=True, slots=True)
class Claim:
    """One item and the money asked for it; the liability item asks for none."""

    kind: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PieceChoice:
    """A piece of evidence that an appeal uses, and what it is said to show."""

    item: UUID
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChange:
    """What a person changes of a draft; None leaves a part as it is. `pieces` come in their order.

    `further` are the ids of the cases that it is about besides its own (PD-32), in their order.
    """

    ground: str | None = None
    statement: str | None = None
    items: tuple[Claim, ...] | None = None
    pieces: tuple[PieceChoice, ...] | None = None
    further: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class MissedDuty:
    """A deadline that was missed, after which a platform takes no appeal (PD-34, PD-35)."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class OrderLock:
    """What a lost appeal leaves of an order (PD-26, A4): nothing, or all but the items that failed.

    A missed duty leaves nothing either; then `number` is its case's.
    """

    number: str
    is_whole: bool
    kinds: frozenset[str] = frozenset()
    missed: MissedDuty | None = None


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How many appeals of a type a shop has filed in a calendar month without winning them, of how many (PD-31)."""

    used: int
    a_month: int

    @property
    def left(self) -> int:
        return max(0, self.a_month - self.used)


def largest_amount(kind: str, refund_amount: Decimal | None) -> Decimal | None:
    """The payment item gives back at most what was refunded; None where no limit is known."""
    return refund_amount if kind == ItemKind.PAYMENT else None


def amount_fault(kind: str, amount: Decimal | None, refund_amount: Decimal | None) -> str:
    """What is wrong with an item's amount; empty when nothing is."""
    if kind == ItemKind.LIABILITY:
        return "" if amount is None else _("This item is not about money.")
    if amount is None:
        return _("Give the amount.")
    if not amount.is_finite() or amount <= 0:
        return _("The amount must be more than zero.")
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < CENTS:
        return _("At most two decimal places.")
    limit = largest_amount(kind, refund_amount)
    if limit is not None and amount > limit:
        return _("At most ¥%(limit)s, the refund.") % {"limit": limit}
    return _("This amount is too large.") if amount > LARGEST else ""
