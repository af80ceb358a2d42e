"""Make a piece from another one: turned, cropped, blacked out. The original stays as it is."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Source
from aftersales.permissions import check_case
from evidence.checks import Inspection, inspect
from evidence.derivations import Derivation, read_derivation, wrong
from evidence.enums import Origin
from evidence.errors import AlreadyWithdrawn, NotAPicture
from evidence.limits import Limits
from evidence.media import MEDIA_TYPES
from evidence.models import EvidenceItem
from evidence.names import MAX_CHARACTERS, clean_name, split
from evidence.permissions import check_withdraw
from evidence.sandbox import decode
from evidence.selectors.edit_page import WAYS_OUT
from evidence.selectors.slots import slot_rule
from evidence.services.recording import Kept, check_kept, record_piece
from evidence.services.slot_checks import check_confirmed, check_room, held_by
from evidence.services.uploads import withdraw_evidence
from evidence.storage import ContentStore, altered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from aftersales.models import User

ROOM = 20  # characters for the mark and the ending


def derive_evidence(
    *,
    item: EvidenceItem,
    derivation: Mapping[str, Any],
    by: User,
    at: datetime,
    caption: str | None = None,
    confirmed: Sequence[str] | None = None,
    replaces: bool = False,
    source: str = Source.PERSON,
) -> EvidenceItem:
    """A new piece in the same slot, as derivations.py says; the same change again gives the piece that is there.

    Without `caption` and `confirmed` it has those of the original. With `replaces` the original is withdrawn in the
    same transaction.
    Raises `NotAllowed`, `NotAPicture`, `AlreadyWithdrawn`, `UnknownSlot`, `SlotFull`, `NotConfirmed`, `Unprocessable`,
    `StoredFileMissing`, `StoredFileAltered` and what `checks.inspect` raises; nothing was recorded.
    """
    check_case(by, item.case)
    check_editable(item)
    change = read_derivation(derivation)
    there = _made_before(item, change)
    if there is not None:
        if replaces:
            _withdraw_once(item, there.original_name, by, at, source)
        return there
    check_kept(item)
    if replaces:
        check_withdraw(by, item)
    rule = slot_rule(item.case, item.slot, at)
    seen = known_points(item, [point.code for point in rule.checklist]) if confirmed is None else confirmed
    check_confirmed(rule, seen)
    check_room(rule, held=held_by(item.case, item.slot) - int(replaces))
    check_left(item, change)
    found, key = _make(item, change)
    name = derived_name(item, found.extension)
    kept = Kept(
        found=found,
        key=key,
        name=name,
        origin=Origin.DERIVED,
        caption=item.caption if caption is None else caption,
        confirmed=seen,
        derived_from=item,
        derivation=change.as_data(),
    )
    reason = replaced_words(name) if replaces else ""
    return record_piece(case=item.case, rule=rule, kept=kept, by=by, at=at, source=source, replaced_for=reason)


def check_editable(item: EvidenceItem) -> None:
    """Raises `NotAPicture`, with what to do instead."""
    kind = MEDIA_TYPES[item.media_type].kind
    if kind != "image":
        raise NotAPicture(WAYS_OUT[kind])


def check_left(item: EvidenceItem, change: Derivation) -> None:
    """Raises `Unprocessable` where the crop leaves too few pixels to read anything."""
    width, height = change.size_of(item.width or 0, item.height or 0)
    least = Limits().min_side
    if change.crop and min(width, height) < least:
        message = _("Only {width} × {height} pixels would be left: keep at least {least} each way.")
        raise wrong("crop", format_lazy(message, width=width, height=height, least=least))


def derived_name(item: EvidenceItem, extension: str) -> str:
    """The original's, marked once, with the ending of what it is now."""
    stem, _ending = split(item.original_name)
    if item.derived_from_id is None:
        stem = gettext("{name} (edited)").format(name=stem[: MAX_CHARACTERS - ROOM])
    return clean_name(f"{stem}.{extension}")


def replaced_words(name: str) -> str:
    return gettext("replaced by {name}").format(name=name)


def known_points(item: EvidenceItem, codes: Sequence[str]) -> list[str]:
    """What was confirmed of the original and still stands on the slot's list."""
    return [code for code in codes if code in item.confirmed]


def _made_before(item: EvidenceItem, change: Derivation) -> EvidenceItem | None:
    made = EvidenceItem.objects.kept().filter(derived_from=item, slot=item.slot).select_related("case__shop")
    return next((piece for piece in made if piece.derivation == change.as_data()), None)


def _withdraw_once(item: EvidenceItem, name: str, by: User, at: datetime, source: str) -> None:
    """The answer to the first call may have been lost: what it did is not done again."""
    with suppress(AlreadyWithdrawn):
        withdraw_evidence(item=item, reason=replaced_words(name), by=by, at=at, source=source)


def _make(item: EvidenceItem, change: Derivation) -> tuple[Inspection, str]:
    """The new picture, proved as if somebody had sent it, and its key in the store."""
    store = ContentStore()
    if not store.verify(item.key):
        raise altered()
    media = MEDIA_TYPES[item.media_type]
    with store.local_path(item.key) as original, tempfile.NamedTemporaryFile(prefix="evidence-") as made:
        _facts, data = decode("derive", original, media=media, limits=Limits(), change=change.as_data())
        made.write(data)
        made.flush()
        path = Path(made.name)
        found = inspect(path, name="")
        if found.sha256 == item.sha256:
            raise wrong("turn", _("The picture would be the same as it is."))
        return found, store.put(path)
