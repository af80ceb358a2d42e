"""Say anew what a piece shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aftersales.enums import EventType, Source
from aftersales.permissions import check_case
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.services.locks import lock_case
from evidence.models import EvidenceItem
from evidence.services.recording import check_kept

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.models import User


@transaction.atomic
def edit_caption(
    *, item: EvidenceItem, caption: str, by: User, at: datetime, source: str = Source.PERSON
) -> EvidenceItem:
    """Whoever may add proof to the case may caption it; the ledger keeps the words of before.

    The same words again change and record nothing. What an appeal holds already keeps the caption that it has there.
    Raises `NotAllowed`, `AlreadyWithdrawn`.
    """
    locked = lock_case(item.case_id)
    check_case(by, locked)
    fresh = EvidenceItem.objects.select_related("case__shop", "added_by", "withdrawn_by").get(pk=item.pk)
    check_kept(fresh)
    caption = caption.strip()
    if caption == fresh.caption:
        return fresh
    data = {
        "item": str(fresh.pk),
        "slot": fresh.slot,
        "name": fresh.original_name,
        "caption": caption,
        "caption_before": fresh.caption,
    }
    fresh.caption = caption
    fresh.save(update_fields=["caption"])
    add_events(case=locked, drafts=[EventDraft(EventType.EVIDENCE_CAPTIONED, at, data, source)], by=by, now=at)
    return fresh
