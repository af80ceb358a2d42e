"""A transition changes the state, records its event and applies the clocks, in one go or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest

from aftersales.enums import EventType, Kind, Source, State
from aftersales.errors import NotAllowed, NotFound, StaleVersion, TransitionBlocked, Unprocessable
from aftersales.models import Case, CaseEvent, Shipment
from aftersales.services.ledger import verify
from aftersales.services.transitions import take_transition
from tests.factories import add_proof, learn, make_agent, make_case, make_refunded_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
ADDRESS = "浙江省杭州市演示路 1 号"


@pytest.fixture
def case(shop, agent):
    return make_case(shop, agent)


def last_event(case) -> CaseEvent:
    return CaseEvent.objects.filter(case_id=case.pk).latest("seq")


def unchanged(case) -> bool:
    now = Case.objects.get(pk=case.pk)
    same = [getattr(now, name) == getattr(case, name) for name in ("state", "version", "ledger_head", "refund_amount")]
    return all(same) and CaseEvent.objects.filter(case=case).count() == case.ledger_seq


def test_transition_is_one_event_with_both_moments(case, agent):
    after = take(case, "ask_proof", agent, at=AT - HOUR / 2, now=AT, shows="商品整体与面单照片")
    event = last_event(case)
    assert (event.type, event.at, event.recorded_at) == (EventType.PROOF_ASKED, AT - HOUR / 2, AT)
    assert (event.from_state, event.to_state, event.actor, event.source) == ("pending", "verifying", agent, "person")
    assert event.data == {"shows": "商品整体与面单照片"}
    assert (after.state, after.version) == (State.VERIFYING, case.version + 1)
    assert verify(case=case) == after.ledger_seq


def test_note_goes_with_the_event(case, agent):
    take_transition(case=case, name="agree_refund", by=agent, at=AT, now=AT, note="买家已同意")
    assert last_event(case).data == {"note": "买家已同意"}


def test_moment_in_the_future_is_refused(case, agent):
    with pytest.raises(Unprocessable) as refusal:
        take(case, "agree_refund", agent, at=AT + timedelta(microseconds=1), now=AT)
    assert (refusal.value.error_code, list(refusal.value.fields)) == ("future", ["at"])
    assert unchanged(case)


def test_stale_page_is_refused(case, agent):
    learn(case, EventType.CASE_NOTED, agent, note="同事刚写的备注")
    before = Case.objects.get(pk=case.pk)
    with pytest.raises(StaleVersion):
        take_transition(case=case, name="agree_refund", by=agent, at=AT, now=AT, version=case.version)
    assert unchanged(before)
    after = take_transition(case=case, name="agree_refund", by=agent, at=AT, now=AT, version=before.version)
    assert after.state == State.REFUNDING


def test_illegal_transition_is_refused_with_the_state(case, agent):
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, "confirm_refund", agent)
    assert blocked.value.error_code == "illegal_transition"
    assert str(State.PENDING.label) in str(blocked.value)
    assert unchanged(case)


@pytest.mark.parametrize("name", ["negotiate", "order_intercept", "no_such", "save", "delete", "state", "__init__"])
def test_transition_of_another_kind_is_unknown(case, agent, name):
    with pytest.raises(NotFound) as refusal:
        take(case, name, agent)
    assert refusal.value.error_code == "unknown_transition"


def test_other_shops_people_are_refused(case):
    with pytest.raises(NotAllowed) as refusal:
        take(case, "agree_refund", make_agent(make_shop()))
    assert refusal.value.error_code == "other_shop"
    assert unchanged(case)


def test_closed_account_is_refused(case, agent):
    agent.is_active = False
    with pytest.raises(NotAllowed):
        take(case, "agree_refund", agent)


@pytest.mark.parametrize("amount", ["0.01", "39.90"])
def test_amount_up_to_the_orders_is_kept(case, agent, amount):
    after = take(case, "agree_refund", agent, amount=amount)
    assert Case.objects.get(pk=case.pk).refund_amount == Decimal(amount) == after.refund_amount
    assert last_event(case).data == {"amount": amount}


@pytest.mark.parametrize("amount", ["39.91", "0", "-1", "1.001", "NaN", "1e9999", "twelve", "99999999999.00"])
def test_other_amounts_are_refused(case, agent, amount):
    with pytest.raises(Unprocessable) as refusal:
        take(case, "agree_refund", agent, amount=amount)
    assert list(refusal.value.fields) == ["amount"]
    assert unchanged(case)


def test_amount_is_free_where_the_orders_is_unknown(shop, agent):
    case = make_case(shop, agent, order_amount=None)
    assert take(case, "agree_refund", agent, amount="500.00").refund_amount == Decimal(500)


def test_offer_does_not_change_what_the_buyer_asks_for(case, agent):
    """An offer of ¥5 that nobody has accepted leaves the whole refund at risk."""
    after = take(case, "make_offer", agent, offer="partial_refund", amount="5.00")
    assert after.refund_amount == Decimal("32.50")
    assert last_event(case).data == {"offer": "partial_refund", "amount": "5.00"}


def test_unknown_and_missing_fields_are_refused(case, agent):
    for name, data in (
        ("ask_proof", {}),
        ("ask_proof", {"shows": "x", "amuont": 3}),
        ("make_offer", {"offer": "gold"}),
    ):
        with pytest.raises(Unprocessable) as refusal:
            take(case, name, agent, **data)
        assert set(refusal.value.fields) & {"shows", "amuont", "offer"}
    assert unchanged(case)


@pytest.mark.parametrize(
    ("offer", "state"),
    [("partial_refund", State.RESOLVED), ("price_difference", State.RESOLVED), ("repair", State.RESOLVED),
     ("exchange", State.RESHIPPING), ("reship", State.RESHIPPING), ("full_refund", State.REFUNDING)],
)  # fmt: skip
def test_accepted_offer_leads_where_its_kind_says(case, agent, offer, state):
    take(case, "make_offer", agent, offer=offer)
    assert take(case, "offer_accepted", agent, offer=offer).state == state


@pytest.mark.parametrize("ruling", ["refunding", "rejected", "resolved"])
def test_platforms_ruling_is_the_state(case, agent, ruling):
    take(case, "platform_step_in", agent)
    after = take(case, "platform_decide", agent, ruling=ruling, liable="buyer")
    assert after.state == ruling
    assert last_event(case).data == {"ruling": ruling, "liable": "buyer"}


def test_closing_and_reopening_move_closed_at(case, agent):
    closed = take(case, "buyer_withdraw", agent, at=AT - HOUR / 2, now=AT)
    assert closed.closed_at == AT - HOUR / 2
    assert take(case, "buyer_reopen", agent).closed_at is None


def test_refund_opens_the_appeal_windows(shop, agent):
    case = make_refunded_case(shop, agent)
    assert (case.refunded_at, case.closed_at) == (AT, AT)
    assert [row.rule for row in case.deadlines.all()] == ["rights_window"]
    assert case.deadlines.get().started_at == AT


def test_rapid_refund_opens_its_own_window(case):
    """PD-22: 极速退款 is the platform's own doing, told by an import or a program."""
    after = take_transition(case=case, name="refund_directly", by=None, at=AT, now=AT, source=Source.IMPORT,
                            data={"rapid": True})  # fmt: skip
    assert after.state == State.REFUNDED
    assert {row.rule for row in after.deadlines.all()} == {"rights_window", "rapid_refund_window"}


@pytest.mark.parametrize("name", ["refund_directly", "follow_platform"])
def test_person_cannot_say_what_only_the_platform_knows(case, agent, name):
    data = {"state": "resolved"} if name == "follow_platform" else {}
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, name, agent, **data)
    assert blocked.value.error_code == "reported_only"


@pytest.mark.parametrize("state", ["intercepting", "tracking_due", "transferred", "lost"])
def test_platform_cannot_lead_into_a_state_of_another_kind(case, state):
    with pytest.raises(Unprocessable) as refusal:
        take_transition(
            case=case, name="follow_platform", by=None, at=AT, now=AT, source=Source.API, data={"state": state}
        )
    assert list(refusal.value.fields) == ["state"]
    assert unchanged(case)


def test_parcels_are_kept_with_their_direction(case, agent):
    take(case, "agree_return", agent, address=ADDRESS)
    take(case, "buyer_shipped", agent, courier="圆通", tracking_no="YT1234567890123")
    learn(case, EventType.RETURN_SIGNED, agent, tracking_no="YT1234567890123")
    learn(case, EventType.SHIPMENT_SCANNED, agent, tracking_no="SF1234567890123")
    parcels = Shipment.objects.filter(order=case.order).values_list("direction", "tracking_no", "courier")
    assert sorted(parcels) == [("outbound", "SF1234567890123", ""), ("return", "YT1234567890123", "圆通")]


def test_ticket_evidence_needs_proof_and_stops_its_clock(case, agent):
    """PD-46, PD-47: the slots of a ticket are filled before it is answered."""
    take(case, "platform_step_in", agent)
    take(case, "open_ticket", agent, subject="T-1001")
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, "submit_evidence", agent, subject="T-1001")
    assert blocked.value.error_code == "proof_missing"
    add_proof(case, "goods_photo", agent)
    take(case, "submit_evidence", agent, at=AT + HOUR, subject="T-1001")
    assert case.deadlines.get().stopped_at == AT + HOUR


def test_kind_and_first_reason_stay(case, agent):
    """TM-01: the first reason counts, whatever is edited later."""
    after = learn(case, EventType.REASON_CHANGED, agent, reason="质量问题")
    after = take(after, "agree_refund", agent)
    assert (after.first_reason, after.kind) == ("不想要了", Kind.RETURN_DISPUTE)
