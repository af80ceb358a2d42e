"""The workflow rules of the catalogue, each walked through the services as a person would."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Issue, Kind, Outcome, State
from aftersales.errors import TransitionBlocked, Unprocessable
from aftersales.models import Shop, User
from aftersales.services.ledger import verify
from tests.factories import SCANNED, add_proof, learn, make_agent, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
ADDRESS = "浙江省杭州市余杭区演示路 1 号 3 幢"
NUMBER = "YT1234567890123"


@pytest.fixture
def kuaishou(db) -> Shop:
    return make_shop("kuaishou")


@pytest.fixture
def kuaishou_agent(kuaishou) -> User:
    return make_agent(kuaishou)


def talk(case, by, *, at=AT):
    """The buyer is contacted, and the talk is kept."""
    return add_proof(learn(case, EventType.BUYER_CONTACTED, by, at=at), "chat_screenshot", by, at=at)


def test_unshipped_order_is_refunded_at_once(kuaishou, kuaishou_agent):
    """KS-30: nothing stands in the way of a refund before dispatch, and no clock is invented for it."""
    case = make_case(kuaishou, kuaishou_agent, kind=Kind.NOT_SHIPPED)
    assert not case.deadlines.exists()
    case = take(case, "agree_refund", kuaishou_agent)
    assert take(case, "confirm_refund", kuaishou_agent, at=AT + HOUR).state == State.REFUNDED


def test_failed_intercept_goes_on_by_refusal(kuaishou, kuaishou_agent):
    """KS-31, KS-33, KS-34: soothe, intercept, fail with proof, agree to a refusal, refused and tracked back, refund."""
    agent = kuaishou_agent
    case = make_case(kuaishou, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    talk(case, agent)
    case = take(case, "order_intercept", agent)
    with pytest.raises(TransitionBlocked, match="快递官网截图"):
        take(case, "intercept_failed", agent)
    add_proof(case, "courier_screenshot", agent)
    case = take(case, "intercept_failed", agent, at=AT + HOUR)
    case = take(case, "agree_refusal", agent, at=AT + 2 * HOUR)
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, "record_refusal", agent, at=AT + 3 * HOUR)
    assert blocked.value.error_code == "no_return_record"
    learn(case, EventType.RETURN_SHIPPED, agent, at=AT + 3 * HOUR, tracking_no=NUMBER)
    case = take(case, "record_refusal", agent, at=AT + 4 * HOUR)
    assert take(case, "agree_refund", agent, at=AT + 5 * HOUR).state == State.REFUNDING
    verify()


def test_refund_of_a_stalled_parcel_needs_both_steps(kuaishou, kuaishou_agent):
    """KS-32: the 48 h end when the intercept is ordered and the refund agreed, not at the first of them."""
    agent = kuaishou_agent
    case = make_case(kuaishou, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    learn(case, EventType.SHIPMENT_STALLED, agent, at=AT)
    clock = case.deadlines.get(rule="stalled_intercept")
    assert clock.due_at == AT + 48 * HOUR
    case = take(case, "order_intercept", agent, at=AT + HOUR)
    clock.refresh_from_db()
    assert clock.outcome == Outcome.RUNNING
    take(case, "agree_refund", agent, at=AT + 48 * HOUR)
    clock.refresh_from_db()
    assert (clock.outcome, clock.stopped_at) == (Outcome.MET, AT + 48 * HOUR)


@pytest.mark.parametrize("issue", [Issue.WRONG_ITEM, Issue.DAMAGED, Issue.QUALITY])
def test_goods_at_fault_come_back_at_the_merchants_cost(kuaishou, kuaishou_agent, issue):
    """KS-35, KS-36, KS-37: the buyer's photos, then return and refund."""
    agent = kuaishou_agent
    case = make_case(kuaishou, agent, issue=issue)
    case = take(case, "ask_proof", agent, shows="整体与细节照片各一张")
    assert (case.state, case.waiting_for) == (State.VERIFYING, "buyer")
    case = take(case, "agree_return", agent, at=AT + HOUR, address=ADDRESS)
    case = take(case, "buyer_shipped", agent, at=AT + 2 * HOUR, tracking_no=NUMBER)
    case = take(case, "return_signed", agent, at=AT + 50 * HOUR)
    assert case.next_due_at == AT + 98 * HOUR, "KS-40"
    assert take(case, "inspect_ok", agent, at=AT + 60 * HOUR).state == State.REFUNDING


@pytest.mark.parametrize(
    ("issue", "offer"), [(Issue.WRONG_ITEM, "exchange"), (Issue.DAMAGED, "reship"), (Issue.MISSING_ITEMS, "reship")]
)
def test_another_item_is_sent_and_its_number_told(shop, agent, issue, offer):
    """KS-35, KS-36, PD-39: exchange or reship; PD-35: within 24 h of the agreement."""
    case = take(make_case(shop, agent, issue=issue), "make_offer", agent, offer=offer)
    case = take(case, "offer_accepted", agent, at=AT + HOUR, offer=offer)
    assert (case.state, case.next_due_at) == (State.RESHIPPING, AT + 25 * HOUR)
    with pytest.raises(Unprocessable):
        take(case, "reshipped", agent, at=AT + 2 * HOUR)
    case = take(case, "reshipped", agent, at=AT + 2 * HOUR, tracking_no=NUMBER)
    assert (case.state, case.next_due_at) == (State.RESOLVED, None)


def test_stalled_return_is_handled_within_48_h_of_its_arrival(kuaishou, kuaishou_agent):
    """KS-38: soothe, promise, and keep the promise from the signature on; the stall itself starts no clock of ours."""
    agent = kuaishou_agent
    case = take(make_case(kuaishou, agent), "agree_return", agent, address=ADDRESS)
    case = take(case, "buyer_shipped", agent, at=AT + HOUR, tracking_no=NUMBER)
    learn(case, EventType.BUYER_CONTACTED, agent, at=AT + 100 * HOUR, note="退货签收后 48 小时内处理")
    case.refresh_from_db()
    assert case.next_due_at is None
    case = take(case, "return_signed", agent, at=AT + 120 * HOUR)
    assert case.next_due_at == AT + 168 * HOUR


def test_dispute_is_explained_before_it_is_refused(db):
    """TM-14: contact and explanation come before escalation, on Tmall too."""
    shop = make_shop("tmall")
    agent = make_agent(shop)
    case = make_case(shop, agent)
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, "reject", agent, reason="商品与描述一致")
    assert blocked.value.error_code == "buyer_not_contacted"
    talk(case, agent)
    assert take(case, "reject", agent, reason="商品与描述一致").state == State.REJECTED


@pytest.mark.parametrize("asked_by", ["buyer", "merchant", "platform"])
def test_anybody_may_call_the_platform_in(shop, agent, asked_by):
    """PD-38: who opened the intervention and who was held liable stay in the ledger."""
    case = take(make_case(shop, agent), "platform_step_in", agent, asked_by=asked_by)
    case = take(case, "platform_decide", agent, at=AT + HOUR, ruling="refunding", liable="merchant")
    events = {event.type: event.data for event in case.events.all()}
    assert events[EventType.PLATFORM_STEPPED_IN].get("asked_by", "buyer") == asked_by
    assert events[EventType.PLATFORM_DECIDED]["liable"] == "merchant"
    assert case.state == State.REFUNDING


def test_work_order_belongs_to_an_intervention(shop, agent):
    """PD-48, PD-46: a work order opens on an order that the platform has taken over, 48 h to answer it."""
    case = make_case(shop, agent)
    with pytest.raises(TransitionBlocked):
        take(case, "open_ticket", agent, subject="T-1001")
    case = take(case, "platform_step_in", agent)
    case = take(case, "open_ticket", agent, at=AT + HOUR, subject="T-1001")
    assert case.next_due_at == AT + 49 * HOUR
    with pytest.raises(TransitionBlocked, match="聊天记录截图"):
        take(case, "submit_evidence", agent, at=AT + 2 * HOUR, subject="T-1001")
    add_proof(case, "chat_screenshot", agent)
    case = take(case, "submit_evidence", agent, at=AT + 2 * HOUR, subject="T-1001")
    assert (case.state, case.next_due_at) == (State.PLATFORM_REVIEW, None)


def test_unshipped_refund_is_cancelled_intercepted_or_answered_with_the_number(shop, agent):
    """PD-36: not shipped → cancel; shipped → intercept, or upload the number and refuse."""

    def fresh():
        return make_case(shop, agent, kind=Kind.NOT_SHIPPED)

    cancelled = take(take(fresh(), "negotiate", agent), "cancel_shipment", agent, at=AT + HOUR)
    assert take(cancelled, "agree_refund", agent, at=AT + 2 * HOUR).state == State.REFUNDING
    left = take(fresh(), "dispute_unshipped", agent)
    assert take(left, "transfer_to_intercept", agent, at=AT + HOUR).kind == Kind.IN_TRANSIT
    left = learn(take(fresh(), "dispute_unshipped", agent), EventType.BUYER_CONTACTED, agent)
    left = take(left, "upload_tracking", agent, at=AT + HOUR, tracking_no=NUMBER)
    assert left.state == State.REJECTED


def test_shipped_refund_by_where_the_parcel_is(shop, agent):
    """PD-37: A persuade before pick-up, B refuse at the door, C refund once recalled, D convert, E partial refund."""
    waiting = make_case(shop, agent, kind=Kind.IN_TRANSIT)
    assert take(waiting, "persuade", agent).state == State.PERSUADING
    moving = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    assert take(moving, "agree_refusal", agent).state == State.AWAITING_REFUSAL
    recalled = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    recalled = take(take(recalled, "order_intercept", agent), "intercept_succeeded", agent, at=AT + HOUR)
    assert take(recalled, "agree_refund", agent, at=AT + 2 * HOUR).state == State.REFUNDING
    fine = take(make_case(shop, agent), "convert_to_return", agent, address=ADDRESS)
    assert fine.state == State.AWAITING_RETURN
    faulty = take(make_case(shop, agent), "make_offer", agent, offer="partial_refund", amount="8.00")
    assert take(faulty, "offer_accepted", agent, at=AT + HOUR, offer="partial_refund").state == State.RESOLVED


def test_fault_after_use_is_repaired_or_paid_for_or_refused(shop, agent):
    """PD-41: inside the after-sales period repair or the difference; outside it may be refused, with proof."""
    for offer in ("repair", "price_difference"):
        case = make_case(shop, agent, issue=Issue.FAULT_AFTER_USE)
        case = take(case, "make_offer", agent, offer=offer)
        assert take(case, "offer_accepted", agent, at=AT + HOUR, offer=offer).state == State.RESOLVED
    case = make_case(shop, agent, issue=Issue.FAULT_AFTER_USE)
    talk(case, agent)
    assert take(case, "reject", agent, reason="已超出售后期").state == State.REJECTED


@pytest.mark.parametrize("slot", ["weight_photo", "courier_screenshot", "red_stamp"])
def test_claim_of_missing_goods_is_refused_with_proof(shop, agent, slot):
    """PD-39, PD-40, PD-42: the talk, and what shows that all of it was sent."""
    case = make_case(shop, agent, issue=Issue.MISSING_ITEMS)
    learn(case, EventType.BUYER_CONTACTED, agent)
    with pytest.raises(TransitionBlocked):
        take(case, "reject", agent, reason="称重相符")
    add_proof(case, slot, agent)
    add_proof(case, "chat_screenshot", agent)
    assert take(case, "reject", agent, reason="称重相符").state == State.REJECTED


def test_case_without_a_trace_is_refused_with_the_signature(shop, agent):
    """PD-45: the platform sees no trace; the wrong number is named as the reason, the signature is the proof."""
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT)
    learn(case, EventType.SHIPMENT_NO_TRACE, agent)
    learn(case, EventType.BUYER_CONTACTED, agent)
    with pytest.raises(TransitionBlocked):
        take(case, "reject", agent, reason="填错物流单号")
    add_proof(case, "signature_proof", agent)
    assert take(case, "reject", agent, reason="填错物流单号").state == State.REJECTED


def test_parcel_that_was_delivered_goes_on_as_a_dispute(shop, agent):
    """PD-37 D and E: signed for while the intercept ran; the new case follows, with its own clocks."""
    case = take(make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED]), "order_intercept", agent)
    following = take(case, "record_delivery", agent, at=AT + HOUR)
    assert (following.kind, following.state, following.follows_id) == (Kind.RETURN_DISPUTE, State.PENDING, case.pk)
