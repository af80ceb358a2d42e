"""What a bundle's indexes say of each of its appeals; the caller gathers it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleLine:
    """One appeal; `error` says why it has no packet, and then `folder` is empty and the packet's numbers are zero.

    `money` is what is asked for, in yuan, None where the appeal is not about money; `closes_at` None where the
    platform states no time. `sha256` is that of the packet's file; where the packet is a set of pictures it is empty,
    and `pictures` has the name and the hash of each.
    """

    position: int
    number: str
    type_name: str
    ground: str
    platform: str
    shop: str
    cases: tuple[str, ...]
    orders: tuple[str, ...]
    money: Decimal | None
    closes_at: datetime | None
    state: str
    folder: str = ""
    pages: int = 0
    byte_size: int = 0
    sha256: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleContent:
    """All words are in `language`; `prepared_at` is the last moment told, so the same facts give the same bytes."""

    destination: str
    language: str
    prepared_at: datetime
    lines: tuple[BundleLine, ...]

    @property
    def missing(self) -> list[BundleLine]:
        return [line for line in self.lines if line.error]

    @property
    def packets(self) -> int:
        return len(self.lines) - len(self.missing)

    @property
    def money(self) -> Decimal:
        return sum((line.money for line in self.lines if line.money), Decimal(0))
