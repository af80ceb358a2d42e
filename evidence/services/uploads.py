"""Add proof to a case, and withdraw it. Nothing is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source
from aftersales.errors import Unprocessable
from aftersales.permissions import check_case
from aftersales.selectors.wording import words
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.services.locks import lock_case
from evidence.checks import FileWarning, inspect
from evidence.errors import AlreadyWithdrawn, NotConfirmed, SlotFull
from evidence.models import EvidenceItem
from evidence.names import clean_name
from evidence.permissions import check_withdraw
from evidence.selectors.slots import slot_rule
from evidence.storage import ContentStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from aftersales.models import Case, User
    from aftersales.policy import SlotRule
    from evidence.checks import Inspection


def add_evidence(
    *,
    case: Case,
    slot: str,
    path: Path,
    name: str,
    by: User,
    at: datetime,
    caption: str = "",
    confirmed: Sequence[str] = (),
    source: str = Source.PERSON,
) -> EvidenceItem:
    """Check the file, keep it, and record it; the same content in the same slot again gives the piece that is there.

    `confirmed` are codes of the slot's checklist. Raises `NotAllowed`, `UnknownSlot`, `SlotFull`, `NotConfirmed`,
    `Unprocessable` and what `checks.inspect` raises; nothing was stored or recorded.
    """
    check_case(by, case)
    check_confirmed(slot_rule(case, slot, at), confirmed)
    found = inspect(path, name=name)
    return keep_evidence(
        case=case,
        slot=slot,
        path=path,
        name=name,
        found=found,
        by=by,
        at=at,
        caption=caption,
        confirmed=confirmed,
        source=source,
    )


def keep_evidence(
    *,
    case: Case,
    slot: str,
    path: Path,
    name: str,
    found: Inspection,
    by: User,
    at: datetime,
    caption: str = "",
    confirmed: Sequence[str] = (),
    source: str = Source.PERSON,
) -> EvidenceItem:
    """Keep and record a file of which `found` was proved.

    Storing happens before the case is locked: it may take seconds. Whoever loses a race for a slot's last place leaves
    a stored file that no piece names; another case may be about to name it, so it stays.
    Raises `NotAllowed`, `UnknownSlot`, `SlotFull`, `NotConfirmed`, `Unprocessable`.
    """
    check_case(by, case)
    rule = slot_rule(case, slot, at)
    check_confirmed(rule, confirmed)
    there = _same_content(case, slot, found.sha256)
    if there is not None:
        return there
    check_room(rule, held=_held(case, slot))
    key = ContentStore().put(path)
    seen = [point.code for point in rule.checklist if point.code in confirmed]
    warnings = [warning.value for warning in found.warnings]
    if len(seen) < len(rule.checklist):
        warnings.append(FileWarning.UNCONFIRMED.value)
    said = {"original_name": clean_name(name), "caption": caption, "confirmed": seen, "warnings": warnings}
    return _record(case=case, rule=rule, found=found, key=key, said=said, by=by, at=at, source=source)


@transaction.atomic
def _record(
    *,
    case: Case,
    rule: SlotRule,
    found: Inspection,
    key: str,
    said: dict[str, Any],
    by: User,
    at: datetime,
    source: str,
) -> EvidenceItem:
    locked = lock_case(case.pk)
    check_case(by, locked)
    item, is_new = EvidenceItem.objects.get_or_create(
        case_id=locked.pk,
        slot=rule.code,
        sha256=found.sha256,
        withdrawn_at=None,
        defaults={
            **said,
            "media_type": found.media_type,
            "byte_size": found.byte_size,
            "key": key,
            "width": found.width,
            "height": found.height,
            "pages": found.pages,
            "added_at": at,
            "added_by": by,
        },
    )
    if is_new:
        check_room(rule, held=_held(locked, rule.code) - 1)
        data = {"item": str(item.pk), "slot": rule.code, "sha256": found.sha256, "name": item.original_name}
        if item.confirmed:
            data["confirmed"] = item.confirmed
        add_events(case=locked, drafts=[EventDraft(EventType.EVIDENCE_ADDED, at, data, source)], by=by, now=at)
    return item


def _same_content(case: Case, slot: str, sha256: str) -> EvidenceItem | None:
    return EvidenceItem.objects.kept().filter(case_id=case.pk, slot=slot, sha256=sha256).first()


def _held(case: Case, slot: str) -> int:
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


@transaction.atomic
def withdraw_evidence(
    *, item: EvidenceItem, reason: str, by: User, at: datetime, source: str = Source.PERSON
) -> EvidenceItem:
    """Take a piece out of its slot; the file, the row and their place in the ledger stay.

    What an appeal has frozen may be withdrawn as well: the appeal keeps its hash and the store its file, so what was
    handed in stays provable; a slot must not be held by proof that turned out wrong.
    Raises `NotAllowed`, `AlreadyWithdrawn`, `Unprocessable` (no reason).
    """
    locked = lock_case(item.case_id)
    fresh = EvidenceItem.objects.select_related("case__shop").get(pk=item.pk)
    check_withdraw(by, fresh)
    if fresh.withdrawn_at is not None:
        raise AlreadyWithdrawn(_("This proof was withdrawn already."))
    reason = reason.strip()
    if not reason:
        message = _("Say why this proof is withdrawn.")
        raise Unprocessable(message, fields={"reason": message})
    fresh.withdrawn_at, fresh.withdrawn_by, fresh.withdrawn_reason = at, by, reason
    fresh.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    data = {"item": str(fresh.pk), "slot": fresh.slot, "reason": reason, "name": fresh.original_name}
    add_events(case=locked, drafts=[EventDraft(EventType.EVIDENCE_WITHDRAWN, at, data, source)], by=by, now=at)
    return fresh
