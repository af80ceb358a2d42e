"""How a demo case is told: what happens, how long after what came before, and whose word it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from aftersales.enums import EventType, Source
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from appeals.demo.facts import CaseFacts

VARIED = (0.7, 1.3)  # how much shorter or longer a wait may come out


class Does(StrEnum):
    """What a step does; `Step.name` says more."""

    ASSIGN = "assign"  # to the story's owner
    TAKE = "take"  # a transition
    LEARN = "learn"  # a fact, by its event type
    PROVE = "prove"  # a piece of evidence, by its slot
    APPEAL = "appeal"  # open, submit, withdraw, or an outcome


class Who(StrEnum):
    """Whose word a step is."""

    OWNER = "owner"
    LEAD = "lead"
    COURIER = "courier"
    PLATFORM = "platform"
    DESK = "desk"


SOURCES: dict[Who, Source] = {
    Who.OWNER: Source.PERSON,
    Who.LEAD: Source.PERSON,
    Who.COURIER: Source.COURIER,
    Who.PLATFORM: Source.PLATFORM,
    Who.DESK: Source.SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Later:
    """The moment this many hours after the step."""

    hours: float


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the case's refund amount."""

    of_refund: str


@dataclass(frozen=True, slots=True)
class Step:
    """`wait` is hours since the step before; `ago` is hours between the happening and the desk's knowing of it.

    An exact wait is not varied: a deadline is measured by it.
    """

    does: Does
    name: str = ""
    wait: float = 0.0
    who: Who = Who.OWNER
    ago: float = 0.0
    data: Mapping[str, Any] = field(default_factory=dict)
    is_exact: bool = False

    def exactly(self, wait: float) -> Step:
        return replace(self, wait=wait, is_exact=True)


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One case up to now; `passed` has for each step how long ago it was taken. `cause` explains a breach.

    A transfer goes on in the case that it opens: the steps after it are told of that one.
    """

    facts: CaseFacts
    path: Path
    requested: timedelta
    passed: Sequence[timedelta]
    owner: str
    cause: str = ""

    def moments(self, at: datetime) -> Iterator[tuple[datetime, Step]]:
        for passed, step in zip(self.passed, self.path, strict=True):
            yield at - passed, step

    @property
    def cases(self) -> int:
        return 1 + sum(
            step.does == Does.TAKE and TRANSITIONS[step.name].hands_over_to is not None for step in self.path
        )


def hands_over(step: Step) -> bool:
    return step.does == Does.TAKE and TRANSITIONS[step.name].hands_over_to is not None


def spread(rng: Random, path: Path, *, ended: float) -> tuple[timedelta, tuple[timedelta, ...]]:
    """How long ago the request and each step were, the last of them `ended` hours; whole seconds."""
    passed = [timedelta(seconds=round(ended * 3600))]
    for step in reversed(path):
        wait = step.wait if step.is_exact else step.wait * rng.uniform(*VARIED)
        passed.append(passed[-1] + timedelta(seconds=round(wait * 3600)))
    requested, *steps = reversed(passed)
    return requested, tuple(steps)


def said(data: Mapping[str, Any], *, facts: CaseFacts, at: datetime) -> dict[str, Any]:
    """A step's data with the case's own numbers, amounts and moments in it."""
    return {name: _said(value, facts, at) for name, value in data.items()}


def _said(value: Any, facts: CaseFacts, at: datetime) -> Any:
    if isinstance(value, Later):
        return (at + timedelta(hours=value.hours)).isoformat()
    if isinstance(value, Share):
        return str((facts.refund_amount * Decimal(value.of_refund)).quantize(Decimal("0.01")))
    return value.format(facts=facts) if isinstance(value, str) else value


def take(name: str, wait: float = 0.0, who: Who = Who.OWNER, **data: Any) -> Step:
    return Step(Does.TAKE, name, wait, who, data=data)


def learn(name: EventType, wait: float = 0.0, who: Who = Who.PLATFORM, ago: float = 0.0, **data: Any) -> Step:
    return Step(Does.LEARN, name, wait, who, ago, data)


def prove(slot: str, picture: str, wait: float = 0.05, **edit: Any) -> Step:
    """`edit` makes a second piece of it, as evidence/derivations.py says."""
    return Step(Does.PROVE, slot, wait, data={"picture": picture, "edit": edit})


def appeal(name: str, wait: float, who: Who = Who.LEAD, **data: Any) -> Step:
    return Step(Does.APPEAL, name, wait, who, data=data)


def assign(wait: float = 0.2) -> Step:
    return Step(Does.ASSIGN, "", wait, Who.LEAD)
