"""What starts, ends and undoes the shipped clocks, beyond their boundaries."""

from datetime import timedelta

import pytest

from aftersales.enums import Outcome
from tests.aftersales.packs import clocks, fact, history, one_clock, shipped
from tests.instants import AT

HOUR = timedelta(hours=1)
STALLED = "stalled_intercept"


def stalled(*facts):
    return [clock for clock in clocks(list(facts), history("kuaishou"), "in_transit") if clock.rule.code == STALLED]


@pytest.mark.parametrize(
    ("first", "second"),
    [("refund.requested", "shipment.stalled"), ("shipment.stalled", "refund.requested")],
    ids=["request first", "stall first"],
)
def test_stalled_parcel_counts_from_the_later_of_both(first, second):
    """KS-32, A5: 48 h from the moment at which both preconditions hold."""
    (clock,) = stalled(fact(first, AT), fact(second, AT + 5 * HOUR))
    assert clock.started_at == AT + 5 * HOUR
    assert clock.due_at == AT + 53 * HOUR


def test_stalled_parcel_that_moved_before_the_request_starts_nothing():
    """KS-32: only a parcel that stands still when the refund is requested."""
    facts = [fact("shipment.stalled", AT), fact("shipment.scanned", AT + HOUR), fact("refund.requested", AT + 2 * HOUR)]
    assert stalled(*facts) == []


def test_scan_after_the_request_does_not_undo_the_request():
    """KS-32: asked, moved once more, then frozen for over 72 h: both preconditions hold."""
    facts = [
        fact("refund.requested", AT),
        fact("shipment.scanned", AT + HOUR),
        fact("shipment.stalled", AT + 80 * HOUR),
    ]
    (clock,) = stalled(*facts)
    assert clock.started_at == AT + 80 * HOUR


def test_stalled_parcel_needs_intercept_and_refund():
    """KS-32: intercept ordered and refund agreed; either alone stops nothing."""
    begun = [fact("refund.requested", AT), fact("shipment.stalled", AT)]
    ordered, agreed = fact("intercept.ordered", AT + HOUR), fact("refund.agreed", AT + 3 * HOUR)
    assert stalled(*begun, ordered)[0].stopped_at is None
    assert stalled(*begun, agreed)[0].stopped_at is None
    assert stalled(*begun, ordered, agreed)[0].stopped_at == AT + 3 * HOUR


def test_intercept_ordered_before_the_stall_counts():
    """KS-32: what was done before the 48 h need not be done again."""
    facts = [
        fact("refund.requested", AT),
        fact("intercept.ordered", AT + HOUR),
        fact("shipment.stalled", AT + 80 * HOUR),
        fact("refund.agreed", AT + 90 * HOUR),
    ]
    assert stalled(*facts)[0].stopped_at == AT + 90 * HOUR


def test_stall_after_all_was_done_starts_nothing():
    facts = [
        fact("refund.requested", AT),
        fact("intercept.ordered", AT + HOUR),
        fact("refund.agreed", AT + 2 * HOUR),
        fact("shipment.stalled", AT + 3 * HOUR),
    ]
    assert stalled(*facts) == []


def test_reopened_case_with_a_stalled_parcel_counts_again():
    """KS-32: asking again is a request; the first clock ended with the withdrawal."""
    facts = [
        fact("refund.requested", AT),
        fact("shipment.stalled", AT),
        fact("buyer.withdrew", AT + HOUR, closes=True),
        fact("buyer.reopened", AT + 5 * HOUR),
    ]
    first, second = stalled(*facts)
    assert first.cancelled_at == AT + HOUR
    assert (second.number, second.started_at, second.ended_at) == (2, AT + 5 * HOUR, None)


def test_first_signature_of_a_return_counts():
    """KS-40: a second scan of the same parcel gives no more time."""
    facts = [fact("return.signed", AT), fact("return.signed", AT + 6 * HOUR, place="前台")]
    assert one_clock(facts, history("kuaishou")).due_at == AT + 48 * HOUR


def test_platform_intervention_takes_the_inspection_over():
    """KS-40: the merchant need not decide any more what the platform decides."""
    facts = [fact("return.signed", AT), fact("platform.stepped_in", AT + HOUR)]
    assert one_clock(facts, history("kuaishou")).outcome(AT + 99 * HOUR) == Outcome.CANCELLED


def test_duty_that_ends_otherwise_after_its_end_is_missed_all_the_same():
    """A withdrawal on the third day does not undo what was missed on the second."""
    facts = [fact("return.signed", AT), fact("buyer.withdrew", AT + 49 * HOUR, closes=True)]
    clock = one_clock(facts, history("kuaishou"))
    assert clock.outcome(AT + 99 * HOUR) == Outcome.BREACHED


def test_agreed_return_gives_the_address():
    """PD-34: agreeing to the return says where to."""
    facts = [fact("platform.address_requested", AT), fact("return.agreed", AT + HOUR, address="杭州市演示路 1 号")]
    assert one_clock(facts, history("pinduoduo")).stopped_at == AT + HOUR


def test_reship_is_advice_with_a_hard_consequence():
    """PD-35, A14: a soft deadline whose breach costs the appeal all the same."""
    rule = shipped("pinduoduo").rule("reship")
    assert rule.soft
    assert rule.consequence.money == "refund_amount"
    assert [other.code for other in shipped("pinduoduo").deadline if other.soft] == ["reship"]


@pytest.mark.parametrize("offer", ["partial_refund", "repair", "price_difference", "full_refund"])
def test_other_offers_promise_no_parcel(offer):
    """PD-35 is about a promised parcel."""
    assert clocks([fact("offer.accepted", AT, offer=offer)], history("pinduoduo")) == []


def test_right_number_starts_no_correction():
    """PD-44 is about a wrong number or courier."""
    uploaded = fact("shipment.tracking_uploaded", AT, tracking_no="YT1234567890123")
    assert clocks([uploaded], history("pinduoduo"), "in_transit") == []


@pytest.mark.parametrize("event", ["shipment.scanned", "shipment.signed"])
def test_number_that_shows_a_trace_needs_no_correction(event):
    """PD-44: the risk is a parcel without a trace."""
    facts = [fact("shipment.tracking_uploaded", AT, is_wrong=True), fact(event, AT + HOUR)]
    assert one_clock(facts, history("pinduoduo"), "in_transit").outcome(AT + 99 * HOUR) == Outcome.CANCELLED


def test_two_tickets_have_a_clock_each():
    """PD-46: proof for one ticket answers that one only."""
    facts = [
        fact("platform.ticket_opened", AT, subject="T-1"),
        fact("platform.ticket_opened", AT + HOUR, subject="T-2"),
        fact("evidence.submitted", AT + 2 * HOUR, subject="T-2"),
    ]
    ends = {clock.subject: clock.stopped_at for clock in clocks(facts, history("pinduoduo"))}
    assert ends == {"T-1": None, "T-2": AT + 2 * HOUR}


def test_answer_without_a_ticket_answers_all():
    """PD-46: what names no ticket is about the case."""
    facts = [
        fact("platform.ticket_opened", AT, subject="T-1"),
        fact("platform.ticket_opened", AT, subject="T-2"),
        fact("evidence.submitted", AT + HOUR),
    ]
    assert {clock.stopped_at for clock in clocks(facts, history("pinduoduo"))} == {AT + HOUR}


def test_ticket_takes_no_extension():
    """PD-46: no extension; a promise to the buyer and the platform's own countdown may be put off."""
    extendable = {rule.code for rule in shipped("pinduoduo").deadline if rule.extendable}
    assert extendable == {"reship", "platform_countdown"}


def test_second_ticket_after_the_first_is_counted_anew():
    facts = [
        fact("platform.ticket_opened", AT),
        fact("evidence.submitted", AT + HOUR),
        fact("platform.ticket_opened", AT + 9 * HOUR),
    ]
    first, second = clocks(facts, history("pinduoduo"))
    assert (first.number, first.stopped_at) == (1, AT + HOUR)
    assert (second.number, second.started_at, second.due_at) == (2, AT + 9 * HOUR, AT + 57 * HOUR)


def test_rights_window_opens_with_any_refund_and_rapid_only_with_a_rapid_one():
    """PD-22, PD-23, A1: three different rules, not one."""
    plain = clocks([fact("refund.succeeded", AT)], history("pinduoduo"))
    rapid = clocks([fact("refund.succeeded", AT, rapid=True)], history("pinduoduo"))
    assert {clock.rule.code: clock.due_at - AT for clock in plain} == {"rights_window": 48 * HOUR}
    assert {clock.rule.code: clock.due_at - AT for clock in rapid} == {
        "rights_window": 48 * HOUR,
        "rapid_refund_window": 168 * HOUR,
    }


def test_appeal_uses_its_own_window_only():
    """A1: a rights appeal leaves the rapid-refund window open."""
    facts = [fact("refund.succeeded", AT, rapid=True), fact("appeal.submitted", AT + HOUR, appeal_type="rights")]
    used = {clock.rule.code: clock.stopped_at for clock in clocks(facts, history("pinduoduo"))}
    assert used == {"rights_window": AT + HOUR, "rapid_refund_window": None}


def test_window_outlives_the_case_and_a_duty_does_not():
    facts = [
        fact("platform.ticket_opened", AT, subject="T-1"),
        fact("refund.succeeded", AT + HOUR, closes=True),
        fact("platform.ticket_opened", AT + 2 * HOUR, subject="T-2"),
    ]
    found = {
        (clock.rule.code, clock.subject): clock.cancelled_at
        for clock in clocks(facts, history("pinduoduo"), closed_at=AT + HOUR)
    }
    assert found == {
        ("ticket_evidence", "T-1"): AT + HOUR,
        ("ticket_evidence", "T-2"): AT + 2 * HOUR,
        ("rights_window", ""): None,
    }


def test_breach_before_the_case_closed_stands():
    """A case that was closed on the third day missed its 48 h."""
    (clock,) = clocks([fact("return.signed", AT)], history("kuaishou"), closed_at=AT + 60 * HOUR)
    assert clock.outcome(AT + 99 * HOUR) == Outcome.BREACHED
