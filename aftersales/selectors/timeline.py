"""A case's story, as a reader meets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from aftersales.enums import ChatRating, EventType, Mood, Opener, Outcome, Party, Source, State
from aftersales.selectors.wording import words
from aftersales.transition_data import Offer, Ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import TextChoices
    from django.utils.functional import _StrOrPromise

    from aftersales.models import CaseEvent
    from aftersales.policy import Pack

LATE = timedelta(minutes=5)  # what was learnt later than this is marked

KEY_TYPES = frozenset(
    {
        EventType.REFUND_REQUESTED,
        EventType.PLATFORM_STEPPED_IN,
        EventType.TICKET_OPENED,
        EventType.EVIDENCE_SUBMITTED,
        EventType.PLATFORM_DECIDED,
        EventType.INTERCEPT_ORDERED,
        EventType.INTERCEPT_FAILED,
        EventType.RETURN_SIGNED,
        EventType.REFUND_AGREED,
        EventType.REFUND_SUCCEEDED,
        EventType.CASE_REJECTED,
        EventType.BUYER_WITHDREW,
        EventType.DEADLINE_BREACHED,
        EventType.APPEAL_SUBMITTED,
    }
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    recorded_at: datetime
    type: str
    title: str
    text: str
    actor_name: str
    source: str
    source_label: str
    is_key: bool
    is_late: bool
    details: list[tuple[str, str]]


def _moment(value: Any) -> str:
    moment = parse_datetime(str(value))
    return f"{localtime(moment):%m-%d %H:%M:%S}" if moment else str(value)


def _yes(value: Any) -> str:
    return str(_("yes") if value else _("no"))


def _of(choices: type[TextChoices]) -> Callable[[Any], str]:
    """One of these in words, and what was never one as it is."""
    return lambda value: str(choices(value).label) if value in choices.values else str(value)


# Which values of an event are shown, under which label, and how.
_SHOWN: dict[str, tuple[_StrOrPromise, Callable[[Any], str]]] = {
    "amount": (_("Amount"), lambda value: f"¥{value}"),
    "rapid": (_("Granted at once"), _yes),
    "disputed": (_("Dispute refund"), _yes),
    "courier": (_("Courier"), str),
    "tracking_no": (_("Tracking number"), str),
    "place": (_("Place"), str),
    "address": (_("Address"), str),
    "shows": (_("Asked to show"), str),
    "offer": (_("Offer"), _of(Offer)),
    "asked_by": (_("Asked by"), _of(Party)),
    "liable": (_("Liable"), _of(Party)),
    "ruling": (_("Ruling"), _of(Ruling)),
    "rating": (_("The buyer's rating"), _of(ChatRating)),
    "opener": (_("What came instead of words"), _of(Opener)),
    "mood": (_("What the buyer gives to expect"), _of(Mood)),
    "subject": (_("About"), str),
    "due_at": (_("Due"), _moment),
    "status": (_("Platform status"), str),
    "name": (_("File"), str),
    "caption": (_("Caption"), str),
    "caption_before": (_("Caption before"), str),
    "to_name": (_("To"), str),
    "from_case": (_("From case"), str),
    "was": (_("Was"), _of(Outcome)),
    "is": (_("Is"), _of(Outcome)),
}


def timeline(events: Sequence[CaseEvent], pack: Pack) -> list[TimelineEntry]:
    """Newest first, as the events come; rules and slots are named by the pack."""
    slots = {slot.code: words(slot.name) for slot in pack.slot}
    rules = {rule.code: words(rule.name) for rule in pack.deadline}
    entries = []
    for event in events:
        data = event.data
        details = [(str(label), show(data[key])) for key, (label, show) in _SHOWN.items() if data.get(key)]
        if data.get("slot"):
            details.insert(0, (str(_("Slot")), slots.get(data["slot"], data["slot"])))
        if data.get("rule") or data.get("deadline"):
            code = data.get("rule") or data["deadline"]
            details.insert(0, (str(_("Rule")), rules.get(code, code)))
        if event.to_state and event.to_state != event.from_state:
            details.append((str(_("State")), str(State(event.to_state).label)))
        entries.append(
            TimelineEntry(
                at=event.at,
                recorded_at=event.recorded_at,
                type=event.type,
                title=str(EventType(event.type).label),
                text=str(data.get("note") or data.get("reason") or ""),
                actor_name=event.actor.display_name if event.actor else str(_("The desk")),
                source=event.source,
                source_label=str(Source(event.source).label),
                is_key=event.type in KEY_TYPES,
                is_late=event.recorded_at - event.at > LATE and event.type != EventType.DEADLINE_BREACHED,
                details=details,
            )
        )
    return entries
