"""The proof of a case, slot by slot, as its page shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.selectors.policies import rule_book
from aftersales.selectors.situations import situation_of
from aftersales.selectors.wording import words
from aftersales.situation import proof_progress
from aftersales.transitions import TRANSITIONS
from evidence.errors import UnknownSlot
from evidence.media import MEDIA_TYPES
from evidence.models import EvidenceItem
from evidence.permissions import answers_for
from evidence.selectors.items import item_warnings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case, User
    from aftersales.policy import Pack, SlotRule
    from aftersales.situation import Situation
    from evidence.selectors.items import ItemWarning

PDF = "application/pdf"
# Some browsers know HEIC by its ending only.
ACCEPT = ",".join([*MEDIA_TYPES, ".heic", ".heif"])


@dataclass(frozen=True, slots=True)
class Piece:
    """`pages` is given for a PDF only."""

    pk: UUID
    name: str
    caption: str
    has_preview: bool
    byte_size: int
    pages: int | None
    added_by: str
    added_at: datetime
    warnings: list[_StrOrPromise]
    confirmed: list[str]
    is_withdrawn: bool
    withdrawn_reason: str
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """`is_missing`: some action needs it, and neither it nor another slot of its group holds anything.

    `checklist` has code and words of each point to confirm; `is_strict` where none may be left out.
    """

    code: str
    name: str
    is_filled: bool
    is_missing: bool
    needed_for: _StrOrPromise
    can_upload: bool
    accept: str
    hint: str
    problems: list[_StrOrPromise]
    checklist: list[tuple[str, str]]
    is_strict: bool
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class EvidencePanel:
    case: Case
    slots: list[Slot]
    proof_filled: int
    proof_required: int


def slot_rule(case: Case, slot: str, at: datetime) -> SlotRule:
    """The rule of a slot that the pack in force at `at` has for this case. Raises `UnknownSlot`."""
    slots = rule_book(case.shop.platform).history.at(at).slots_for(case.kind, case.issue)
    rule = next((rule for rule in slots if rule.code == slot), None)
    if rule is None:
        message = _("This case has no such slot for proof: reload the page.")
        raise UnknownSlot(message, fields={"slot": message})
    return rule


def evidence_panel(case: Case, *, user: User, at: datetime) -> EvidencePanel:
    """A fixed number of queries, however many pieces there are. `case` is its kind's proxy."""
    situation = situation_of(case, rule_book(case.shop.platform), at=at)
    items = list(
        EvidenceItem.objects.filter(case_id=case.pk).select_related("added_by").order_by("slot", "added_at", "pk")
    )
    for item in items:
        item.case = case
    warnings = item_warnings(items, user=user)
    pieces: dict[str, list[Piece]] = defaultdict(list)
    # A withdrawn piece stays in sight, below those that count.
    points = {(slot.code, one.code): words(one.name) for slot in situation.pack.slot for one in slot.checklist}
    for item in sorted(items, key=lambda item: item.withdrawn_at is not None):
        confirmed = [points.get((item.slot, code), code) for code in item.confirmed]
        pieces[item.slot].append(_piece(item, user, warnings[item.pk], confirmed))
    rules = situation.slots
    slots = [_slot(rule, case, situation, pieces.pop(rule.code, [])) for rule in rules]
    slots += [_former_slot(code, situation.pack, held) for code, held in pieces.items()]
    filled, required = proof_progress(rules, situation.proof) if case.closed_at is None else (0, 0)
    return EvidencePanel(case, slots, filled, required)


def _piece(item: EvidenceItem, user: User, warnings: list[ItemWarning], confirmed: list[str]) -> Piece:
    return Piece(
        pk=item.pk,
        name=item.original_name,
        caption=item.caption,
        has_preview=True,
        byte_size=item.byte_size,
        pages=item.pages if item.media_type == PDF else None,
        added_by=item.added_by.display_name,
        added_at=item.added_at,
        warnings=[warning.message for warning in warnings],
        confirmed=confirmed,
        is_withdrawn=item.withdrawn_at is not None,
        withdrawn_reason=item.withdrawn_reason,
        can_withdraw=item.withdrawn_at is None and answers_for(user, item),
    )


def _slot(rule: SlotRule, case: Case, situation: Situation, pieces: list[Piece]) -> Slot:
    proof, same = situation.proof, _same_group(rule, situation)
    is_full = sum(not piece.is_withdrawn for piece in pieces) >= rule.at_most
    return Slot(
        code=rule.code,
        name=words(rule.name),
        is_filled=proof[rule.code] > 0,
        is_missing=case.closed_at is None
        and bool(rule.needed_for)
        and not any(proof[one.code] for one in [rule, *same]),
        needed_for=needed_for(rule, case, situation),
        can_upload=not is_full,
        accept=ACCEPT,
        hint=words(rule.shows),
        problems=[format_lazy(_("Full: {limit} files. Withdraw one to add another."), limit=rule.at_most)]
        if is_full
        else [],
        checklist=[(point.code, words(point.name)) for point in rule.checklist],
        is_strict=rule.is_strict,
        pieces=pieces,
    )


def _former_slot(code: str, pack: Pack, pieces: list[Piece]) -> Slot:
    """Proof in a slot that is not asked for (any more), as when a case's issue changed: shown, not lost."""
    rule = next((rule for rule in pack.slot if rule.code == code), None)
    return Slot(
        code=code,
        name=words(rule.name) if rule else code,
        is_filled=any(not piece.is_withdrawn for piece in pieces),
        is_missing=False,
        needed_for="",
        can_upload=False,
        accept="",
        hint=words(rule.shows) if rule else "",
        problems=[],
        checklist=[],
        is_strict=False,
        pieces=pieces,
    )


def _same_group(rule: SlotRule, situation: Situation) -> list[SlotRule]:
    """The other slots of which one does as well."""
    return [one for one in situation.slots if rule.group and one.group == rule.group and one.code != rule.code]


def needed_for(rule: SlotRule, case: Case, situation: Situation) -> _StrOrPromise:
    """The actions that this case's kind has and that need the slot, and which slot would do instead.

    An ended case has no such action left: its proof is for appeals.
    """
    open_needs = rule.needed_for if case.closed_at is None else []
    actions = [str(TRANSITIONS[name].label) for name in open_needs if hasattr(case, name)]
    appeals = [words(appeal.name) for appeal in situation.pack.appeal if appeal.code in rule.appeals]
    if not actions:
        return format_lazy(_("for appeals: {names}"), names=" / ".join(appeals)) if appeals else ""
    others = [words(one.name) for one in _same_group(rule, situation)]
    if not others:
        return format_lazy(_("needed for: {actions}"), actions=" / ".join(actions))
    return format_lazy(
        _("needed for: {actions} (or {others} instead)"), actions=" / ".join(actions), others=" / ".join(others)
    )
