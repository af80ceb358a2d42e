"""How many of the appeals that were decided were won, by type, ground and proof. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from appeals.enums import AppealState

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One appeal that the platform decided. `slots` has each kind of proof that it asked for, and whether it had it."""

    type: str
    ground: str
    state: str
    asked: Decimal
    won: Decimal
    slots: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Appeals by how they ended. A partly won one is no win: its money counts as won, its rate does not."""

    won: int = 0
    partly: int = 0
    lost: int = 0
    asked: Decimal = Decimal(0)
    got: Decimal = Decimal(0)

    def add(self, one: Decided) -> None:
        self.won += one.state == AppealState.WON
        self.partly += one.state == AppealState.PARTLY_WON
        self.lost += one.state == AppealState.LOST
        self.asked += one.asked
        self.got += one.won

    @property
    def decided(self) -> int:
        return self.won + self.partly + self.lost

    @property
    def rate(self) -> Decimal | None:
        """Per cent of the decided ones that were won, one decimal; None where nothing is decided."""
        return round(Decimal(100 * self.won) / self.decided, 1) if self.decided else None


@dataclass(frozen=True, slots=True)
class SlotTally:
    """Appeals that asked for one kind of proof: those that had it beside those that did not."""

    filled: Tally = field(default_factory=Tally)
    empty: Tally = field(default_factory=Tally)


def by_type(decided: Iterable[Decided]) -> dict[str, Tally]:
    found = dict[str, Tally]()
    for one in decided:
        found.setdefault(one.type, Tally()).add(one)
    return found


def by_ground(decided: Iterable[Decided]) -> dict[tuple[str, str], Tally]:
    found = dict[tuple[str, str], Tally]()
    for one in decided:
        found.setdefault((one.type, one.ground), Tally()).add(one)
    return found


def by_slot(decided: Iterable[Decided]) -> dict[str, SlotTally]:
    found = dict[str, SlotTally]()
    for one in decided:
        for slot, is_filled in one.slots.items():
            tally = found.setdefault(slot, SlotTally())
            (tally.filled if is_filled else tally.empty).add(one)
    return found
