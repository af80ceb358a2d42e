"""The evidence of a case in the order of its slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from aftersales.models import Case
    from aftersales.selectors.policies import RuleBook


def case_evidence(case: Case, book: RuleBook) -> list[EvidenceItem]:
    """What was not withdrawn: by slot as the pack lists them, then as it was added."""
    order = {slot.code: place for place, slot in enumerate(book.history.at(case.requested_at).slot)}
    items = EvidenceItem.objects.filter(case_id=case.pk, withdrawn_at__isnull=True)
    return sorted(items, key=lambda item: (order.get(item.slot, len(order)), item.added_at, item.pk))
