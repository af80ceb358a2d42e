"""Record what happened to a case without changing its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source
from aftersales.errors import Unprocessable
from aftersales.facts import FACTS, read_fact
from aftersales.models import CaseEvent, Direction, Shipment
from aftersales.permissions import check_case
from aftersales.selectors.policies import rule_book
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import Case, User


@transaction.atomic
def record_fact(
    *,
    case: Case,
    event_type: str,
    at: datetime,
    by: User,
    now: datetime,
    data: dict[str, Any] | None = None,
    source: str = Source.PERSON,
) -> Case:
    """Record one of the facts that change no state; the same fact twice is recorded once.

    Raises `NotAllowed`, `Unprocessable` (unknown type, wrong data, a moment in the future), `StaleVersion` never:
    a fact is true whatever the page showed.
    """
    if event_type not in FACTS:
        message = _("This event cannot be recorded by hand: take the transition instead.")
        raise Unprocessable(message, code="unknown_event", fields={"type": message})
    draft = EventDraft(event_type, at, read_fact(event_type, data or {}), source)
    return record_events(case=case, drafts=[draft], by=by, now=now)


@transaction.atomic
def record_events(*, case: Case, drafts: Sequence[EventDraft], by: User | None, now: datetime) -> Case:
    """Record facts that a service vouches for, and apply the clocks once. Raises `NotAllowed`, `Unprocessable`."""
    locked = lock_case(case.pk)
    if by is not None:
        check_case(by, locked)
    add_events(case=locked, drafts=drafts, by=by, now=now)
    return locked


def add_events(*, case: Case, drafts: Sequence[EventDraft], by: User | None, now: datetime) -> list[CaseEvent]:
    """As `record_events`, for a caller that holds the lock. Known facts are left out."""
    known = {
        _likeness(event)
        for event in CaseEvent.objects.filter(case_id=case.pk, type__in={draft.type for draft in drafts})
    }
    fresh = []
    for draft in drafts:
        if draft.from_state != draft.to_state or _likeness(draft) not in known:
            fresh.append(draft)
            known.add(_likeness(draft))
    if not fresh:
        return []
    events = append(case=case, drafts=fresh, by=by, now=now)
    for draft in fresh:
        note_parcel(case=case, event_type=draft.type, data=draft.data)
    apply_clocks(case=case, book=rule_book(case.shop.platform), now=now)
    save_case(case)
    return events


def _likeness(fact: EventDraft | CaseEvent) -> tuple[str, datetime, str]:
    """What makes two facts the same one, also where it came over from the case before."""
    said = {key: value for key, value in fact.data.items() if key not in ("from_case", "settled")}
    return fact.type, fact.at, repr(sorted(said.items()))


def note_parcel(*, case: Case, event_type: str, data: dict[str, Any]) -> None:
    """Keep a parcel that an event names."""
    if data.get("tracking_no"):
        returns = (EventType.RETURN_SHIPPED, EventType.RETURN_SIGNED)
        direction = Direction.RETURN if event_type in returns else Direction.OUTBOUND
        keep_parcel(
            order_id=case.order_id, direction=direction, number=data["tracking_no"], courier=data.get("courier", "")
        )


def keep_parcel(*, order_id: int, direction: str, number: str, courier: str) -> bool:
    """Keep a parcel of an order; whether anything of it is new. A courier that was not known is filled in."""
    parcel, is_new = Shipment.objects.get_or_create(
        order_id=order_id, direction=direction, tracking_no=number, defaults={"courier": courier}
    )
    if is_new or parcel.courier or not courier:
        return is_new
    parcel.courier = courier
    parcel.save(update_fields=["courier"])
    return True
