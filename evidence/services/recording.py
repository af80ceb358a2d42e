"""Write down a piece whose file is kept: its row and its place in the ledger, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType
from aftersales.permissions import check_case
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.services.locks import lock_case
from evidence.checks import FileWarning
from evidence.doubts import doubts_in
from evidence.enums import Origin
from evidence.errors import AlreadyWithdrawn
from evidence.models import EvidenceItem
from evidence.names import clean_name
from evidence.permissions import check_withdraw
from evidence.services.slot_checks import check_room, held_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import Case, User
    from aftersales.policy_appeals import SlotRule
    from evidence.checks import Inspection


@dataclass(frozen=True)
class Kept:
    """A file in the store, what was proved about it and what was said of it.

    `confirmed` are codes of the slot's checklist. `derivation` says how it was made from the piece `derived_from`.
    """

    found: Inspection
    key: str
    name: str
    origin: Origin
    caption: str = ""
    confirmed: Sequence[str] = ()
    stills_key: str = ""
    derived_from: EvidenceItem | None = None
    derivation: dict[str, Any] | None = None


@transaction.atomic
def record_piece(
    *,
    case: Case,
    rule: SlotRule,
    kept: Kept,
    by: User,
    at: datetime,
    source: str,
    replaced_for: str = "",
) -> EvidenceItem:
    """The same content in the same slot again gives the piece that is there.

    With `replaced_for`, a reason, the original leaves the slot in the same transaction.
    Raises `NotAllowed`, `SlotFull`, `AlreadyWithdrawn` (the original).
    """
    locked = lock_case(case.pk)
    check_case(by, locked)
    drafts = []
    if kept.derived_from is not None:
        original = EvidenceItem.objects.select_related("case__shop").get(pk=kept.derived_from.pk)
        there = (
            EvidenceItem.objects.kept().filter(derived_from=original, slot=rule.code, sha256=kept.found.sha256).first()
        )
        if there is not None and original.withdrawn_at is not None:
            return there  # somebody did the same at the same moment
        check_kept(original)
        if replaced_for:
            check_withdraw(by, original)
            drafts.append(take_out(item=original, reason=replaced_for, by=by, at=at, source=source))
    item, is_new = EvidenceItem.objects.get_or_create(
        case_id=locked.pk,
        slot=rule.code,
        sha256=kept.found.sha256,
        withdrawn_at=None,
        defaults={**_columns(rule, kept), "added_at": at, "added_by": by},
    )
    if is_new:
        check_room(rule, held=held_by(locked, rule.code) - 1)
        drafts.insert(0, EventDraft(EventType.EVIDENCE_ADDED, at, _told(item, kept), source))
    if drafts:
        add_events(case=locked, drafts=drafts, by=by, now=at)
    return item


def _columns(rule: SlotRule, kept: Kept) -> dict[str, Any]:
    found = kept.found
    seen = [point.code for point in rule.checklist if point.code in kept.confirmed]
    warnings = [warning.value for warning in found.warnings]
    if len(seen) < len(rule.checklist):
        warnings.append(FileWarning.UNCONFIRMED.value)
    return {
        "original_name": clean_name(kept.name),
        "caption": kept.caption,
        "confirmed": seen,
        "warnings": warnings,
        "media_type": found.media_type,
        "byte_size": found.byte_size,
        "key": kept.key,
        "width": found.width,
        "height": found.height,
        "pages": found.pages,
        "duration_ms": found.duration_ms,
        "stills_key": kept.stills_key,
        "origin": kept.origin,
        "derived_from": kept.derived_from,
        "derivation": kept.derivation or {},
    }


def _told(item: EvidenceItem, kept: Kept) -> dict[str, Any]:
    """What the ledger keeps of it: of a derived piece, both hashes and what was done."""
    data: dict[str, Any] = {
        "item": str(item.pk),
        "slot": item.slot,
        "sha256": item.sha256,
        "name": item.original_name,
        "origin": item.origin,
    }
    if item.confirmed:
        data["confirmed"] = item.confirmed
    doubts = [doubt.value for doubt in doubts_in(item.warnings)]
    if doubts:
        data["doubts"] = doubts
    if kept.derived_from is not None:
        data["derived_from"] = str(kept.derived_from.pk)
        data["derived_from_sha256"] = kept.derived_from.sha256
        data["derivation"] = item.derivation
    return data


def check_kept(item: EvidenceItem) -> None:
    """Raises `AlreadyWithdrawn`."""
    if item.withdrawn_at is not None:
        raise AlreadyWithdrawn(_("This proof was withdrawn already."))


def take_out(*, item: EvidenceItem, reason: str, by: User, at: datetime, source: str) -> EventDraft:
    """Mark a piece withdrawn, for a caller that holds the case's lock and records the event."""
    item.withdrawn_at, item.withdrawn_by, item.withdrawn_reason = at, by, reason
    item.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    data = {"item": str(item.pk), "slot": item.slot, "reason": reason, "name": item.original_name}
    return EventDraft(EventType.EVIDENCE_WITHDRAWN, at, data, source)
