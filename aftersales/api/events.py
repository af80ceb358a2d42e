"""What happened to a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema, Status
from pydantic import Field

from aftersales.api.case_answers import CaseDone, done
from aftersales.api_support import ApiRequest, Moment, MomentIn, PageQuery, idempotent, told_by_name
from aftersales.enums import EventType, Source
from aftersales.facts import FACTS
from aftersales.models import CaseEvent
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.paging import page_of
from aftersales.services.facts import record_fact

router = Router()

if TYPE_CHECKING:
    FactType = str
else:
    FactType = Literal[tuple(EventType(code).value for code in FACTS)]


class EventIn(Schema):
    """A fact that changes no state: `source` says whose word it is. `data` depends on the type."""

    type: FactType
    at: MomentIn
    data: dict[str, Any] = Field({}, description=told_by_name(FACTS))
    source: Literal["api", "courier", "platform"] = "api"


class EventAnswer(Schema):
    """`at` is when it happened, `recorded_at` when the desk learnt it; `hash` chains it to the event before."""

    seq: int
    type: str
    title: str
    at: Moment
    recorded_at: Moment
    actor: str
    source: str
    from_state: str
    to_state: str
    data: dict[str, Any]
    hash: str


class EventPage(Schema):
    items: list[EventAnswer]
    next_cursor: str


@router.post("/cases/{ref}/events", response={201: CaseDone}, summary=gettext_noop("Record a fact"))
@idempotent
def post_event(request: ApiRequest, ref: str, asked: EventIn) -> Status[dict[str, Any]]:
    """From a courier, the platform or the ERP. The same fact twice is recorded once."""
    now = timezone.now()
    case = record_fact(
        case=find_case(ref, user=request.user, token=request.auth),
        event_type=asked.type,
        at=asked.at,
        data=asked.data,
        source=Source(asked.source),
        by=request.user,
        now=now,
    )
    return Status(201, done(case, now, asked.data))


@router.get("/cases/{ref}/timeline", response=EventPage, summary=gettext_noop("A case's ledger"))
def get_timeline(request: ApiRequest, ref: str, asked: Query[PageQuery]) -> dict[str, Any]:
    """In the order in which the desk learnt it."""
    case = find_case(ref, user=request.user, token=request.auth)
    events = CaseEvent.objects.filter(case_id=case.pk).select_related("actor")
    found, next_cursor = page_of(events, by=("seq",), cursor=asked.cursor, limit=asked.limit)
    return {"items": [_answer(event) for event in found], "next_cursor": next_cursor}


def _answer(event: CaseEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "type": event.type,
        "title": str(EventType(event.type).label),
        "at": event.at,
        "recorded_at": event.recorded_at,
        "actor": event.actor.username if event.actor else "",
        "source": event.source,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "data": event.data,
        "hash": event.hash,
    }
