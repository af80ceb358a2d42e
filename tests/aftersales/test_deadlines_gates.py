"""Gates: not before so many hours after a moment, which may become better known (PD-21, A2); and the chat's clock."""

from datetime import timedelta

import pytest

from aftersales.enums import Outcome
from tests.aftersales.packs import clocks, fact, history, made_up, one_clock, rule, shipped
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
SHIPPED = fact("return.shipped", AT, tracking_no="YT1234567890123")
SIGNED = fact("return.signed", AT + 30 * HOUR)
GATE = "return_gate"


def gate(*facts, kind="return_dispute", rules=None):
    return one_clock(list(facts), rules or history("pinduoduo"), kind, GATE)


@pytest.mark.parametrize(
    ("late_by", "outcome"), [(-TICK, Outcome.RUNNING), (0 * TICK, Outcome.OPENED), (TICK, Outcome.OPENED)]
)
def test_gate_opens_at_exactly_72_hours(late_by, outcome):
    """PD-21, A3: elapsed hours after the buyer's return; never breached, whoever waits."""
    clock = gate(SHIPPED)
    assert clock.due_at == AT + 72 * HOUR
    assert clock.outcome(clock.due_at + late_by) == outcome
    assert clock.outcome(AT + timedelta(days=300)) == Outcome.OPENED


def test_gate_counts_from_the_signature_once_it_is_known():
    """A2: sign-for where known, else the ship date; `started_by` says which."""
    shipped_only, signed_too = gate(SHIPPED), gate(SHIPPED, SIGNED)
    assert (shipped_only.started_by, shipped_only.started_at) == ("return.shipped", AT)
    assert (signed_too.started_by, signed_too.started_at) == ("return.signed", AT + 30 * HOUR)
    assert (signed_too.number, signed_too.due_at) == (1, AT + 102 * HOUR)
    assert signed_too.computed_due_at == signed_too.due_at


def test_gate_counts_from_the_signature_also_where_it_is_learnt_first():
    """A2: the order of arrival changes nothing."""
    assert gate(SIGNED, SHIPPED) == gate(SHIPPED, SIGNED)
    assert gate(SIGNED).started_by == "return.signed"


def test_gate_is_not_moved_by_a_second_scan_of_the_signature():
    again = fact("return.signed", AT + 40 * HOUR, place="前台")
    assert gate(SHIPPED, SIGNED, again).due_at == AT + 102 * HOUR


def test_signature_after_the_gate_has_opened_closes_it_again():
    """A2: a parcel that came after a week was not back before."""
    late = fact("return.signed", AT + 100 * HOUR)
    clock = gate(SHIPPED, late)
    assert clock.outcome(AT + 99 * HOUR) == Outcome.RUNNING
    assert clock.due_at == AT + 172 * HOUR


def test_gate_stands_beside_the_windows_and_moves_none():
    """A1: three different rules; a rights appeal inherits neither the gate nor the 7 days."""
    facts = [SHIPPED, SIGNED, fact("refund.succeeded", AT + 31 * HOUR, rapid=True)]
    found = {clock.rule.code: (clock.started_at, clock.due_at) for clock in clocks(facts, history("pinduoduo"))}
    refunded = AT + 31 * HOUR
    assert found == {
        GATE: (AT + 30 * HOUR, AT + 102 * HOUR),
        "rights_window": (refunded, refunded + 48 * HOUR),
        "rapid_refund_window": (refunded, refunded + 168 * HOUR),
        "return_abuse_window": (refunded, refunded + 168 * HOUR),
    }


def test_gate_outlives_the_case():
    """An appeal comes after the end of the case."""
    found = clocks(
        [SHIPPED, fact("refund.succeeded", AT + HOUR, closes=True)], history("pinduoduo"), closed_at=AT + HOUR
    )
    assert [clock.outcome(AT + 80 * HOUR) for clock in found if clock.rule.code == GATE] == [Outcome.OPENED]


@pytest.mark.parametrize("kind", ["in_transit", "not_shipped"])
def test_parcel_that_the_buyer_refused_is_no_return(kind):
    """PD-21 is about goods that the buyer sends back."""
    assert GATE not in {clock.rule.code for clock in clocks([SHIPPED, SIGNED], history("pinduoduo"), kind)}


def test_platforms_word_on_a_gate_outlasts_a_better_known_start():
    """A platform-reported moment wins over a computed one; both are kept."""
    told = fact("platform.countdown", AT + HOUR, deadline=GATE, due_at=(AT + 50 * HOUR).isoformat())
    clock = gate(SHIPPED, told, SIGNED)
    assert (clock.due_source, clock.due_at) == ("platform", AT + 50 * HOUR)
    assert (clock.started_by, clock.computed_due_at) == ("return.signed", AT + 102 * HOUR)


def test_cancelled_gate_does_not_open():
    packs = made_up(
        {
            key: value
            for key, value in rule(GATE, clock="gate", cancelled_by=["buyer.withdrew"]).items()
            if key != "stops_on"
        }
    )
    clock = gate(fact("shipment.signed", AT), fact("buyer.withdrew", AT + HOUR), rules=packs)
    assert clock.outcome(AT + 99 * HOUR) == Outcome.CANCELLED


# The chat of TikTok Shop


def replies(*facts):
    return [clock for clock in clocks(list(facts), history("tiktok")) if clock.rule.code == "chat_reply"]


def test_follow_up_gives_no_more_time():
    """TT-07, A7: 24 h from the session's start, the stricter reading; the follow-up stays to be seen in the ledger."""
    (clock,) = replies(fact("buyer.messaged", AT), fact("buyer.messaged", AT + 5 * HOUR, note="在吗"))
    assert clock.due_at == AT + 24 * HOUR


def test_sessions_have_a_clock_each():
    """TT-01: several sessions of a customer on one day."""
    facts = [
        fact("buyer.messaged", AT, subject="S-1"),
        fact("buyer.messaged", AT + HOUR, subject="S-2"),
        fact("buyer.contacted", AT + 2 * HOUR, subject="S-1"),
    ]
    assert {clock.subject: clock.stopped_at for clock in replies(*facts)} == {"S-1": AT + 2 * HOUR, "S-2": None}


def test_message_after_the_answer_starts_the_next_session():
    facts = [fact("buyer.messaged", AT), fact("buyer.contacted", AT + HOUR), fact("buyer.messaged", AT + 9 * HOUR)]
    first, second = replies(*facts)
    assert (first.stopped_at, second.number, second.due_at) == (AT + HOUR, 2, AT + 33 * HOUR)


def test_chat_is_warned_of_at_20_hours():
    """TT-14: about to expire at 20 h, the limit is 24 h."""
    chat = shipped("tiktok").rule("chat_reply")
    assert [chat.hours - left for left in chat.warn_hours] == [20]


def test_chat_runs_through_a_weekend():
    """TT-04: weekends and holidays count."""
    friday_evening = AT + timedelta(days=4, hours=10)
    (clock,) = replies(fact("buyer.messaged", friday_evening))
    assert clock.due_at == friday_evening + 24 * HOUR


def test_agreed_refund_does_not_answer_the_buyer():
    """TT-02: a session counts until an agent answers it; a closed case owes nothing more."""
    (clock,) = replies(fact("buyer.messaged", AT), fact("refund.agreed", AT + HOUR))
    assert clock.ended_at is None
