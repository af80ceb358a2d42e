"""Every shipped clock one microsecond before its end, at it and after it, in any time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from aftersales.deadlines import Fact
from aftersales.enums import ClockKind, Outcome
from tests.aftersales.packs import PLATFORMS, clocks, fact, history, one_clock, shipped
from tests.instants import AT

TICK = timedelta(microseconds=1)
ZONES = [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9, minutes=-30)), ZoneInfo("America/New_York")]


@dataclass(frozen=True)
class Measured:
    """One rule of the catalogue: where it lives, what starts and what ends it."""

    number: str
    platform: str
    code: str
    kind: str
    hours: int
    starts: tuple[tuple[str, dict], ...]
    stops: tuple[tuple[str, dict], ...]

    def started(self, at: datetime) -> list[Fact]:
        return [fact(type, at, **data) for type, data in self.starts]

    def stopped(self, at: datetime) -> list[Fact]:
        return [fact(type, at, **data) for type, data in self.stops]


TICKET = {"subject": "T-1001"}
RAPID = {"rapid": True}
WRONG = {"is_wrong": True, "tracking_no": "YT0000000000001"}
MEASURED = [
    Measured("KS-32 A5", "kuaishou", "stalled_intercept", "in_transit", 48,
             (("refund.requested", {}), ("shipment.stalled", {})), (("intercept.ordered", {}), ("refund.agreed", {}))),
    Measured("KS-40", "kuaishou", "return_inspection", "return_dispute", 48,
             (("return.signed", {}),), (("return.inspected", {}),)),
    Measured("KS-40 refused", "kuaishou", "return_inspection", "return_dispute", 48,
             (("return.signed", {}),), (("case.rejected", {"reason": "少件"}),)),
    Measured("PD-34", "pinduoduo", "return_address", "return_dispute", 24,
             (("platform.address_requested", {}),), (("return.address_given", {}),)),
    Measured("PD-35 A14", "pinduoduo", "reship", "return_dispute", 24,
             (("reship.agreed", {}),), (("reship.shipped", {}),)),
    Measured("PD-35 exchange", "pinduoduo", "reship", "return_dispute", 24,
             (("offer.accepted", {"offer": "exchange"}),), (("reship.shipped", {}),)),
    Measured("PD-44", "pinduoduo", "tracking_correction", "in_transit", 24,
             (("shipment.tracking_uploaded", WRONG),), (("shipment.tracking_corrected", {}),)),
    Measured("PD-46 A8", "pinduoduo", "ticket_evidence", "not_shipped", 48,
             (("platform.ticket_opened", TICKET),), (("evidence.submitted", TICKET),)),
    Measured("TT-07 TT-14 A7", "tiktok", "chat_reply", "not_shipped", 24,
             (("buyer.messaged", {"subject": "S-1"}),), (("buyer.contacted", {"subject": "S-1"}),)),
    Measured("PD-23 A1", "pinduoduo", "rights_window", "return_dispute", 48,
             (("refund.succeeded", {}),), (("appeal.submitted", {"appeal_type": "rights"}),)),
    Measured("PD-21 A1", "pinduoduo", "return_abuse_window", "return_dispute", 7 * 24,
             (("refund.succeeded", {}), ("return.shipped", {})),
             (("appeal.submitted", {"appeal_type": "return_abuse"}),)),
    Measured("PD-22 A1", "pinduoduo", "rapid_refund_window", "not_shipped", 7 * 24,
             (("refund.succeeded", RAPID),), (("appeal.submitted", {"appeal_type": "rapid_refund"}),)),
]  # fmt: skip
each_rule = pytest.mark.parametrize("rule", MEASURED, ids=lambda rule: rule.number)


def test_every_shipped_clock_is_measured_here():
    """A new clock of a pack needs its boundaries tested; gates, tasks and countdowns have their own files."""
    codes = {
        (name, rule.code)
        for name in PLATFORMS
        for rule in shipped(name).deadline
        if not rule.reported and rule.clock not in (ClockKind.GATE, ClockKind.TASK)
    }
    assert codes == {(rule.platform, rule.code) for rule in MEASURED}


@each_rule
def test_clock_runs_the_stated_hours(rule):
    clock = one_clock(rule.started(AT), history(rule.platform), rule.kind, rule.code)
    assert (clock.started_at, clock.due_at) == (AT, AT + timedelta(hours=rule.hours))
    assert clock.computed_due_at == clock.due_at
    assert clock.party == "merchant"


@each_rule
@pytest.mark.parametrize(("late_by", "in_time"), [(-TICK, True), (timedelta(0), True), (TICK, False)])
def test_clock_is_met_at_its_end_and_late_a_microsecond_after(rule, late_by, in_time):
    """A3: exactly 48:00:00 is in time, anything later is late."""
    ended_at = AT + timedelta(hours=rule.hours) + late_by
    clock = one_clock([*rule.started(AT), *rule.stopped(ended_at)], history(rule.platform), rule.kind, rule.code)
    missed = Outcome.LAPSED if clock.rule.clock == ClockKind.WINDOW else Outcome.BREACHED
    assert clock.stopped_at == ended_at
    assert clock.outcome(ended_at + timedelta(days=30)) == (Outcome.MET if in_time else missed)


@each_rule
def test_unended_clock_runs_to_its_end_and_is_missed_a_microsecond_after(rule):
    clock = one_clock(rule.started(AT), history(rule.platform), rule.kind, rule.code)
    missed = Outcome.LAPSED if clock.rule.clock == ClockKind.WINDOW else Outcome.BREACHED
    assert clock.outcome(clock.due_at - TICK) == Outcome.RUNNING
    assert clock.outcome(clock.due_at) == Outcome.RUNNING
    assert clock.outcome(clock.due_at + TICK) == missed


@each_rule
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_clock_is_the_same_in_any_time_zone(rule, zone):
    """A3: elapsed hours; an offset or daylight saving of whoever reports a fact changes nothing."""
    for start in (AT, datetime(2026, 3, 7, 15, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC)):
        facts = [*rule.started(start), *rule.stopped(start + timedelta(hours=rule.hours))]
        told = [Fact(one.type, one.at.astimezone(zone), one.data) for one in facts]
        here, there = (one_clock(each, history(rule.platform), rule.kind, rule.code) for each in (facts, told))
        assert here == there
        assert there.due_at - there.started_at == timedelta(hours=rule.hours)
        assert there.outcome(start + timedelta(days=30)) == Outcome.MET


@each_rule
def test_clock_belongs_to_its_kinds_only(rule):
    """The same facts of another kind of case start nothing where the pack does not say so."""
    kinds = shipped(rule.platform).rule(rule.code).kinds
    for kind in ("not_shipped", "in_transit", "return_dispute"):
        found = [clock.rule.code for clock in clocks(rule.started(AT), history(rule.platform), kind)]
        assert (rule.code in found) == (kind in kinds)


@pytest.mark.parametrize(("platform", "stated"), [("tmall", []), ("douyin", []), ("tiktok", ["chat_reply"])])
def test_platforms_without_stated_deadlines_have_only_their_countdown(platform, stated):
    """None is invented: their deadlines are those that the platform itself reports, and TikTok's chat (TT-07)."""
    ends = [rule for rule in shipped(platform).deadline if rule.clock != ClockKind.TASK]
    assert [rule.code for rule in ends if not rule.reported] == stated
    facts = [fact(one.type, AT, **one.data) for rule in MEASURED for one in rule.started(AT)]
    found = clocks(facts, history(platform))
    assert [clock.rule.code for clock in found if clock.rule.clock != ClockKind.TASK] == stated
