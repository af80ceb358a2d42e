"""The facts of a platform's status and its countdowns, as they go into a case's ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aftersales.deadlines import Fact
from aftersales.enums import EventType, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.imports.rows import ParsedFact, ParsedRow
    from aftersales.models import CaseEvent

SUBJECT_LENGTH = 80
A_TICK = timedelta(microseconds=1)


def reported_state(events: Sequence[CaseEvent]) -> str | None:
    """Where the platform last said that the case stands; None where it never said so in words that we know."""
    statuses = [event for event in events if event.type == EventType.STATUS_REPORTED]
    if statuses:
        state = max(statuses, key=lambda event: (event.at, event.seq)).data.get("state")
        return str(state) if state else None
    return next((event.to_state for event in events if event.type == EventType.REFUND_REQUESTED), "") or None


def status_moment(row: ParsedRow, dated: datetime) -> datetime:
    """When the platform's status began; a withdrawal cancels what the status would end, so it comes first."""
    at = max(dated, row.requested_at)
    withdrew = any(fact.type == EventType.BUYER_WITHDREW and fact.at == at for fact in row.facts)
    return at + A_TICK if withdrew else at


def status_fact(row: ParsedRow, state: str | None, at: datetime) -> Fact:
    data = {"status": row.platform_status}
    return Fact(EventType.STATUS_REPORTED, at, {**data, "state": state} if state else data)


def countdowns_of(row: ParsedRow) -> list[ParsedFact]:
    return [fact for fact in row.facts if fact.type == EventType.PLATFORM_COUNTDOWN]


def node_of(data: Any) -> str:
    """The platform's step that a countdown belongs to, from a parsed fact or from an event."""
    return str(data.get("node") or data.get("subject") or "")[:SUBJECT_LENGTH]


def word_of(data: Any) -> tuple[str, str]:
    """A step and when its countdown ends."""
    return node_of(data), str(data["due_at"])


def countdown_fact(fact: ParsedFact, at: datetime) -> Fact:
    data = {name: value for name, value in fact.data.items() if name != "node"}
    return Fact(EventType.PLATFORM_COUNTDOWN, at, {**data, "subject": node_of(fact.data)})


def after_all(facts: Sequence[Fact], at: datetime) -> datetime:
    """When a countdown starts: it belongs to the status that the facts led to, so none of them comes after it.

    An agreement of the same moment would end it at once, as it stands later in a case's life.
    """
    last = max([at, *(fact.at for fact in facts)])
    agreed = any(fact.at == last and fact.type == EventType.REFUND_AGREED for fact in facts)
    return last + A_TICK if agreed else last


def last_words(events: Sequence[CaseEvent]) -> dict[str, str]:
    """When the countdown of each step ends, as the platform last said."""
    told = sorted((event for event in events if event.type == EventType.PLATFORM_COUNTDOWN), key=_in_order)
    return dict(word_of(event.data) for event in told)


def steps_counted(events: Sequence[CaseEvent]) -> set[str]:
    """The steps that imports told a countdown of since the platform's last status, which ends those before it."""
    told = [
        event
        for event in events
        if event.type == EventType.STATUS_REPORTED
        or (event.type == EventType.PLATFORM_COUNTDOWN and event.source == Source.IMPORT)
    ]
    steps: set[str] = set()
    for event in sorted(told, key=_in_order):
        if event.type == EventType.STATUS_REPORTED:
            steps.clear()
        else:
            steps.add(node_of(event.data))
    return steps


def _in_order(event: CaseEvent) -> tuple[datetime, int]:
    return event.at, event.seq
