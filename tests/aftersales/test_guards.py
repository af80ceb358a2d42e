"""What a transition needs beyond its state, each with the reason that a person reads."""

from datetime import timedelta
from decimal import Decimal

import pytest

from aftersales.deadlines import fold
from aftersales.enums import EventType, Issue, Kind, State
from aftersales.errors import TransitionBlocked, Unprocessable
from aftersales.situation import Situation, proof_progress
from aftersales.transitions import TRANSITIONS
from tests.aftersales.packs import PLATFORMS, fact, history, shipped
from tests.factories import add_proof, learn, make_case, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CONTACTED = fact("buyer.contacted", AT - 60 * HOUR)
CHAT = fact("evidence.added", AT - HOUR, item="1", slot="chat_screenshot")
AGREED = fact("evidence.added", AT - HOUR, item="2", slot="agreement_screenshot")


def blocked(name, *facts, state=State.PENDING, kind=Kind.RETURN_DISPUTE, issue="", platform="kuaishou", at=AT):
    """The code of the first need that is not met, or nothing."""
    situation = Situation(
        kind=kind, state=state, issue=issue, refund_amount=Decimal(10), order_amount=None, facts=facts,
        clocks=fold(facts, history(platform), kind), pack=shipped(platform), at=at,
    )  # fmt: skip
    try:
        for needed in TRANSITIONS[name].needs:
            needed(situation)
    except TransitionBlocked as refusal:
        return refusal.error_code if str(refusal.message) else "without a reason"
    return ""


def test_rejection_needs_contact_then_proof():
    """KS-42: never at once; the buyer is contacted first, and valid evidence is shown."""
    assert blocked("reject") == "buyer_not_contacted"
    assert blocked("reject", CHAT) == "buyer_not_contacted"
    assert blocked("reject", CONTACTED) == "proof_missing"
    assert blocked("reject", CONTACTED, CHAT) == ""


@pytest.mark.parametrize(("late_by", "code"), [(-TICK, ""), (0 * TICK, ""), (TICK, "buyer_not_contacted")])
def test_contact_comes_before_the_rejection(late_by, code):
    """KS-42: a contact that came after it does not count."""
    assert blocked("reject", fact("buyer.contacted", AT + late_by), CHAT) == code


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", Kind.values)
def test_every_platform_asks_for_proof_before_a_rejection(platform, kind):
    """KS-42, as good practice everywhere; no pack may lack the slots that a guard asks for."""
    assert blocked("reject", CONTACTED, kind=kind, platform=platform) == "proof_missing"
    assert blocked("reject", CONTACTED, CHAT, kind=kind, platform=platform) == ""
    assert "agreement_screenshot" in {slot.code for slot in shipped(platform).slots_for(kind)}


def test_withdrawn_proof_does_not_count():
    withdrawn = fact("evidence.withdrawn", AT, item="1", slot="chat_screenshot", reason="模糊")
    assert blocked("reject", CONTACTED, CHAT, withdrawn) == "proof_missing"


def test_proof_of_another_step_does_not_count():
    """KS-33: a chat shows no failed intercept; the courier's site or the red-stamp statement does."""
    kind, state = Kind.IN_TRANSIT, State.INTERCEPTING
    assert blocked("intercept_failed", CHAT, kind=kind, state=state) == "proof_missing"
    for slot in ("courier_screenshot", "red_stamp"):
        shown = fact("evidence.added", AT, item="9", slot=slot)
        assert blocked("intercept_failed", shown, kind=kind, state=state) == ""


@pytest.mark.parametrize(("late_by", "code"), [(-TICK, ""), (0 * TICK, ""), (TICK, "agreement_missing")])
def test_late_rejection_of_a_return_needs_the_agreement(late_by, code):
    """KS-41: past 48 h since the signature; exactly 48 h is not past (A3)."""
    signed = fact("return.signed", AT - 48 * HOUR - late_by)
    received = {"state": State.RETURN_RECEIVED}
    assert blocked("reject", CONTACTED, CHAT, signed, **received) == code
    assert blocked("reject", CONTACTED, CHAT, AGREED, signed, **received) == ""


def in_transit(*facts, at=AT):
    return blocked("reject", CONTACTED, CHAT, *facts, state=State.RETURN_IN_TRANSIT, at=at)


def countdown(left, at=AT - 30 * HOUR):
    return fact("platform.countdown", at, due_at=(AT + left).isoformat())


@pytest.mark.parametrize(
    ("left", "code"), [(24 * HOUR + TICK, "too_early"), (24 * HOUR, ""), (24 * HOUR - TICK, ""), (-HOUR, "")]
)
def test_missing_return_is_refused_in_the_last_day_only(left, code):
    """KS-39: the platform's countdown is at 24 h or less."""
    assert in_transit(countdown(left)) == code


def test_missing_return_needs_the_platforms_countdown():
    """KS-39, A6: it is the platform's to tell; an ended one tells nothing."""
    assert in_transit() == "countdown_unknown"
    assert in_transit(countdown(HOUR), fact("platform.status", AT - HOUR, status="待买家退货")) == "countdown_unknown"


def test_return_out_for_delivery_is_awaited():
    """KS-39: only while the return is not out for delivery."""
    back = fact("return.shipped", AT - 40 * HOUR, tracking_no="YT1234567890123")
    assert in_transit(countdown(HOUR), back, fact("shipment.out_for_delivery", AT - HOUR)) == "return_near"


def test_delivery_of_the_parcel_to_the_buyer_is_not_the_returns():
    """KS-39: the parcel went out for delivery weeks before it came back."""
    outbound = fact("shipment.out_for_delivery", AT - 90 * HOUR), fact("shipment.signed", AT - 80 * HOUR)
    back = fact("return.shipped", AT - 40 * HOUR, tracking_no="YT1234567890123")
    assert in_transit(countdown(HOUR), *outbound, back) == ""
    assert in_transit(countdown(HOUR), *outbound) == ""


def test_countdown_matters_for_a_return_on_its_way_only():
    for state in (State.PENDING, State.VERIFYING, State.OFFERING, State.RETURN_RECEIVED):
        assert blocked("reject", CONTACTED, CHAT, state=state) == ""


@pytest.mark.parametrize("event", ["shipment.tracking_uploaded", "shipment.scanned"])
def test_shipped_parcel_cannot_be_cancelled(event):
    """PD-36: what has left is intercepted."""
    assert blocked("cancel_shipment", kind=Kind.NOT_SHIPPED) == ""
    assert blocked("cancel_shipment", fact(event, AT), kind=Kind.NOT_SHIPPED) == "already_shipped"


@pytest.mark.parametrize("event", ["shipment.scanned", "shipment.out_for_delivery", "shipment.signed"])
def test_persuading_is_for_parcels_not_picked_up(event):
    """PD-37 A."""
    assert blocked("persuade", fact("shipment.tracking_uploaded", AT), kind=Kind.IN_TRANSIT) == ""
    assert blocked("persuade", fact(event, AT), kind=Kind.IN_TRANSIT) == "picked_up"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("shipment.scanned", ""),
        ("shipment.stalled", ""),
        ("shipment.out_for_delivery", "out_for_delivery"),
        ("shipment.signed", "delivered"),
        ("intercept.failed", "second_attempt"),
    ],
)
def test_intercept_is_for_parcels_on_their_way_and_tried_once(event, code):
    """KS-31, PD-37 C."""
    scanned = fact("shipment.scanned", AT - HOUR)
    assert blocked("order_intercept", scanned, fact(event, AT), kind=Kind.IN_TRANSIT) == code


def test_intercept_needs_a_parcel_that_was_picked_up():
    """KS-31, PD-37 B: an uploaded number alone shows no parcel; a scan does."""
    uploaded = fact("shipment.tracking_uploaded", AT - HOUR, tracking_no="YT1234567890123")
    assert blocked("order_intercept", kind=Kind.IN_TRANSIT) == "not_picked_up"
    assert blocked("order_intercept", uploaded, kind=Kind.IN_TRANSIT) == "not_picked_up"
    assert blocked("order_intercept", uploaded, fact("shipment.scanned", AT), kind=Kind.IN_TRANSIT) == ""


@pytest.mark.parametrize("event", ["shipment.tracking_uploaded", "shipment.scanned", "unshipped.disputed"])
def test_hand_over_to_an_intercept_needs_a_parcel_that_left(event):
    """PD-36 (2), KS-31: what has not left is cancelled, not intercepted."""
    assert blocked("transfer_to_intercept", kind=Kind.NOT_SHIPPED) == "not_shipped"
    assert blocked("transfer_to_intercept", fact(event, AT), kind=Kind.NOT_SHIPPED) == ""


def test_refusal_needs_a_return_record():
    """KS-34: refused and on its way back."""
    assert blocked("record_refusal", kind=Kind.IN_TRANSIT) == "no_return_record"
    assert blocked("record_refusal", fact("return.shipped", AT, tracking_no="YT1"), kind=Kind.IN_TRANSIT) == ""


def test_tracking_number_refuses_a_refund_after_contact_only():
    """PD-36 (3), KS-42."""
    assert blocked("upload_tracking", kind=Kind.NOT_SHIPPED, platform="pinduoduo") == "buyer_not_contacted"
    assert blocked("upload_tracking", CONTACTED, kind=Kind.NOT_SHIPPED, platform="pinduoduo") == ""


def test_offer_is_accepted_after_it_was_made():
    assert blocked("offer_accepted", state=State.OFFERING) == "no_offer"
    assert blocked("offer_accepted", fact("offer.made", AT, offer="reship"), state=State.OFFERING) == ""


def test_proof_progress_counts_alternatives_once():
    """KS-33: the courier's site or the statement, not both."""
    slots = shipped("kuaishou").slots_for(Kind.IN_TRANSIT)
    held = {"courier_screenshot": 1, "red_stamp": 0, "chat_screenshot": 0, "goods_photo": 0, "agreement_screenshot": 3}
    assert proof_progress(slots, held) == (1, 2)
    assert proof_progress(slots, held | {"red_stamp": 2}) == (1, 2)
    assert proof_progress(slots, held | {"chat_screenshot": 1}) == (2, 2)


def test_slot_of_an_issue_is_for_that_issue():
    """PD-39: weights and the courier's certificate show that nothing was missing."""

    def codes(issue):
        return {slot.code for slot in shipped("pinduoduo").slots_for(Kind.RETURN_DISPUTE, issue)}

    assert codes(Issue.MISSING_ITEMS) - codes(Issue.QUALITY) == {
        "weight_photo",
        "courier_weight",
        "dispatch_certificate",
    }


def test_missing_return_is_refused_in_the_platforms_words(shop, agent):
    """KS-39: 退货未收到 is written in the case; nothing else is taken."""
    case = make_case(shop, agent)
    learn(case, EventType.BUYER_CONTACTED, agent)
    add_proof(case, "chat_screenshot", agent)
    take(case, "agree_return", agent, address="浙江省杭州市演示路 1 号")
    take(case, "buyer_shipped", agent, tracking_no="YT1234567890123")
    learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=(AT + HOUR).isoformat())
    with pytest.raises(Unprocessable) as refusal:
        take(case, "reject", agent, reason="不同意")
    assert list(refusal.value.fields) == ["reason"]
    assert take(case, "reject", agent, reason="退货未收到").state == State.REJECTED
