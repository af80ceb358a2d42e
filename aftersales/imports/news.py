"""What a row says that the desk does not know yet. Pure: a case's record and a row in, the difference out.

An import is no mirror: a row older than what is known moves no state back, and what an agent did here stays
while the platform's own status has not moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aftersales.deadlines import Fact
from aftersales.enums import EventType, State
from aftersales.imports.facts import REFUND_MARKS
from aftersales.imports.status_facts import (
    after_all,
    countdown_fact,
    countdowns_of,
    last_words,
    node_of,
    reported_state,
    status_fact,
    status_moment,
    steps_counted,
    word_of,
)
from aftersales.states import CLOSED_STATES, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.imports.rows import ParsedFact, ParsedRow
    from aftersales.models import Case, CaseEvent

FINAL_STATES = frozenset({State.REFUNDED, State.WITHDRAWN, State.RESOLVED})
CLOSING_FACTS = frozenset(
    {EventType.REFUND_SUCCEEDED, EventType.CASE_CLOSED, EventType.BUYER_WITHDREW, EventType.CASE_REJECTED}
)
GUESSED_KIND = frozenset({"shipping_unknown", "unknown_type"})

_progress = {state.value: place for place, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class News:
    """`facts` change no state; `follow` is the state that the platform moved the case to, at `at`."""

    at: datetime
    facts: tuple[Fact, ...] = ()
    follow: str | None = None
    hands_over: bool = False
    fields: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.facts or self.follow or self.hands_over or self.fields)


def first_facts(row: ParsedRow) -> list[Fact]:
    """The events of a case that is new here: what its row proves, and nothing else."""
    amount = {} if row.refund_amount is None else {"amount": str(row.refund_amount)}
    facts = [
        Fact(one.type, one.at, {**one.data, **amount} if one.type == EventType.REFUND_REQUESTED else dict(one.data))
        for one in row.facts
        if one.type != EventType.PLATFORM_COUNTDOWN
    ]
    if row.state in CLOSED_STATES:
        return facts  # nobody has to act any more: no countdown runs
    if row.updated_at is not None:
        facts.append(status_fact(row, row.state, status_moment(row, row.updated_at)))
    return facts + [countdown_fact(one, after_all(facts, one.at)) for one in countdowns_of(row)]


def closing_moment(row: ParsedRow, learnt_at: datetime) -> datetime:
    """When a closed case was closed: as proven, else as reported, else when it was learnt."""
    proven = [fact.at for fact in row.facts if fact.type in CLOSING_FACTS]
    reported = row.closed_at or row.updated_at
    return max(proven) if proven else max(reported, row.requested_at) if reported else learnt_at


def refund_moment(row: ParsedRow) -> datetime | None:
    """When the money went back, if the row proves it."""
    return next((fact.at for fact in row.facts if fact.type == EventType.REFUND_SUCCEEDED), None)


def future_moment(row: ParsedRow, now: datetime) -> str | None:
    """The column of a moment that has not come yet, "" where it is unknown; None where all is past."""
    if row.known_until <= now and all(fact.at <= now for fact in row.facts):
        return None
    return next((str(fact.data.get("at_source", "")) for fact in row.facts if fact.at > now), "")


def news_of(
    row: ParsedRow,
    case: Case,
    events: Sequence[CaseEvent],
    *,
    now: datetime,
    earlier_kinds: frozenset[str] = frozenset(),
    has_moved: bool = False,
) -> News:
    """The difference between a row and a case with its events.

    `earlier_kinds` are those of the cases that handed over to this one: the platform keeps calling the case by
    them. `has_moved` says that the platform has just moved it here.
    """
    return _Comparison(row, case, events, now, earlier_kinds, has_moved=has_moved).news()


class _Comparison:
    def __init__(
        self,
        row: ParsedRow,
        case: Case,
        events: Sequence[CaseEvent],
        now: datetime,
        earlier_kinds: frozenset[str],
        *,
        has_moved: bool,
    ) -> None:
        self.row = row
        self.case = case
        self.events = events
        self.earlier_kinds = earlier_kinds
        known_until = case.platform_updated_at
        self.is_older = known_until is not None and row.known_until < known_until
        self.state = row.state if row.state in STATES[case.kind] else None
        self.reported_state = reported_state(events)
        self.status_moved = has_moved or (
            row.platform_status != case.platform_status
            or (self.state is not None and not case.is_status_known)
            or (self.state is not None and self.reported_state is not None and self.state != self.reported_state)
        )
        if self._has_step_ended():
            self.status_moved = True
        # What the row does not date itself is dated when it was learnt.
        dated = row.updated_at if known_until is None else row.known_until
        is_dated = dated is not None and (known_until is None or dated > known_until)
        self.at = status_moment(row, dated) if is_dated and dated is not None else now
        self.is_dated = is_dated

    def news(self) -> News:
        if self.is_older:
            return News(self.at, tuple(self._older_facts()))
        if self._hands_over():
            return News(self.at, hands_over=True)
        follow = self._follow()
        facts = self._new_facts()
        if self.status_moved and follow is None:
            facts.append(status_fact(self.row, self.state, self.at))
        facts += self._changes()
        moved = [*facts, status_fact(self.row, follow, self.at)] if follow else facts
        facts += [countdown_fact(one, after_all(moved, self.at)) for one in self._new_countdowns(follow)]
        return News(self.at, tuple(facts), follow, fields=self._fields(follow))

    def _has_step_ended(self) -> bool:
        """Whether the platform counts a step no longer, though it calls the case by the same status."""
        row = self.row
        if not row.tells_deadlines or not self.case.is_open or self.is_older:
            return False
        return bool(steps_counted(self.events) - {node_of(one.data) for one in countdowns_of(row)})

    def _hands_over(self) -> bool:
        row, case = self.row, self.case
        is_certain = not any(warning.code in GUESSED_KIND for warning in row.warnings)
        still_matters = case.is_open or (row.state is not None and row.state not in CLOSED_STATES)
        return row.kind != case.kind and row.kind not in self.earlier_kinds and is_certain and still_matters

    def _follow(self) -> str | None:
        """The state that the platform moved the case to, unless the case got there, or further, by itself."""
        state = self.state
        if not self.status_moved or state is None or state in (self.case.state, self.reported_state):
            return None
        return None if self._is_ahead(state) else state

    def _is_ahead(self, state: str) -> bool:
        """Whether an agent's own steps are newer than the platform's word; a refund or withdrawal always counts."""
        case = self.case
        if case.state == (self.reported_state or State.PENDING) or state in FINAL_STATES:
            return False
        if self.is_dated:
            steps = [event.at for event in self.events if event.from_state and event.from_state != event.to_state]
            return max(steps, default=self.at) > self.at
        return case.is_open and state not in CLOSED_STATES and _progress[state] <= _progress[case.state]

    def _new_facts(self) -> list[Fact]:
        said = (EventType.REFUND_REQUESTED, EventType.PLATFORM_COUNTDOWN)
        return [new for one in self.row.facts if one.type not in said and (new := self._new_fact(one))]

    def _new_fact(self, fact: ParsedFact) -> Fact | None:
        """A status proves its fact again with each update of the row: the first date of it counts.

        A known refund whose mark is learnt later is told again with it, at the moment that is known.
        """
        known = [event for event in self.events if event.type == fact.type]
        same = [event for event in known if event.at == fact.at]
        if not same and (
            self.is_older or (not self.status_moved and fact.at in (self.row.updated_at, self.row.requested_at))
        ):
            same = [event for event in known if event.at <= fact.at]
        marks = [name for name in REFUND_MARKS if fact.data.get(name)]
        if any(all(event.data.get(name) for name in marks) for event in same):
            return None
        return Fact(fact.type, min((event.at for event in same), default=fact.at), dict(fact.data))

    def _older_facts(self) -> list[Fact]:
        """An older row fills gaps: facts, and where it dates them, the status and countdown of that time."""
        row = self.row
        facts = self._new_facts()
        if row.updated_at is None:
            return facts
        at = status_moment(row, row.updated_at)
        statuses = [event for event in self.events if event.type == EventType.STATUS_REPORTED]
        if not any(event.at == at and event.data.get("status") == row.platform_status for event in statuses):
            facts.append(status_fact(row, self.state, at))
        known = {word_of(event.data) for event in self.events if event.type == EventType.PLATFORM_COUNTDOWN}
        if row.state not in CLOSED_STATES:
            facts += [
                countdown_fact(one, after_all(facts, at))
                for one in countdowns_of(row)
                if word_of(one.data) not in known
            ]
        return facts

    def _new_countdowns(self, follow: str | None) -> list[ParsedFact]:
        if (follow or self.case.state) in CLOSED_STATES:
            return []
        last = last_words(self.events)
        return [one for one in countdowns_of(self.row) if self.status_moved or word_of(one.data) not in last.items()]

    def _changes(self) -> list[Fact]:
        """A reason or an amount that the platform changed; an amount that an agent agreed on here stays."""
        row, case = self.row, self.case
        changes = []
        if row.reason and row.reason != case.reason:
            changes.append(Fact(EventType.REASON_CHANGED, self.at, {"reason": row.reason}))
        if self._amount_changed():
            data = {"amount": str(row.refund_amount), "was": str(case.refund_amount or "")}
            changes.append(Fact(EventType.CASE_IMPORTED, self.at, data))
        return changes

    def _amount_changed(self) -> bool:
        amount = self.row.refund_amount
        told = [
            str(event.data["amount"])
            for event in self.events
            if event.type in (EventType.REFUND_REQUESTED, EventType.CASE_IMPORTED) and event.data.get("amount")
        ]
        return amount is not None and amount != self.case.refund_amount and (not told or str(amount) != told[-1])

    def _fields(self, follow: str | None) -> dict[str, Any]:
        row, case = self.row, self.case
        values: dict[str, Any] = {
            "platform_status": row.platform_status,
            "is_status_known": self.state is not None,
            "platform_updated_at": max(row.known_until, case.platform_updated_at or row.known_until),
        }
        if row.reason:
            values["reason"] = row.reason
            values["first_reason"] = case.first_reason or row.reason
        if self._amount_changed():
            values["refund_amount"] = row.refund_amount
        if row.issue and (not case.issue or (row.reason and row.reason != case.reason)):
            values["issue"] = row.issue
        if follow == State.REFUNDED and case.refunded_at is None:
            values["refunded_at"] = refund_moment(row)
        return {name: value for name, value in values.items() if value != getattr(case, name)}
