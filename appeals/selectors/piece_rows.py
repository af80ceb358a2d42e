"""The proof of an appeal as its page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.selectors.wording import words
from appeals.selectors.parts import cases_of, chosen_pieces
from appeals.selectors.rules import pack_of
from appeals.selectors.slots import cases_evidence

if TYPE_CHECKING:
    from uuid import UUID

    from appeals.selectors.dossiers import Standing
    from evidence.models import EvidenceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    """A file of the case that is, or could be, in the packet; `pk` is the evidence item's."""

    pk: UUID
    name: str
    slot_name: str
    caption: str
    position: int
    is_chosen: bool
    has_preview: bool
    byte_size: int


def piece_rows(standing: Standing) -> list[PieceRow]:
    """The chosen pieces in their order; on a draft, what else the case has after them."""
    appeal = standing.appeal
    slots = {slot.code: words(slot.name) for slot in pack_of(appeal, standing.book).slot}
    chosen = chosen_pieces(appeal)
    rows = [
        _piece_row(piece.item, slots, position=place, is_chosen=True, caption=piece.caption)
        for place, piece in enumerate(chosen, start=1)
    ]
    if appeal.is_draft:
        used = {piece.item_id for piece in chosen}
        others = [item for item in cases_evidence(cases_of(appeal), standing.book) if item.pk not in used]
        rows += [
            _piece_row(item, slots, position=place, is_chosen=False, caption=item.caption)
            for place, item in enumerate(others, start=len(rows) + 1)
        ]
    return rows


def _piece_row(item: EvidenceItem, slots: dict[str, str], *, position: int, is_chosen: bool, caption: str) -> PieceRow:
    return PieceRow(
        pk=item.pk,
        name=item.original_name,
        slot_name=slots.get(item.slot, item.slot),
        caption=caption,
        position=position,
        is_chosen=is_chosen,
        has_preview=True,
        byte_size=item.byte_size,
    )
