"""Clocks are a pure fold over a case's facts: facts and rules in, deadlines out. No database, no clock.

The order in which facts arrive does not matter: they are folded in the order in which they happened, and
two facts of one moment in the order of a case's life (`EventType`). So a late, doubled or out-of-order
fact needs no special case: fold again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aftersales.enums import OWED, ClockKind, DueSource, EventType, Outcome
from aftersales.stalls import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aftersales.policy import DeadlineRule
    from aftersales.policy_history import PackHistory
    from aftersales.policy_parts import Match

_LIFE_ORDER = {event_type.value: place for place, event_type in enumerate(EventType)}


@dataclass(frozen=True, slots=True)
class Fact:
    """What the fold needs of an event; `closes` says that it closed the case."""

    type: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    closes: bool = False

    @property
    def order(self) -> tuple[datetime, int, str, bool]:
        return (self.at, _LIFE_ORDER[self.type], json.dumps(self.data, sort_keys=True, default=str), self.closes)


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline as the facts prove it. `number` counts a rule's clocks of one subject from 1."""

    rule: DeadlineRule
    policy_version: str
    subject: str
    number: int
    party: str
    started_at: datetime
    started_by: str
    due_at: datetime
    due_source: str
    computed_due_at: datetime | None
    stopped_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        return (self.rule.code, self.subject, self.number)

    def outcome(self, at: datetime) -> Outcome:
        """The truth at a moment: met when stopped at or before `due_at`, late one microsecond after (A3)."""
        if self.rule.clock == ClockKind.GATE and self.cancelled_at is None:
            return Outcome.OPENED if at >= self.due_at else Outcome.RUNNING
        if self.rule.clock == ClockKind.TASK and self.cancelled_at is None:
            return Outcome.MET if self.stopped_at else Outcome.RUNNING
        late = Outcome.BREACHED if self.rule.clock == ClockKind.DUTY else Outcome.LAPSED
        if self.stopped_at is not None:
            return Outcome.MET if self.stopped_at <= self.due_at else late
        if self.cancelled_at is not None and (self.cancelled_at <= self.due_at or self.rule.clock == ClockKind.TASK):
            return Outcome.CANCELLED
        if at > self.due_at:
            return late
        return Outcome.RUNNING

    @property
    def ended_at(self) -> datetime | None:
        return self.stopped_at or self.cancelled_at


def fold(facts: Iterable[Fact], history: PackHistory, kind: str, *, closed_at: datetime | None = None) -> list[Clock]:
    """Every clock that a case's facts start, in the order in which they started.

    `closed_at` is since when the case is closed, if it is: then it owes nothing any more.
    """
    # In UTC: adding hours to a moment of a zone with daylight saving would add hours of its clock (A3).
    elapsed = [replace(fact, at=fact.at.astimezone(UTC)) for fact in facts]
    ordered = standing(sorted(elapsed, key=lambda fact: fact.order), history)
    codes: dict[str, None] = {}
    for pack in history.packs:
        codes.update({rule.code: None for rule in pack.deadline if kind in rule.kinds})
    clocks = [clock for code in codes for clock in _RuleFold(code, history, kind).run(ordered)]
    if closed_at is not None:
        clocks = [_released(clock, closed_at) for clock in clocks]
    return sorted(clocks, key=lambda clock: (clock.started_at, clock.rule.code, clock.subject, clock.number))


def _released(clock: Clock, closed_at: datetime) -> Clock:
    """What is owed ends with its case at the latest; windows stay open, as appeals come after the end."""
    is_over = clock.stopped_at or (clock.cancelled_at and clock.cancelled_at <= closed_at)
    if clock.rule.clock not in OWED or is_over:
        return clock
    return replace(clock, cancelled_at=max(clock.started_at, closed_at))


class _RuleFold:
    """The fold of one rule: at most one clock of a subject runs at a time."""

    def __init__(self, code: str, history: PackHistory, kind: str) -> None:
        self.code = code
        self.history = history
        self.kind = kind
        self.rules = {pack.version: pack.rule(code) for pack in history.packs}
        self.running: dict[str, Clock] = {}
        self.ended: list[Clock] = []
        self.numbers: dict[str, int] = {}
        self.seen_starts: set[int] = set()
        self.origin: Fact | None = None
        self.seen_stops: set[int] = set()

    def run(self, facts: list[Fact]) -> list[Clock]:
        for fact in facts:
            self._note_stops(fact)
            self._end(fact)
            self._move(fact)
            self._restart(fact)
            self._start(fact)
        return [*self.ended, *self.running.values()]

    def _rule_at(self, moment: datetime) -> tuple[DeadlineRule, str] | None:
        pack = self.history.at(moment)
        rule = self.rules[pack.version]
        if rule is None or self.kind not in rule.kinds:
            return None
        return rule, pack.version

    def _end(self, fact: Fact) -> None:
        for subject, clock in list(self.running.items()):
            if not _concerns(fact, clock):
                continue
            is_owed = clock.rule.clock in OWED
            if self._stops(clock, fact):
                self._close(subject, replace(clock, stopped_at=fact.at))
            elif _matches(clock.rule.cancelled_by, fact) or (fact.closes and is_owed):
                self._close(subject, replace(clock, cancelled_at=fact.at))

    def _note_stops(self, fact: Fact) -> None:
        """Where several facts stop a clock together, one of them may have happened before it started."""
        found = self._rule_at(fact.at)
        if found and found[0].stops_on_all:
            if not self.running and (fact.closes or _matches(found[0].cancelled_by, fact)):
                self.seen_stops.clear()
            self.seen_stops.update(n for n, match in enumerate(found[0].stops_on_all) if _accepts(match, fact))

    def _stops(self, clock: Clock, fact: Fact) -> bool:
        if clock.rule.stops_on_all:
            return len(self.seen_stops) == len(clock.rule.stops_on_all)
        return _matches(clock.rule.stops_on, fact)

    def _close(self, subject: str, clock: Clock) -> None:
        self.ended.append(clock)
        del self.running[subject]
        self.seen_stops.clear()

    def _move(self, fact: Fact) -> None:
        """A reported or a moved deadline of this rule; the later word wins over an earlier one."""
        if fact.type not in (EventType.PLATFORM_COUNTDOWN, EventType.DEADLINE_MOVED):
            return
        if fact.data.get("deadline") != self.code:
            return
        source = DueSource.PLATFORM if fact.type == EventType.PLATFORM_COUNTDOWN else DueSource.MANUAL
        due_at = datetime.fromisoformat(str(fact.data["due_at"]))
        for subject, clock in self.running.items():
            if clock.rule.clock == ClockKind.TASK or not _concerns(fact, clock):
                continue
            if source == DueSource.PLATFORM or clock.rule.extendable:
                self.running[subject] = replace(clock, due_at=due_at, due_source=source.value)

    def _restart(self, fact: Fact) -> None:
        """A better known moment takes the place of the one that the clock started at (A2), once."""
        for subject, clock in self.running.items():
            better = clock.rule.restarts_on
            if not _concerns(fact, clock) or not _matches(better, fact):
                continue
            if any(match.type == clock.started_by for match in better):
                continue  # a second scan of the same signature
            end = fact.at + clock.rule.length
            due_at = end if clock.due_source == DueSource.COMPUTED else clock.due_at
            self.running[subject] = replace(
                clock, started_at=fact.at, started_by=fact.type, due_at=due_at, computed_due_at=end
            )

    def _start(self, fact: Fact) -> None:
        found = self._rule_at(fact.at)
        if found is None or fact.data.get("settled"):
            return  # settled: the case that this one follows has measured it
        rule, version = found
        started = self._starts_together(rule, fact) if rule.starts_on_all else _matches(rule.starts_on, fact)
        if not started:
            return
        subject = _subject_of(fact) if rule.starts_on else ""
        if rule.reported:
            self._start_reported(rule, version, subject, fact)
        elif subject not in self.running:
            since = self.origin if rule.measured_from and self.origin else fact
            due_at = since.at + rule.length
            self._open((rule, version, subject), since, due_at, computed_due_at=due_at)

    def _starts_together(self, rule: DeadlineRule, fact: Fact) -> bool:
        """At the fact that completes `starts_on_all`; each of them holds until a fact of `cleared_by` undoes it."""
        new = set()
        for place, matches in enumerate(rule.starts_on_all):
            if _matches([undoing for match in matches for undoing in rule.cleared_by.get(match.type, [])], fact):
                self.seen_starts.discard(place)
            if _matches(matches, fact) and place not in self.seen_starts:
                new.add(place)
        if fact.type == rule.measured_from and new:
            self.origin = fact
        self.seen_starts |= new
        if not new or len(self.seen_starts) < len(rule.starts_on_all) or self.running:
            return False
        # Where all of it was done before it was due to start, nothing starts.
        return not rule.stops_on_all or len(self.seen_stops) < len(rule.stops_on_all)

    def _start_reported(self, rule: DeadlineRule, version: str, subject: str, fact: Fact) -> None:
        """The platform's own countdown: a new word on a running one replaces its end."""
        if fact.data.get("deadline") not in (None, "", self.code):
            return  # the word on another rule's clock
        due_at = datetime.fromisoformat(str(fact.data["due_at"]))
        clock = self.running.get(subject)
        if clock is not None and clock.party != str(fact.data.get("party") or rule.party):
            # The platform waits for somebody else now: what it waited for is done.
            self._close(subject, replace(clock, stopped_at=fact.at))
            clock = None
        if clock is None:
            self._open((rule, version, subject), fact, due_at, computed_due_at=None)
        else:
            self.running[subject] = replace(clock, due_at=due_at, due_source=DueSource.PLATFORM.value)

    def _open(
        self, at: tuple[DeadlineRule, str, str], fact: Fact, due_at: datetime, *, computed_due_at: datetime | None
    ) -> None:
        rule, version, subject = at
        self.numbers[subject] = self.numbers.get(subject, 0) + 1
        self.running[subject] = Clock(
            rule=rule,
            policy_version=version,
            subject=subject,
            number=self.numbers[subject],
            party=str(fact.data.get("party") or rule.party) if rule.reported else rule.party.value,
            started_at=fact.at,
            started_by=fact.type,
            due_at=due_at,
            due_source=(DueSource.COMPUTED if computed_due_at else DueSource.PLATFORM).value,
            computed_due_at=computed_due_at,
        )


def _accepts(match: Match, fact: Fact) -> bool:
    return match.accepts(fact.type, fact.data)


def _matches(matches: list[Match], fact: Fact) -> bool:
    return any(_accepts(match, fact) for match in matches)


def _concerns(fact: Fact, clock: Clock) -> bool:
    """A fact or a clock without a subject is about all of the case."""
    return not clock.subject or _subject_of(fact) in ("", clock.subject)


def _subject_of(fact: Fact) -> str:
    """What a clock is about where a case may have several at once: a ticket's number, a platform's step."""
    return str(fact.data.get("subject", ""))
