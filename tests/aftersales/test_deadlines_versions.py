"""Which version of a pack measures a clock, and in which order facts of one moment count."""

from datetime import timedelta

from aftersales.enums import Outcome
from aftersales.policy_history import PackHistory
from tests.aftersales.packs import clocks, fact, made_up, one_clock, rule
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def two_versions(**changes):
    old = made_up(rule(), version="old")
    new = made_up(rule(**changes), version="new", effective_from=AT.isoformat())
    return PackHistory([new, old])


def test_new_version_measures_clocks_that_start_from_its_moment_on():
    packs = two_versions(hours=5)
    before, at = (one_clock([fact("shipment.signed", start)], packs) for start in (AT - TICK, AT))
    assert (before.policy_version, before.due_at) == ("old", AT - TICK + 10 * HOUR)
    assert (at.policy_version, at.due_at) == ("new", AT + 5 * HOUR)


def test_running_clock_keeps_what_ends_it():
    """A deadline keeps the version that it was made under, with all that it says."""
    packs = two_versions(stops_on=["case.rejected"])
    clock = one_clock([fact("shipment.signed", AT - HOUR), fact("case.noted", AT + HOUR, note="…")], packs)
    assert clock.stopped_at == AT + HOUR


def test_rule_that_a_new_version_drops_still_ends():
    packs = PackHistory([made_up(rule()), made_up(effective_from=AT.isoformat())])
    facts = [
        fact("shipment.signed", AT - HOUR),
        fact("case.noted", AT + HOUR, note="…"),
        fact("shipment.signed", AT + 2 * HOUR),
    ]
    assert one_clock(facts, packs).stopped_at == AT + HOUR


def test_history_older_than_any_pack_is_measured_by_the_first():
    """An import may tell of last year."""
    packs = two_versions(hours=5)
    clock = one_clock([fact("shipment.signed", AT - timedelta(days=400))], packs)
    assert clock.policy_version == "old"


def test_start_and_end_of_one_moment_are_an_ended_clock():
    """Life's order decides between facts of one moment, not the order in which they are told."""
    facts = [fact("case.noted", AT, note="…"), fact("shipment.signed", AT)]
    for told in (facts, facts[::-1]):
        clock = one_clock(told, made_up(rule()))
        assert (clock.started_at, clock.stopped_at) == (AT, AT)
        assert clock.outcome(AT) == Outcome.MET


def test_fact_that_stops_and_cancels_stops():
    packs = made_up(rule(cancelled_by=["case.noted"]))
    clock = one_clock([fact("shipment.signed", AT), fact("case.noted", AT + HOUR, note="…")], packs)
    assert (clock.stopped_at, clock.cancelled_at) == (AT + HOUR, None)


def test_fact_that_ends_one_clock_may_start_the_next():
    packs = made_up(rule(starts_on=["shipment.signed", "case.noted"]))
    first, second = clocks([fact("shipment.signed", AT), fact("case.noted", AT + HOUR, note="…")], packs)
    assert (first.stopped_at, second.started_at, second.number) == (AT + HOUR, AT + HOUR, 2)


def test_settled_fact_starts_nothing():
    """A following case does not measure again what the one before it has measured."""
    assert clocks([fact("shipment.signed", AT, settled=True, from_case="C-000001")], made_up(rule())) == []


def test_cancelled_in_time_is_neither_met_nor_missed():
    packs = made_up(rule(cancelled_by=["buyer.withdrew"]))
    for late_by, outcome in ((0 * TICK, Outcome.CANCELLED), (TICK, Outcome.BREACHED)):
        facts = [fact("shipment.signed", AT), fact("buyer.withdrew", AT + 10 * HOUR + late_by)]
        assert one_clock(facts, packs).outcome(AT + 99 * HOUR) == outcome
