"""Ways that a case goes, worked out once and used for thousands of cases: only moments, numbers and names differ."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

from aftersales.deadlines import Clock, Fact, fold
from aftersales.enums import ClockKind, EventType, Party, Source
from aftersales.facts import read_data, read_fact
from aftersales.models import PROXIES
from aftersales.states import ALL_OPEN, CLOSED_STATES
from aftersales.transitions import TRANSITIONS
from appeals.demo.facts import CaseFacts, invent_facts
from appeals.demo.late import LATE
from appeals.demo.paths import PATHS
from appeals.demo.people import SHOPS, DemoShop
from appeals.demo.stories import USUAL, issue_for
from appeals.demo.story import SOURCES, Does, Path, Step, hands_over, said, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from aftersales.models import Case
    from aftersales.policy_history import PackHistory

SPEEDS = 6  # a way is cast in so many moulds for each shop
LATE_OFTEN = 1  # beside the numbers of USUAL


@dataclass(frozen=True, slots=True)
class Way:
    shops: Sequence[DemoShop]
    kind: str
    path: Path
    often: int = 1
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of a mould; `known` and `happened` count from the request."""

    step: Step
    type: str
    source: Source
    known: timedelta
    happened: timedelta
    says: Mapping[str, Any]
    from_state: str = ""
    to_state: str = ""

    def data(self, facts: CaseFacts, at: datetime) -> dict[str, Any]:
        return said(self.says, facts=facts, at=at)


@dataclass(frozen=True, slots=True)
class Mould:
    """`clocks` are those of a case that was requested at `base`.

    `room` is how long after the last step the first duty of the merchant falls due; nothing where none is running.
    """

    shop: DemoShop
    kind: str
    state: str
    moments: tuple[Moment, ...]
    length: timedelta
    base: datetime
    clocks: tuple[Clock, ...]
    room: timedelta | None
    is_open: bool
    is_assigned: bool

    def clocks_from(self, requested_at: datetime, history: PackHistory, facts: Sequence[Fact]) -> list[Clock]:
        """The mould's clocks moved to a case's moments; with several packs in force the rules may differ, so fold."""
        if len(history.packs) > 1:
            return fold(facts, history, self.kind)
        shift = requested_at - self.base
        return [_moved(clock, shift) for clock in self.clocks]


class Moulds:
    """Made when they are first asked for: the same seed, the same moulds, whoever asks in which order."""

    def __init__(self, *, seed: int, at: datetime, histories: dict[str, PackHistory]) -> None:
        self.seed, self.at, self.histories = seed, at, histories
        self.made: dict[tuple[str, bool, int, int], Mould] = {}
        ways = [way for way in _ways() if _is_castable(way.path)]
        self.ways = {
            (shop.code, is_open): [way for way in ways if way.is_open == is_open and shop in way.shops]
            for shop in SHOPS
            for is_open in (True, False)
        }
        self.often = {key: list(accumulate(way.often for way in found)) for key, found in self.ways.items()}

    def choose(self, rng: Random, shop: DemoShop, *, is_open: bool) -> Mould:
        """Ways come as often as they say, each in all its speeds."""
        ways = self.ways[shop.code, is_open]
        place = bisect_right(self.often[shop.code, is_open], rng.random() * self.often[shop.code, is_open][-1])
        key = (shop.code, is_open, place, rng.randrange(SPEEDS))
        if key not in self.made:
            own = Random(f"mould:{self.seed}:{key}")  # noqa: S311 - the same demo again; nothing here is a secret
            self.made[key] = _make(own, shop, ways[place], at=self.at, history=self.histories[shop.platform])
        return self.made[key]


def _ways() -> Iterator[Way]:
    for kind, path, often in USUAL:
        yield Way(SHOPS, kind, path, often)
    for late in LATE:
        yield Way(late.shops, late.kind, late.path, LATE_OFTEN)
    for kind, paths in PATHS.items():
        for state, path in paths.items():
            if state in ALL_OPEN:
                yield Way(SHOPS, kind, path, is_open=True)


def _is_castable(path: Path) -> bool:
    """Proof and appeals have files and rows of their own, and a transfer a second case: those are told, not cast."""
    return all(step.does in (Does.TAKE, Does.LEARN, Does.ASSIGN) and not hands_over(step) for step in path)


def _make(rng: Random, shop: DemoShop, way: Way, *, at: datetime, history: PackHistory) -> Mould:
    requested, passed = spread(rng, way.path, ended=0)
    base = at - requested
    issue = issue_for(rng, way.kind)
    sample = invent_facts(rng, shop=shop, kind=way.kind, issue=issue, requested_at=base)
    case = PROXIES[way.kind](kind=way.kind, issue=issue)
    moments, facts = [], [Fact(EventType.REFUND_REQUESTED, base)]
    for step, ago in zip(way.path, passed, strict=True):
        moment = _moment(case, step, requested - ago, sample, base)
        moments.append(moment)
        if step.does != Does.ASSIGN:
            facts.append(Fact(moment.type, base + moment.happened, moment.data(sample, base + moment.known)))
    clocks = tuple(fold(facts, history, way.kind))
    running = [
        clock.due_at - at
        for clock in clocks
        if clock.ended_at is None and clock.rule.clock == ClockKind.DUTY and clock.party == Party.MERCHANT
    ]
    return Mould(
        shop=shop,
        kind=way.kind,
        state=case.state,
        moments=tuple(moments),
        length=requested,
        base=base,
        clocks=clocks,
        room=min(running, default=None),
        is_open=case.state not in CLOSED_STATES,
        is_assigned=any(step.does == Does.ASSIGN for step in way.path),
    )


def _moment(case: Case, step: Step, known: timedelta, sample: CaseFacts, base: datetime) -> Moment:
    """Takes the step on a case that is never saved, so that its machine says from where it leads to where."""
    if step.does == Does.ASSIGN:
        return Moment(step, EventType.CASE_ASSIGNED, Source.PERSON, known, known, {})
    source, happened = SOURCES[step.who], known - timedelta(hours=step.ago)
    data = said(step.data, facts=sample, at=base + known)
    if step.does == Does.LEARN:
        says = _kept(step, data, read_fact(step.name, data))
        return Moment(step, step.name, source, known, happened, says)
    rule = TRANSITIONS[step.name]
    read = read_data(rule.says, data)
    says = _kept(step, data, read.model_dump(mode="json", exclude_defaults=True))
    before = case.state
    getattr(case, step.name)(read)
    return Moment(step, rule.event, source, known, happened, says, before, case.state)


def _kept(step: Step, data: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """What of a step's data goes into the ledger: unread, so it has to be what reading would make of it."""
    if written.items() - data.items():
        message = f"{step.does} {step.name} says {data}, but the ledger would hold {written}"
        raise ValueError(message)
    return {name: value for name, value in step.data.items() if name in written}


def _moved(clock: Clock, shift: timedelta) -> Clock:
    return replace(
        clock,
        started_at=clock.started_at + shift,
        due_at=clock.due_at + shift,
        computed_due_at=clock.computed_due_at and clock.computed_due_at + shift,
        stopped_at=clock.stopped_at and clock.stopped_at + shift,
        cancelled_at=clock.cancelled_at and clock.cancelled_at + shift,
    )
