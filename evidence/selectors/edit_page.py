"""The page on which a picture is turned, cropped and blacked out, and the page of a film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.selectors.wording import words
from evidence.derivations import MOST_BOXES
from evidence.errors import UnknownSlot
from evidence.media import MEDIA_TYPES
from evidence.models import EvidenceItem
from evidence.permissions import answers_for
from evidence.selectors.custody import Custody, custody_in_case, film_length
from evidence.selectors.slots import slot_rule

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import User

# What to do instead, by kind of file.
WAYS_OUT: dict[str, _StrOrPromise] = {
    "pdf": _("A PDF cannot be edited here. Take a screenshot of the page, add that, and edit it."),
    "video": _("A film cannot be edited here. Take a screenshot of the moment, add that, and edit it."),
}


@dataclass(frozen=True, slots=True)
class EditPage:
    """`refusal` says why the piece cannot be edited; `must_replace` why the original cannot stay beside the new piece.

    `checklist` has code and words of what is confirmed with a piece of the slot.
    """

    item: EvidenceItem
    slot: str
    refusal: _StrOrPromise
    must_replace: _StrOrPromise
    can_replace: bool
    checklist: list[tuple[str, str]]
    most_boxes: int
    custody: Custody


@dataclass(frozen=True, slots=True)
class FilmPage:
    item: EvidenceItem
    length: str
    custody: Custody


def edit_page(item: EvidenceItem, *, user: User, at: datetime) -> EditPage:
    refusal = WAYS_OUT.get(MEDIA_TYPES[item.media_type].kind, "")
    if not refusal and item.withdrawn_at is not None:
        refusal = _("This proof was withdrawn already.")
    slot, checklist = item.slot, []
    must_replace: _StrOrPromise = ""
    try:
        rule = slot_rule(item.case, item.slot, at)
    except UnknownSlot as error:
        refusal = refusal or error.message
    else:
        slot, checklist = words(rule.name), [(point.code, words(point.name)) for point in rule.checklist]
        held = EvidenceItem.objects.kept().filter(case_id=item.case_id, slot=item.slot).count()
        if held >= rule.at_most:
            must_replace = format_lazy(_("This slot takes {limit} files and is full."), limit=rule.at_most)
    return EditPage(
        item=item,
        slot=slot,
        refusal=refusal,
        must_replace=must_replace,
        can_replace=answers_for(user, item),
        checklist=checklist,
        most_boxes=MOST_BOXES,
        custody=custody_in_case(item),
    )


def film_page(item: EvidenceItem) -> FilmPage:
    return FilmPage(item, film_length(item.duration_ms), custody_in_case(item))
