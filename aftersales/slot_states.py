"""How well a slot for proof is filled, by what a case's own facts show. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Sequence

    from aftersales.deadlines import Fact
    from aftersales.policy_appeals import SlotRule


class SlotState(TextChoices):
    """Missing: an action needs it, and neither it nor another slot of its group holds anything."""

    FILLED = "filled", _("filled")
    DOUBTFUL = "doubtful", _("doubtful")
    MISSING = "missing", _("missing")
    OPTIONAL = "optional", _("optional")


class Doubt(TextChoices):
    """Why a platform may not accept what a slot holds."""

    TOO_FEW = "too_few", _("fewer pieces than it takes")
    UNCONFIRMED = "unconfirmed", _("not all confirmed that it must show")
    SMALL_IMAGE = "small_image", _("too small to be read well")
    HIDDEN_DATA = "hidden_data", _("something hidden behind the picture")
    REPAIRED_PDF = "repaired_pdf", _("damaged PDF")
    ANIMATED = "animated", _("moving picture, of which only the first frame counts")
    USED_ELSEWHERE = "used_elsewhere", _("used for another order as well")


NOTHING_YET = _("nothing here yet, and a next step needs it")


def slot_state(
    rule: SlotRule, slots: Sequence[SlotRule], proof: Counter[str], *, is_open: bool, doubts: Collection[str] = ()
) -> SlotState:
    """`slots` are all those of the case, `proof` says how many pieces each holds; an ended case misses nothing."""
    if proof[rule.code]:
        return SlotState.DOUBTFUL if doubts else SlotState.FILLED
    is_held = any(proof[one.code] for one in same_group(rule, slots))
    return SlotState.MISSING if is_open and rule.needed_for and not is_held else SlotState.OPTIONAL


def same_group(rule: SlotRule, slots: Sequence[SlotRule]) -> list[SlotRule]:
    """The other slots of which one does as well."""
    return [one for one in slots if rule.group and one.group == rule.group and one.code != rule.code]


def is_short(rule: SlotRule, held: int) -> bool:
    """Whether the slot holds something, but fewer pieces than it takes to show the thing."""
    return 0 < held < rule.at_least


def recorded_doubts(rule: SlotRule, facts: Sequence[Fact]) -> list[Doubt]:
    """What speaks against the pieces that the slot holds, as it was recorded with each of them."""
    held: dict[str, Sequence[str]] = {}
    for fact in facts:
        item = str(fact.data.get("item", ""))
        if fact.type == EventType.EVIDENCE_ADDED and fact.data["slot"] == rule.code:
            held[item] = fact.data.get("doubts", ())
        elif fact.type == EventType.EVIDENCE_WITHDRAWN:
            held.pop(item, None)
    codes = {code for doubts in held.values() for code in doubts}
    found = [doubt for doubt in Doubt if doubt in codes]
    return [Doubt.TOO_FEW, *found] if is_short(rule, len(held)) else found
