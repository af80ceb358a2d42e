"""Policy packs: one platform's rules as data, checked by pydantic. Pure: no database, no clock."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from aftersales.enums import ClockKind, EventType, Issue, Kind, Party
from aftersales.errors import PolicyRefused
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RULE_NUMBER = r"^(KS|TM|DY|TT|PD)-\d{2}$"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Data):
    """A text of a pack in both languages of the interface."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Consequence(Words):
    """What a breach costs; `money` names the case's amount that is at stake."""

    money: Literal["refund_amount", "none"] = "none"


class Match(_Data):
    """Which facts count: an event type and, where given, values its data must have."""

    type: EventType
    where: dict[str, Any] = Field(default_factory=dict)

    def accepts(self, event_type: str, data: Mapping[str, Any]) -> bool:
        return event_type == self.type and all(data.get(key) == value for key, value in self.where.items())


def _as_match(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Matcher = Annotated[Match, BeforeValidator(_as_match)]
AnyOf = Annotated[list[Matcher], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]


class DeadlineRule(_Data):
    """One clock of a pack: what starts it, how long it runs, what ends it, what a breach costs."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rules: list[Annotated[str, Field(pattern=RULE_NUMBER)]] = Field(default_factory=list)
    name: Words
    kinds: list[Kind] = Field(min_length=1)
    clock: ClockKind = ClockKind.DUTY
    party: Party = Party.MERCHANT
    hours: float | None = Field(default=None, gt=0)
    reported: bool = False  # the due time is the one that the platform reports
    starts_on: list[Matcher] = Field(default_factory=list)
    starts_on_all: list[AnyOf] = Field(default_factory=list)  # starts at the last of these
    # By an event type of `starts_on_all`: what undoes it.
    cleared_by: dict[EventType, list[Matcher]] = Field(default_factory=dict)
    stops_on: list[Matcher] = Field(default_factory=list)
    stops_on_all: list[Matcher] = Field(default_factory=list)  # stops at the last of these
    restarts_on: list[Matcher] = Field(default_factory=list)  # measures anew from here while it runs (A2)
    cancelled_by: list[Matcher] = Field(default_factory=list)
    extendable: bool = False
    soft: bool = False  # advice: a breach is nobody's fault, whatever it costs (A14)
    locks_appeals: bool = False  # a breach makes every later appeal on the order fail (PD-34, PD-35)
    warn_hours: list[float] = Field(default_factory=list)
    consequence: Consequence
    next_step: Words | None = None
    source: Words  # where the rule was read
    as_of: date

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.reported == (self.hours is not None):
            msg = f"{self.code}: give either hours or reported = true"
            raise ValueError(msg)
        if bool(self.starts_on) == bool(self.starts_on_all):
            msg = f"{self.code}: give either starts_on or starts_on_all"
            raise ValueError(msg)
        if self.clock == ClockKind.GATE and (self.stops_on or self.stops_on_all or self.hours is None):
            msg = f"{self.code}: a gate opens after its hours, nothing stops it"
            raise ValueError(msg)
        if self.clock != ClockKind.GATE and bool(self.stops_on) == bool(self.stops_on_all):
            msg = f"{self.code}: give either stops_on or stops_on_all"
            raise ValueError(msg)
        strangers = set(self.cleared_by) - {match.type for match in self.starting}
        if strangers or (self.cleared_by and not self.starts_on_all):
            msg = f"{self.code}: cleared_by undoes events of starts_on_all, not {', '.join(sorted(self.cleared_by))}"
            raise ValueError(msg)
        return self

    @property
    def starting(self) -> list[Match]:
        """Every fact that starts the clock, alone or with others."""
        return [*self.starts_on, *(match for together in self.starts_on_all for match in together)]

    @property
    def length(self) -> timedelta:
        """How long the clock runs; nothing for a clock whose end the platform reports."""
        return timedelta(hours=self.hours or 0)


class StallRule(_Data):
    """When a parcel counts as stalled: its last scan is strictly longer ago than `hours` (KS-32, PD-37 F)."""

    rules: list[Annotated[str, Field(pattern=RULE_NUMBER)]] = Field(default_factory=list)
    kinds: list[Kind] = Field(min_length=1)
    hours: float = Field(gt=0)
    scans: list[Matcher] = Field(min_length=1)  # signs of movement
    ended_by: list[Matcher] = Field(default_factory=list)  # the parcel has arrived or turned round
    source: Words
    as_of: date


class SlotRule(_Data):
    """One kind of proof: what it shows, which actions and appeals need it."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rules: list[Annotated[str, Field(pattern=RULE_NUMBER)]] = Field(default_factory=list)
    name: Words
    shows: Words
    kinds: list[Kind] = Field(min_length=1)
    issues: list[Issue] = Field(default_factory=list)  # empty: every issue
    needed_for: list[str] = Field(default_factory=list)  # transitions that need one of their slots filled
    group: str = ""  # slots of one group count as one in a case's progress
    appeals: list[str] = Field(default_factory=list)  # appeal types that need it
    at_most: int = Field(default=9, ge=1, le=30)


class AppealRule(_Data):
    """One type of appeal: its window is the clock of the same pack that `window` names."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    rules: list[Annotated[str, Field(pattern=RULE_NUMBER)]] = Field(default_factory=list)
    name: Words
    window: str
    items: list[Literal["liability", "payment", "freight"]] = Field(default_factory=list)
    grounds: list[Ground] = Field(min_length=1)
    statement_max: int = Field(default=300, ge=1)
    evidence_min: int = Field(default=1, ge=0)
    locks_order: bool = False  # a lost item locks the order against another appeal


class Ground(_Data):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words


class Pack(_Data):
    """One platform's rules in one version."""

    platform: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    version: str = Field(min_length=1, max_length=40)
    effective_from: datetime
    appeal_locks: list[Matcher] = Field(default_factory=list)
    stall: StallRule | None = None
    deadline: list[DeadlineRule] = Field(default_factory=list)
    slot: list[SlotRule] = Field(default_factory=list)
    appeal: list[AppealRule] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for entries in (self.deadline, self.slot, self.appeal):
            codes = [entry.code for entry in entries]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                msg = f"given twice: {', '.join(twice)}"
                raise ValueError(msg)
        windows = {rule.code for rule in self.deadline if rule.clock == ClockKind.WINDOW}
        for appeal in self.appeal:
            if appeal.window not in windows:
                msg = f"{appeal.code}: no deadline with clock = window is called {appeal.window}"
                raise ValueError(msg)
        types = {appeal.code for appeal in self.appeal}
        for slot in self.slot:
            unknown = [name for name in slot.needed_for if name not in TRANSITIONS]
            unknown += [name for name in slot.appeals if name not in types]
            if unknown:
                msg = f"{slot.code}: no transition or appeal is called {', '.join(unknown)}"
                raise ValueError(msg)
        if self.effective_from.tzinfo is None:
            msg = "effective_from needs an offset, such as 2024-06-01T00:00:00+08:00"
            raise ValueError(msg)
        return self

    def rule(self, code: str) -> DeadlineRule | None:
        return next((rule for rule in self.deadline if rule.code == code), None)

    def slots_for(self, kind: str, issue: str = "") -> list[SlotRule]:
        return [slot for slot in self.slot if kind in slot.kinds and (not slot.issues or issue in slot.issues)]

    def appeal_rule(self, code: str) -> AppealRule | None:
        return next((rule for rule in self.appeal if rule.code == code), None)


class PackHistory:
    """All versions of one platform's pack; which one holds depends on the moment.

    A clock that starts before the first version's `effective_from` is measured by the first version:
    imported history is older than any pack.
    """

    def __init__(self, packs: list[Pack]) -> None:
        if not packs:
            msg = "a platform has at least one pack"
            raise ValueError(msg)
        self.packs = sorted(packs, key=lambda pack: pack.effective_from)

    def at(self, moment: datetime) -> Pack:
        current = self.packs[0]
        for pack in self.packs[1:]:
            if pack.effective_from <= moment:
                current = pack
        return current


def parse_pack(content: Mapping[str, Any], *, name: str) -> Pack:
    """Check a pack's content. Raises `PolicyRefused` with every fault and where it stands."""
    try:
        return Pack.model_validate(content)
    except ValidationError as error:
        faults = {".".join(str(part) for part in fault["loc"]) or name: fault["msg"] for fault in error.errors()}
        details = "; ".join(f"{place}: {fault}" for place, fault in faults.items())
        msg = f"{name}: {details}"
        raise PolicyRefused(msg, fields=faults) from error


def read_pack(path: Path) -> Pack:
    """Read a pack from a TOML file. Raises `PolicyRefused`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path.name}: {error}"
        raise PolicyRefused(msg) from error
    return parse_pack(content, name=path.name)
