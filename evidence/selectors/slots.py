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
from aftersales.slot_states import Doubt, SlotState, is_short, slot_state
from evidence.doubts import doubts_in
from evidence.enums import Origin
from evidence.errors import UnknownSlot
from evidence.examples import example_file
from evidence.models import EvidenceItem
from evidence.permissions import answers_for
from evidence.selectors.custody import Custody, custody_of, film_length
from evidence.selectors.items import item_warnings
from evidence.selectors.slot_words import accept, how_many, necessity, needed_for, takes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case, User
    from aftersales.policy import Pack
    from aftersales.policy_appeals import SlotRule
    from aftersales.situation import Situation
    from evidence.selectors.items import ItemWarning

PDF = "application/pdf"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """`pages` is given for a PDF only, `film_length` (m:ss) for a film, `origin` unless it came by the case's page."""

    pk: UUID
    name: str
    caption: str
    has_preview: bool
    byte_size: int
    pages: int | None
    added_by: str
    added_at: datetime
    origin: _StrOrPromise
    warnings: list[_StrOrPromise]
    doubts: list[Doubt]
    confirmed: list[str]
    is_withdrawn: bool
    withdrawn_reason: str
    can_withdraw: bool
    film_length: str
    custody: Custody


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a slot is doubtful; `message` names the pieces."""

    doubt: Doubt
    message: _StrOrPromise


@dataclass(frozen=True, slots=True)
class Slot:
    """`room` is how many more pieces it takes; `example` a drawing among the static files, or empty.

    `checklist` has code and words of each point to confirm; `is_strict` where none may be left out.
    """

    code: str
    name: str
    state: SlotState
    reasons: list[Reason]
    needed_for: _StrOrPromise
    necessity: _StrOrPromise
    can_upload: bool
    room: int
    at_most: int
    how_many: _StrOrPromise
    takes: str
    accept: str
    hint: str
    example: str
    problems: list[_StrOrPromise]
    checklist: list[tuple[str, str]]
    is_strict: bool
    pieces: list[Piece]

    @property
    def is_filled(self) -> bool:
        return self.state in {SlotState.FILLED, SlotState.DOUBTFUL}

    @property
    def is_missing(self) -> bool:
        return self.state == SlotState.MISSING


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


def kinds_taken(case: Case, at: datetime) -> set[str]:
    """The kinds of files that one slot of the case or another takes; see `SlotRule.takes`."""
    slots = rule_book(case.shop.platform).history.at(at).slots_for(case.kind, case.issue)
    return {"image", *(kind for rule in slots for kind in rule.takes)}


def evidence_panel(case: Case, *, user: User, at: datetime) -> EvidencePanel:
    """A fixed number of queries, however many pieces there are. `case` is its kind's proxy."""
    situation = situation_of(case, rule_book(case.shop.platform), at=at)
    items = list(
        EvidenceItem.objects.filter(case_id=case.pk).select_related("added_by").order_by("slot", "added_at", "pk")
    )
    for item in items:
        item.case = case
    by_id = {item.pk: item for item in items}
    warnings = item_warnings(items, user=user)
    pieces: dict[str, list[Piece]] = defaultdict(list)
    # A withdrawn piece stays in sight, below those that count.
    points = {(slot.code, one.code): words(one.name) for slot in situation.pack.slot for one in slot.checklist}
    for item in sorted(items, key=lambda item: item.withdrawn_at is not None):
        confirmed = [points.get((item.slot, code), code) for code in item.confirmed]
        pieces[item.slot].append(_piece(item, user, warnings[item.pk], confirmed, by_id))
    rules = situation.slots
    slots = [_slot(rule, case, situation, pieces.pop(rule.code, [])) for rule in rules]
    slots += [_former_slot(code, situation.pack, held) for code, held in pieces.items()]
    filled, required = proof_progress(rules, situation.proof) if case.closed_at is None else (0, 0)
    return EvidencePanel(case, slots, filled, required)


def _piece(
    item: EvidenceItem, user: User, warnings: list[ItemWarning], confirmed: list[str], items: dict[UUID, EvidenceItem]
) -> Piece:
    return Piece(
        pk=item.pk,
        name=item.original_name,
        caption=item.caption,
        has_preview=True,
        byte_size=item.byte_size,
        pages=item.pages if item.media_type == PDF else None,
        added_by=item.added_by.display_name,
        added_at=item.added_at,
        origin="" if item.origin == Origin.PAGE else Origin(item.origin).label,
        warnings=[warning.message for warning in warnings],
        doubts=doubts_in(warning.code for warning in warnings),
        confirmed=confirmed,
        is_withdrawn=item.withdrawn_at is not None,
        withdrawn_reason=item.withdrawn_reason,
        can_withdraw=item.withdrawn_at is None and answers_for(user, item),
        film_length=film_length(item.duration_ms),
        custody=custody_of(item, items),
    )


def _slot(rule: SlotRule, case: Case, situation: Situation, pieces: list[Piece]) -> Slot:
    kept = [piece for piece in pieces if not piece.is_withdrawn]
    room = max(rule.at_most - len(kept), 0)
    reasons = list(_reasons(rule, kept))
    doubts = [reason.doubt for reason in reasons]
    is_open = case.closed_at is None
    return Slot(
        code=rule.code,
        name=words(rule.name),
        state=slot_state(rule, situation.slots, situation.proof, is_open=is_open, doubts=doubts),
        reasons=reasons,
        needed_for=needed_for(rule, case, situation),
        necessity=necessity(rule, situation, is_open=is_open),
        can_upload=room > 0,
        room=room,
        at_most=rule.at_most,
        how_many=how_many(rule),
        takes=takes(rule),
        accept=accept(rule),
        hint=words(rule.shows),
        example=example_file(rule.example),
        problems=[]
        if room
        else [format_lazy(_("Full: {limit} files. Withdraw one to add another."), limit=rule.at_most)],
        checklist=[(point.code, words(point.name)) for point in rule.checklist],
        is_strict=rule.is_strict,
        pieces=pieces,
    )


def _reasons(rule: SlotRule, kept: list[Piece]) -> Iterator[Reason]:
    """In the order of the doubts, each once, with the pieces it is about."""
    if is_short(rule, len(kept)):
        message = format_lazy("{doubt}: {held}/{least}", doubt=Doubt.TOO_FEW.label, held=len(kept), least=rule.at_least)
        yield Reason(Doubt.TOO_FEW, message)
    names: dict[Doubt, list[str]] = defaultdict(list)
    for piece in kept:
        for doubt in piece.doubts:
            names[doubt].append(piece.name)
    for doubt in Doubt:
        if doubt in names:
            shown = ", ".join(names[doubt][:MOST_NAMED]) + ("…" if len(names[doubt]) > MOST_NAMED else "")
            yield Reason(doubt, format_lazy("{doubt}: {names}", doubt=doubt.label, names=shown))


def _former_slot(code: str, pack: Pack, pieces: list[Piece]) -> Slot:
    """Proof in a slot that is not asked for (any more), as when a case's issue changed: shown, not lost."""
    rule = next((rule for rule in pack.slot if rule.code == code), None)
    is_held = any(not piece.is_withdrawn for piece in pieces)
    return Slot(
        code=code,
        name=words(rule.name) if rule else code,
        state=SlotState.FILLED if is_held else SlotState.OPTIONAL,
        reasons=[],
        needed_for="",
        necessity="",
        can_upload=False,
        room=0,
        at_most=0,
        how_many="",
        takes="",
        accept="",
        hint=words(rule.shows) if rule else "",
        example="",
        problems=[],
        checklist=[],
        is_strict=False,
        pieces=pieces,
    )
