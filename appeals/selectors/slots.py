"""The evidence of an appeal's cases in the order of its slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.models import Case
    from aftersales.selectors.policies import RuleBook


def cases_evidence(cases: Sequence[Case], book: RuleBook) -> list[EvidenceItem]:
    """What was not withdrawn: case by case, by slot as the pack lists them, then as it was added."""
    orders = {
        case.pk: {slot.code: place for place, slot in enumerate(book.history.at(case.requested_at).slot)}
        for case in cases
    }
    places = {case.pk: place for place, case in enumerate(cases)}
    items = EvidenceItem.objects.filter(case__in=places, withdrawn_at__isnull=True)

    def place(item: EvidenceItem) -> tuple[object, ...]:
        order = orders[item.case_id]
        return places[item.case_id], order.get(item.slot, len(order)), item.added_at, item.pk

    return sorted(items, key=place)


def usual_choice(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """All of it but what another piece was made from: who blacked something out wants that one shown."""
    edited = {item.derived_from_id for item in items}
    return [item for item in items if item.pk not in edited]
