"""Policy packs: one platform's rules as data, checked by pydantic. Pure: no database, no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from aftersales.enums import ClockKind, EventType, Kind, Party
from aftersales.facts import EARLIEST, LATEST
from aftersales.policy_appeals import AppealRule, Destination, SlotRule
from aftersales.policy_parts import AnyOf, Code, Coded, Consequence, Data, Hours, Match, Matcher, RuleNumbers, Words
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeadlineRule(Data):
    """One clock of a pack: what starts it, how long it runs, what ends it, what a breach costs."""

    code: Code
    rules: RuleNumbers = Field(default_factory=list)
    name: Words
    kinds: list[Kind] = Field(min_length=1)
    clock: ClockKind = ClockKind.DUTY
    party: Party = Party.MERCHANT
    hours: Hours | None = None
    reported: bool = False  # the due time is the one that the platform reports
    starts_on: list[Matcher] = Field(default_factory=list)
    starts_on_all: list[AnyOf] = Field(default_factory=list)  # starts at the last of these
    measured_from: EventType | None = None  # of starts_on_all: counted from this one, whichever completes them
    # By an event type of `starts_on_all`: what undoes it.
    cleared_by: dict[EventType, list[Matcher]] = Field(default_factory=dict)
    stops_on: list[Matcher] = Field(default_factory=list)
    stops_on_all: list[Matcher] = Field(default_factory=list)  # stops at the last of these
    restarts_on: list[Matcher] = Field(default_factory=list)  # measures anew from here while it runs (A2)
    cancelled_by: list[Matcher] = Field(default_factory=list)
    extendable: bool = False
    urgent: bool = False  # a task that goes before all else: its case leads the queue, and people are told at once
    soft: bool = False  # advice: a breach is nobody's fault, whatever it costs (A14)
    locks_appeals: bool = False  # a breach makes every later appeal on the order fail (PD-34, PD-35)
    warn_hours: list[Hours] = Field(default_factory=list)  # before its end
    consequence: Consequence
    next_step: Words | None = None
    source: Words  # where the rule was read
    as_of: date

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        is_task = self.clock == ClockKind.TASK
        if is_task and (self.reported or self.hours or self.warn_hours or self.extendable):
            raise ValueError(_("a task is owed at once and has no end: it has no hours and no warnings"))
        if self.urgent and not is_task:
            raise ValueError(_("only a task is urgent: a clock's end says how urgent it is"))
        if not is_task and self.reported == (self.hours is not None):
            raise ValueError(_("give either hours or reported = true"))
        if bool(self.starts_on) == bool(self.starts_on_all):
            raise ValueError(_("give either starts_on or starts_on_all"))
        if self.clock == ClockKind.GATE and (self.stops_on or self.stops_on_all or self.hours is None):
            raise ValueError(_("a gate opens after its hours, nothing stops it"))
        if self.clock != ClockKind.GATE and bool(self.stops_on) == bool(self.stops_on_all):
            raise ValueError(_("give either stops_on or stops_on_all"))
        strangers = set(self.cleared_by) - {match.type for match in self.starting}
        if strangers or (self.cleared_by and not self.starts_on_all):
            names = ", ".join(sorted(self.cleared_by))
            raise ValueError(_("cleared_by undoes events of starts_on_all, not %(names)s") % {"names": names})
        together = {match.type for matches in self.starts_on_all for match in matches}
        if self.measured_from and (self.measured_from not in together or self.cleared_by):
            raise ValueError(_("measured_from names an event of starts_on_all, none of which is undone by another"))
        if self.hours is not None and any(before >= self.hours for before in self.warn_hours):
            raise ValueError(_("warn_hours lie between the start and the end of the clock"))
        return self

    @property
    def starting(self) -> list[Match]:
        """Every fact that starts the clock, alone or with others."""
        return [*self.starts_on, *(match for together in self.starts_on_all for match in together)]

    @property
    def length(self) -> timedelta:
        """How long the clock runs; nothing for a clock whose end the platform reports."""
        return timedelta(hours=self.hours or 0)


class StallRule(Data):
    """When a parcel counts as stalled: its last scan is strictly longer ago than `hours` (KS-32, PD-37 F)."""

    rules: RuleNumbers = Field(default_factory=list)
    kinds: list[Kind] = Field(min_length=1)
    hours: Hours
    scans: list[Matcher] = Field(min_length=1)  # signs of movement
    paused_by: list[Matcher] = Field(default_factory=list)  # nobody expects a scan until there is one again
    ended_by: list[Matcher] = Field(default_factory=list)  # the parcel has arrived or turned round
    source: Words
    as_of: date


class RejectRule(Data):
    """When a rejection comes too late or too early for a plain one (KS-39, KS-41)."""

    rules: RuleNumbers = Field(default_factory=list)
    agreement_after_hours: Hours  # strictly longer after the return was signed for
    agreement_slot: str  # then it must hold the agreement reached with the buyer
    last_hours: Hours  # of the platform's countdown: a return on its way is refused in them only
    source: Words
    as_of: date

    @property
    def agreement_after(self) -> timedelta:
        return timedelta(hours=self.agreement_after_hours)

    @property
    def last(self) -> timedelta:
        return timedelta(hours=self.last_hours)


class ReceptionRule(Data):
    """How cases are given out (TT-08, TT-13): the limit that the platform advises for one person, at the least."""

    rules: RuleNumbers = Field(default_factory=list)
    usual_limit: int = Field(ge=1, le=9999)
    source: Words
    as_of: date


class Pack(Data):
    """One platform's rules in one version.

    A field that is new here has a default, and none is taken away: versions that were loaded before are still read.
    """

    platform: Annotated[Code, Field(max_length=40)]
    name: Words
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=40)
    effective_from: datetime
    appeal_locks: list[Matcher] = Field(default_factory=list)
    stall: StallRule | None = None
    reject: RejectRule | None = None
    reception: ReceptionRule | None = None
    deadline: list[DeadlineRule] = Field(default_factory=list)
    slot: list[SlotRule] = Field(default_factory=list)
    appeal: list[AppealRule] = Field(default_factory=list)
    destination: list[Destination] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        parts = [appeal.grounds for appeal in self.appeal], [slot.checklist for slot in self.slot]
        lists: list[Sequence[Coded]] = [self.deadline, self.slot, self.appeal, self.destination, *parts[0], *parts[1]]
        for entries in lists:
            codes = [entry.code for entry in entries]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(_("given twice: %(codes)s") % {"codes": ", ".join(twice)})
        for appeal in self.appeal:
            if appeal.window:
                self._names_clock(appeal.code, appeal.window, ClockKind.WINDOW)
            if appeal.gate:
                self._names_clock(appeal.code, appeal.gate, ClockKind.GATE)
        self._slots_name_what_is_there()
        if self.reject and self.reject.agreement_slot not in {slot.code for slot in self.slot}:
            message = _("reject: no slot is called %(slot)s")
            raise ValueError(message % {"slot": self.reject.agreement_slot})
        if self.effective_from.tzinfo is None:
            raise ValueError(_("effective_from needs an offset, such as 2024-06-01T00:00:00+08:00"))
        if not EARLIEST <= self.effective_from <= LATEST:
            raise ValueError(_("effective_from is no moment of this century"))
        return self

    def _slots_name_what_is_there(self) -> None:
        known = {appeal.code for appeal in self.appeal}
        known |= {f"{appeal.code}.{ground.code}" for appeal in self.appeal for ground in appeal.grounds}
        for slot in self.slot:
            unknown = [name for name in slot.needed_for if name not in TRANSITIONS]
            unknown += [name for name in [*slot.appeals, *slot.required_by] if name not in known]
            if unknown:
                message = _("%(code)s: no transition or appeal is called %(names)s")
                raise ValueError(message % {"code": slot.code, "names": ", ".join(unknown)})

    def _names_clock(self, appeal: str, code: str, clock: ClockKind) -> None:
        rule = self.rule(code)
        if rule is None or rule.clock != clock:
            message = _("%(code)s: no deadline with clock = %(clock)s is called %(name)s")
            raise ValueError(message % {"code": appeal, "clock": clock.value, "name": code})

    def rule(self, code: str) -> DeadlineRule | None:
        return next((rule for rule in self.deadline if rule.code == code), None)

    def slots_for(self, kind: str, issue: str = "") -> list[SlotRule]:
        return [slot for slot in self.slot if kind in slot.kinds and (not slot.issues or issue in slot.issues)]

    def appeal_rule(self, code: str) -> AppealRule | None:
        return next((rule for rule in self.appeal if rule.code == code), None)

    def destination_rule(self, code: str) -> Destination | None:
        return next((rule for rule in self.destination if rule.code == code), None)
