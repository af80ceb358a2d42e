"""The platform's own word on a deadline, and a lead's."""

from datetime import timedelta

import pytest

from aftersales.enums import Outcome
from tests.aftersales.packs import PLATFORMS, clocks, fact, history, made_up, one_clock, rule
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def countdown(at, due_at, **data):
    return fact("platform.countdown", at, due_at=due_at.isoformat(), **data)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_reported_countdown_is_the_deadline(platform):
    """KS-39, A6: the countdown is the platform's; nothing is computed."""
    clock = one_clock([countdown(AT, AT + 30 * HOUR)], history(platform))
    assert (clock.due_at, clock.due_source, clock.computed_due_at) == (AT + 30 * HOUR, "platform", None)
    assert clock.outcome(clock.due_at) == Outcome.RUNNING
    assert clock.outcome(clock.due_at + TICK) == Outcome.BREACHED


@pytest.mark.parametrize(
    ("late_by", "outcome"), [(-TICK, Outcome.MET), (0 * TICK, Outcome.MET), (TICK, Outcome.BREACHED)]
)
def test_reported_countdown_is_met_at_its_end(late_by, outcome):
    ended = fact("refund.agreed", AT + 30 * HOUR + late_by)
    assert one_clock([countdown(AT, AT + 30 * HOUR), ended], history("douyin")).outcome(AT + 99 * HOUR) == outcome


def test_second_countdown_moves_the_first():
    """The later word wins; it is one clock."""
    facts = [countdown(AT, AT + 30 * HOUR), countdown(AT + HOUR, AT + 20 * HOUR)]
    clock = one_clock(facts, history("douyin"))
    assert (clock.started_at, clock.due_at) == (AT, AT + 20 * HOUR)


def test_steps_of_the_platform_count_side_by_side():
    facts = [countdown(AT, AT + 30 * HOUR, subject="待商家处理"), countdown(AT, AT + 10 * HOUR, subject="举证")]
    assert {clock.subject: clock.due_at - AT for clock in clocks(facts, history("douyin"))} == {
        "待商家处理": 30 * HOUR,
        "举证": 10 * HOUR,
    }


def test_countdown_for_the_buyer_ends_the_merchants():
    """Once the platform waits for the buyer, the merchant has done their part."""
    facts = [countdown(AT, AT + 30 * HOUR), countdown(AT + HOUR, AT + 90 * HOUR, party="buyer")]
    ours, theirs = clocks(facts, history("douyin"))
    assert (ours.party, ours.stopped_at) == ("merchant", AT + HOUR)
    assert (theirs.party, theirs.due_at, theirs.ended_at) == ("buyer", AT + 90 * HOUR, None)


@pytest.mark.parametrize("hours", [20, 60])
def test_contradicting_countdown_wins_and_both_are_kept(hours):
    """A platform-reported deadline always wins over a computed one, earlier or later."""
    facts = [
        fact("platform.ticket_opened", AT),
        countdown(AT + HOUR, AT + hours * HOUR, deadline="ticket_evidence"),
        fact("evidence.submitted", AT + 40 * HOUR),
    ]
    clock = one_clock(facts, history("pinduoduo"))
    assert (clock.due_at, clock.due_source) == (AT + hours * HOUR, "platform")
    assert clock.computed_due_at == AT + 48 * HOUR
    assert clock.outcome(AT + 99 * HOUR) == (Outcome.MET if hours == 60 else Outcome.BREACHED)


def test_countdown_about_a_rule_starts_no_clock_of_its_own():
    facts = [countdown(AT, AT + 9 * HOUR, deadline="ticket_evidence")]
    assert clocks(facts, history("pinduoduo")) == []


@pytest.mark.parametrize(("said", "moved"), [("T-1", {"T-1"}), ("", {"T-1", "T-2"}), ("T-9", set())])
def test_countdown_moves_the_clocks_it_is_about(said, moved):
    """As everywhere, a fact without a subject is about all of them."""
    facts = [
        fact("platform.ticket_opened", AT, subject="T-1"),
        fact("platform.ticket_opened", AT, subject="T-2"),
        countdown(AT + HOUR, AT + 9 * HOUR, deadline="ticket_evidence", subject=said),
    ]
    found = clocks(facts, history("pinduoduo"))
    assert {clock.subject for clock in found if clock.due_source == "platform"} == moved


def test_countdown_with_a_subject_moves_a_clock_without_one():
    facts = [fact("return.signed", AT), countdown(AT, AT + 9 * HOUR, deadline="return_inspection", subject="R-1")]
    assert one_clock(facts, history("kuaishou")).due_at == AT + 9 * HOUR


def test_ended_clock_is_moved_no_more():
    facts = [
        fact("platform.ticket_opened", AT),
        fact("evidence.submitted", AT + HOUR),
        countdown(AT + 2 * HOUR, AT + 3 * HOUR, deadline="ticket_evidence"),
    ]
    assert one_clock(facts, history("pinduoduo")).due_source == "computed"


@pytest.mark.parametrize("extendable", [True, False])
def test_manual_move_holds_where_the_rule_can_be_extended(extendable):
    """PD-46 has no extension: a move by hand is refused, whatever was recorded."""
    moved = fact("deadline.moved", AT + HOUR, deadline="duty", due_at=(AT + 30 * HOUR).isoformat(), reason="平台同意")
    clock = one_clock([fact("shipment.signed", AT), moved], made_up(rule(extendable=extendable)))
    assert clock.due_at == AT + (30 if extendable else 10) * HOUR
    assert clock.due_source == ("manual" if extendable else "computed")
    assert clock.computed_due_at == AT + 10 * HOUR


def test_platforms_word_after_a_manual_move_wins():
    facts = [
        fact("shipment.signed", AT),
        fact("deadline.moved", AT + HOUR, deadline="duty", due_at=(AT + 30 * HOUR).isoformat()),
        countdown(AT + 2 * HOUR, AT + 12 * HOUR, deadline="duty"),
    ]
    clock = one_clock(facts, made_up(rule(extendable=True)))
    assert (clock.due_at, clock.due_source) == (AT + 12 * HOUR, "platform")


def test_status_report_ends_the_countdown_of_the_step_before():
    facts = [countdown(AT, AT + 30 * HOUR, subject="待商家处理"), fact("platform.status", AT + HOUR, status="退款中")]
    assert one_clock(facts, history("douyin")).stopped_at == AT + HOUR


def test_status_and_countdown_of_one_moment_belong_together():
    """An import tells the new step and its countdown at once: the step does not end its own countdown."""
    facts = [countdown(AT, AT + 30 * HOUR, subject="待举证"), fact("platform.status", AT, status="待举证")]
    assert one_clock(facts, history("douyin")).ended_at is None
