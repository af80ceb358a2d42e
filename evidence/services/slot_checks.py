"""What a slot asks of a piece before it takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Unprocessable
from aftersales.selectors.wording import words
from evidence.errors import NotConfirmed, SlotFull
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.models import Case
    from aftersales.policy_appeals import SlotRule


def held_by(case: Case, slot: str) -> int:
    return EvidenceItem.objects.kept().filter(case_id=case.pk, slot=slot).count()


def check_room(rule: SlotRule, *, held: int) -> None:
    """Raises `SlotFull`."""
    if held >= rule.at_most:
        message = format_lazy(_("This slot takes {limit} files and is full: withdraw one first."), limit=rule.at_most)
        raise SlotFull(message, fields={"slot": message})


def check_confirmed(rule: SlotRule, confirmed: Sequence[str]) -> None:
    """Raises `Unprocessable` for what is not on the slot's list; `NotConfirmed` where all of it is needed (PD-33)."""
    if not {point.code for point in rule.checklist}.issuperset(confirmed):
        message = _("This slot has no such point to confirm: reload the page.")
        raise Unprocessable(message, fields={"confirmed": message})
    missing = [words(point.name) for point in rule.checklist if point.code not in confirmed]
    if rule.is_strict and missing:
        message = format_lazy(
            _("{slot}: the platform refuses it without all of this. Look at it, tick what it shows: {missing}."),
            slot=words(rule.name),
            missing=" / ".join(missing),
        )
        raise NotConfirmed(message, fields={"confirmed": message})
