"""The files of a packet: each with its place in the chain of custody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appeals.packets.content import Piece, Source
from appeals.selectors.parts import cases_of, chosen_pieces
from evidence.derivations import recorded
from evidence.enums import Origin
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from aftersales.policy import Pack
    from aftersales.policy_appeals import SlotRule
    from appeals.models import Appeal, AppealPiece


def packet_pieces(appeal: Appeal, pack: Pack, language: str) -> tuple[Piece, ...]:
    """The chosen pieces of all its cases; paths are keys in the evidence store. The appeal comes from `loaded`."""
    pieces = chosen_pieces(appeal)
    items = [piece.item for piece in pieces]
    prefetch_related_objects(items, "added_by")
    originals = _originals(items)
    slots = {slot.code: slot for slot in pack.slot}
    cases = cases_of(appeal)
    refs = {case.pk: case.ref for case in cases} if len(cases) > 1 else {}
    return tuple(
        replace(
            _piece(piece, slots.get(piece.item.slot), language),
            number=number,
            case_no=refs.get(piece.item.case_id, ""),
            source=_source(piece.item, originals),
        )
        for number, piece in enumerate(pieces, start=1)
    )


def _piece(piece: AppealPiece, slot: SlotRule | None, language: str) -> Piece:
    """Without what its place among the others says."""
    item = piece.item
    slot_name = slot.name.in_language(language) if slot else item.slot
    points = {point.code: point.name.in_language(language) for point in slot.checklist} if slot else {}
    return Piece(
        number=0,
        path=Path(item.key),
        media_type=item.media_type,
        caption=piece.caption or slot_name,
        slot_name=slot_name,
        sha256=item.sha256,
        byte_size=item.byte_size,
        original_name=item.original_name,
        added_at=localtime(item.added_at),
        added_by=item.added_by.display_name,
        width=item.width,
        height=item.height,
        pages=item.pages,
        origin=str(Origin(item.origin).label),
        confirmed=tuple(points[code] for code in item.confirmed if code in points),
        stills=Path(item.stills_key) if item.stills_key else None,
        # The evidence store names a file by its content.
        stills_sha256=item.stills_key.rpartition("/")[2],
        duration_ms=item.duration_ms,
    )


def _originals(items: Sequence[EvidenceItem]) -> dict[UUID, EvidenceItem]:
    """All files that these were made from, by key: a query for each step back, not for each file."""
    found: dict[UUID, EvidenceItem] = {}
    wanted = {item.derived_from_id for item in items if item.derived_from_id}
    while wanted:
        step = EvidenceItem.objects.filter(pk__in=wanted).select_related("added_by")
        found |= {item.pk: item for item in step}
        wanted = {item.derived_from_id for item in step if item.derived_from_id} - found.keys()
    return found


def _source(item: EvidenceItem, originals: dict[UUID, EvidenceItem]) -> Source | None:
    """The first file that the item goes back to, and all that was done on the way."""
    done: list[EvidenceItem] = []
    first = item
    while first.derived_from_id:
        done.insert(0, first)
        first = originals[first.derived_from_id]
    if not done:
        return None
    return Source(
        how=_how(done),
        path=Path(first.key),
        media_type=first.media_type,
        sha256=first.sha256,
        byte_size=first.byte_size,
        original_name=first.original_name,
        added_at=localtime(first.added_at),
        added_by=first.added_by.display_name,
    )


def _how(done: Sequence[EvidenceItem]) -> str:
    """What was done to the original, in words, each once and in its order."""
    words: list[str] = []
    for item in done:
        change = recorded(item.derivation)
        words += [_("turned")] if change.turn else []
        words += [_("cut")] if change.crop else []
        words += [_("blacked out")] if change.black_out else []
    return pgettext("between words", ", ").join(dict.fromkeys(words))
