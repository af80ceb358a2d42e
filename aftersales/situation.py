"""What the guards of a transition may look at: a case as its facts show it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.enums import EventType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from aftersales.deadlines import Clock, Fact
    from aftersales.policy import Pack
    from aftersales.policy_appeals import SlotRule


@dataclass(frozen=True, slots=True)
class Situation:
    """A case at a moment `at`: its facts in the order of recording, its clocks, its pack."""

    kind: str
    state: str
    issue: str
    refund_amount: Decimal | None
    order_amount: Decimal | None
    facts: Sequence[Fact]
    clocks: Sequence[Clock]
    pack: Pack
    at: datetime

    def last(self, *types: str) -> Fact | None:
        found = [fact for fact in self.facts if fact.type in types]
        return max(found, key=lambda fact: fact.order, default=None)

    def has(self, *types: str) -> bool:
        return self.last(*types) is not None

    @property
    def slots(self) -> list[SlotRule]:
        return self.pack.slots_for(self.kind, self.issue)

    @property
    def proof(self) -> Counter[str]:
        """How many pieces each slot holds: added, not withdrawn."""
        return proof_by_slot(self.facts)

    def missing_slots(self, transition: str) -> list[SlotRule]:
        """The slots that would do for a transition while none of them holds anything; else nothing is missing."""
        needed = [slot for slot in self.slots if transition in slot.needed_for]
        return [] if any(self.proof[slot.code] for slot in needed) else needed


def proof_by_slot(facts: Sequence[Fact]) -> Counter[str]:
    """How many pieces of evidence each slot holds, by the slot's code."""
    held: dict[str, str] = {}
    for fact in facts:
        item = str(fact.data.get("item", ""))
        if fact.type == EventType.EVIDENCE_ADDED:
            held[item] = str(fact.data["slot"])
        elif fact.type == EventType.EVIDENCE_WITHDRAWN:
            held.pop(item, None)
    return Counter(held.values())


def proof_progress(slots: Sequence[SlotRule], proof: Counter[str]) -> tuple[int, int]:
    """(filled, needed): the groups of slots that some transition needs."""
    groups: dict[str, bool] = {}
    for slot in slots:
        if slot.needed_for:
            group = slot.group or slot.code
            groups[group] = groups.get(group, False) or proof[slot.code] > 0
    return sum(groups.values()), len(groups)
