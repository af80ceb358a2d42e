"""Record the parcels that nobody has scanned for too long."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction

from aftersales.enums import EventType, Source
from aftersales.facts import read_fact
from aftersales.models import Case, CaseEvent
from aftersales.selectors.policies import rule_books
from aftersales.selectors.situations import facts_of
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.stalls import coming_stall

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.stalls import Stall

BATCH = 100


def record_stalls(*, now: datetime) -> int:
    """Record `shipment.stalled` for every open case whose last scan is longer ago than its platform's rule says.

    Each is dated the moment at which the parcel counted as stalled, however late this runs, and its clocks start
    there (A5). Two at once take different cases (PostgreSQL skips locked ones) or wait (SQLite), so a stall is
    recorded once. Returns how many were recorded.
    """
    recorded = 0
    while found := _record_batch(now):
        recorded += sum(found)
    return recorded


@transaction.atomic
def _record_batch(now: datetime) -> list[bool]:
    """For each case that was looked at, whether its parcel stands still."""
    due = Case.objects.open().filter(stalls_at__lt=now).select_related("shop").order_by("stalls_at")
    skip_locked = connection.features.has_select_for_update_skip_locked
    cases = list(due.select_for_update(of=("self",), skip_locked=skip_locked)[:BATCH])
    if not cases:
        return []
    books = rule_books(sorted({case.shop.platform for case in cases}))
    events = defaultdict[int, list[CaseEvent]](list)
    for event in CaseEvent.objects.filter(case__in=cases).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    return [
        _record(case, coming_stall(facts_of(events[case.pk]), books[case.shop.platform].history, case.kind), now)
        for case in cases
    ]


def _record(case: Case, stall: Stall | None, now: datetime) -> bool:
    if stall is None or stall.at >= now:  # the rules have changed since the moment was noted
        case.stalls_at = stall.at if stall else None
        case.save(update_fields=["stalls_at"])
        return False
    said = read_fact(EventType.SHIPMENT_STALLED, {"last_scan_at": stall.last_scan_at})
    draft = EventDraft(EventType.SHIPMENT_STALLED, stall.at, said, Source.SYSTEM)
    add_events(case=case, drafts=[draft], by=None, now=now)
    return True
