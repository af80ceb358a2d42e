"""Add proof to a case, and withdraw it. Nothing is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Source
from aftersales.errors import Unprocessable
from aftersales.permissions import check_case
from aftersales.services.facts import add_events
from aftersales.services.locks import lock_case
from evidence.checks import check_kind, inspect
from evidence.enums import Origin
from evidence.models import EvidenceItem
from evidence.permissions import check_withdraw
from evidence.selectors.slots import slot_rule
from evidence.services.recording import Kept, check_kept, record_piece, take_out
from evidence.services.slot_checks import check_confirmed, check_room, held_by
from evidence.storage import ContentStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from aftersales.models import Case, User
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
    origin: Origin = Origin.PAGE,
) -> EvidenceItem:
    """Check the file, keep it, and record it; the same content in the same slot again gives the piece that is there.

    `confirmed` are codes of the slot's checklist. Raises `NotAllowed`, `UnknownSlot`, `SlotFull`, `NotConfirmed`,
    `Unprocessable` and what `checks.inspect` raises; nothing was stored or recorded.
    """
    check_case(by, case)
    rule = slot_rule(case, slot, at)
    check_confirmed(rule, confirmed)
    found = inspect(path, name=name, kinds=rule.takes)
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
        origin=origin,
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
    origin: Origin = Origin.PAGE,
) -> EvidenceItem:
    """Keep and record a file of which `found` was proved.

    Storing happens before the case is locked: it may take seconds. Whoever loses a race for a slot's last place leaves
    a stored file that no piece names; another case may be about to name it, so it stays.
    Raises `NotAllowed`, `UnknownSlot`, `SlotFull`, `NotConfirmed`, `FileTypeRefused`, `Unprocessable`.
    """
    check_case(by, case)
    rule = slot_rule(case, slot, at)
    check_confirmed(rule, confirmed)
    check_kind(found.media_type, rule.takes)
    there = EvidenceItem.objects.kept().filter(case_id=case.pk, slot=slot, sha256=found.sha256).first()
    if there is not None:
        return there
    check_room(rule, held=held_by(case, slot))
    store = ContentStore()
    kept = Kept(
        found=found,
        key=store.put(path),
        name=name,
        origin=origin,
        caption=caption,
        confirmed=confirmed,
        stills_key=store.put_bytes(found.stills) if found.stills else "",
    )
    return record_piece(case=case, rule=rule, kept=kept, by=by, at=at, source=source)


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
    check_kept(fresh)
    reason = reason.strip()
    if not reason:
        message = _("Say why this proof is withdrawn.")
        raise Unprocessable(message, fields={"reason": message})
    draft = take_out(item=fresh, reason=reason, by=by, at=at, source=source)
    add_events(case=locked, drafts=[draft], by=by, now=at)
    return fresh
