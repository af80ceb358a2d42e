"""One deadline of a case, and the proof that a move of it may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aftersales.enums import EventType
from aftersales.errors import NotFound
from aftersales.models import CaseEvent, Deadline
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from aftersales.models import Case
    from aftersales.policy import Pack


def find_deadline(case: Case, pk: int) -> Deadline:
    """Raises `NotFound`, also for a deadline of another case."""
    found = Deadline.objects.filter(case_id=case.pk, pk=pk).first()
    if found is None:
        raise NotFound(_("This case has no such deadline."), code="deadline_not_found")
    return found


def kept_proof(case: Case, pack: Pack) -> list[tuple[str, str]]:
    """Each piece of evidence that was not withdrawn: its id, and what it is in words. Newest first."""
    slots = {slot.code: words(slot.name) for slot in pack.slot}
    events = CaseEvent.objects.filter(
        case_id=case.pk, type__in=[EventType.EVIDENCE_ADDED, EventType.EVIDENCE_WITHDRAWN]
    ).order_by("seq")
    kept: dict[str, str] = {}
    for event in events:
        item = str(event.data["item"])
        if event.type == EventType.EVIDENCE_WITHDRAWN:
            kept.pop(item, None)
        else:
            slot = str(event.data["slot"])
            kept[item] = " · ".join(filter(None, [slots.get(slot, slot), str(event.data.get("name", ""))]))
    return list(reversed(kept.items()))
