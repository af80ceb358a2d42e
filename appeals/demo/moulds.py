"""Ways that a case goes, worked out once and used for thousands of cases: only moments, numbers and names differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from aftersales.deadlines import Clock, Fact, fold
from aftersales.enums import ClockKind, EventType, Party, Source
from aftersales.facts import read_data, read_fact
from aftersales.models import PROXIES
from aftersales.states import ALL_OPEN, CLOSED_STATES
from aftersales.transitions import TRANSITIONS
from appeals.demo.facts import invent_facts
from appeals.demo.late import LATE
from appeals.demo.paths import PATHS
from appeals.demo.people import SHOPS, DemoShop
from appeals.demo.play import SOURCES
from appeals.demo.stories import USUAL, issue_for
from appeals.demo.story import Does, Later, Path, Share, Step, hands_over, said, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from aftersales.policy import PackHistory
    from appeals.demo.facts import CaseFacts

VARIANTS = 6  # each way comes in so many speeds
LATE_OFTEN = 2  # beside the numbers of USUAL


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of a mould; `known` and `happened` count from the request."""

    step: Step
    type: str
    source: Source
    known: timedelta
    happened: timedelta
    from_state: str = ""
    to_state: str = ""
    fixed: dict[str, Any] | None = None  # the event's data where it is the same for every case

    def data(self, facts: CaseFacts, at: datetime) -> dict[str, Any]:
        return event_data(self.step, facts, at) if self.fixed is None else self.fixed


@dataclass(frozen=True, slots=True)
class Mould:
    """`clocks` are those of a case that was requested at `base`; `room` is how long nothing more falls due."""

    shop: DemoShop
    kind: str
    state: str
    moments: tuple[Moment, ...]
    length: timedelta
    base: datetime
    clocks: tuple[Clock, ...]
    often: int

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_STATES

    @property
    def is_assigned(self) -> bool:
        return any(moment.type == EventType.CASE_ASSIGNED for moment in self.moments)

    @property
    def room(self) -> timedelta | None:
        """From the last step to the first duty of the merchant that is still running; nothing where none is."""
        running = [
            clock.due_at - self.base - self.length
            for clock in self.clocks
            if clock.ended_at is None and clock.rule.clock == ClockKind.DUTY and clock.party == Party.MERCHANT
        ]
        return min(running, default=None)

    def clocks_from(self, requested_at: datetime, history: PackHistory, facts: Sequence[Fact]) -> list[Clock]:
        """The mould's clocks moved to a case's moments; with several packs in force the rules differ, so fold."""
        if len(history.packs) > 1:
            return fold(facts, history, self.kind)
        shift = requested_at - self.base
        return [_moved(clock, shift) for clock in self.clocks]


def event_data(step: Step, facts: CaseFacts, at: datetime) -> dict[str, Any]:
    """What the services would write of a step taken at this moment."""
    data = said(step.data, facts=facts, at=at)
    if step.does == Does.LEARN:
        return read_fact(step.name, data)
    return read_data(TRANSITIONS[step.name].says, data).model_dump(mode="json", exclude_defaults=True)


def _moved(clock: Clock, shift: timedelta) -> Clock:
    return replace(
        clock,
        started_at=clock.started_at + shift,
        due_at=clock.due_at + shift,
        computed_due_at=clock.computed_due_at and clock.computed_due_at + shift,
        stopped_at=clock.stopped_at and clock.stopped_at + shift,
        cancelled_at=clock.cancelled_at and clock.cancelled_at + shift,
    )


def _varies(step: Step) -> bool:
    return any(isinstance(value, Later | Share) or "{" in str(value) for value in step.data.values())


def _is_castable(path: Path) -> bool:
    """Proof and appeals have files and rows of their own, and a transfer a second case: those are told, not cast."""
    return all(step.does in (Does.TAKE, Does.LEARN, Does.ASSIGN) and not hands_over(step) for step in path)


def _ways() -> Iterator[tuple[Sequence[DemoShop], str, Path, int]]:
    for kind, path, often in USUAL:
        yield SHOPS, kind, path, often
    for way in LATE:
        yield way.shops, way.kind, way.path, LATE_OFTEN
    for kind, paths in PATHS.items():
        for state, path in paths.items():
            if state in ALL_OPEN:
                yield SHOPS, kind, path, 1


def make_moulds(*, seed: int, at: datetime, histories: dict[str, PackHistory]) -> list[Mould]:
    rng = Random(f"moulds:{seed}")  # noqa: S311 - the same demo again; nothing here is a secret
    ways = [way for way in _ways() if _is_castable(way[2])]
    return [
        _make(rng, shop, kind, path, often, at, histories[shop.platform])
        for shops, kind, path, often in ways
        for shop in shops
        for _variant in range(VARIANTS)
    ]


def _make(rng: Random, shop: DemoShop, kind: str, path: Path, often: int, at: datetime, history: PackHistory) -> Mould:
    requested, passed = spread(rng, path, ended=0)
    issue = issue_for(rng, kind)
    base = at - requested
    sample = invent_facts(rng, shop=shop, kind=kind, issue=issue, requested_at=base)
    case = PROXIES[kind](kind=kind, issue=issue)
    moments, facts = [], [Fact(EventType.REFUND_REQUESTED, base)]
    for step, ago in zip(path, passed, strict=True):
        known = requested - ago
        happened = known - timedelta(hours=step.ago)
        if step.does == Does.ASSIGN:
            moments.append(Moment(step, EventType.CASE_ASSIGNED, Source.PERSON, known, known))
            continue
        data = event_data(step, sample, base + known)
        states = ("", "")
        name = step.name
        if step.does == Does.TAKE:
            before = case.state
            rule = TRANSITIONS[step.name]
            getattr(case, step.name)(rule.says.model_validate(data))
            states, name = (before, case.state), rule.event
        fixed = None if _varies(step) else data
        moments.append(Moment(step, name, SOURCES[step.who], known, happened, *states, fixed))
        facts.append(Fact(name, base + happened, data))
    clocks = tuple(fold(facts, history, kind))
    return Mould(shop, kind, case.state, tuple(moments), requested, base, clocks, often)
