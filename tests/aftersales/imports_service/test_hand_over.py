"""The platform changes the kind of a case under the same number, or an agent did it here."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind, State
from aftersales.models import Case
from aftersales.services.ledger import verify
from tests.aftersales.imports_service.records import countdowns, counts, story, taobao, the_case
from tests.factories import learn, make_agent, take
from tests.instants import AT

pytestmark = pytest.mark.django_db
EARLIER = AT - timedelta(hours=12)


def refund_only(status: str = "WAIT_SELLER_AGREE", modified: str = "09:00:00", **changes):
    return taobao(status, modified, dispute_type="REFUND", good_status="BUYER_NOT_RECEIVED", **changes)


def test_refund_that_becomes_a_return_is_handed_over(tmall, bring):
    bring(tmall, refund_only(), now=EARLIER)
    assert the_case(tmall).kind == Kind.NOT_SHIPPED
    changed = taobao("WAIT_BUYER_RETURN_GOODS", "10:00:00", refund_remind_timeout={})
    assert counts(bring(tmall, changed, now=AT)) == {"updated": 1}

    case = the_case(tmall)
    assert (case.kind, case.state, case.first_reason) == (Kind.RETURN_DISPUTE, State.AWAITING_RETURN, "质量问题")
    assert case.follows is not None
    assert (case.follows.state, case.follows.next_due_at) == (State.TRANSFERRED, None)
    assert "case.transferred" in story(case.follows)
    assert countdowns(case.follows) == [("WAIT_SELLER_AGREE", "met")]
    assert verify() > 0
    assert counts(bring(tmall, changed, now=AT)) == {"unchanged": 1}
    assert Case.objects.count() == 2


def test_hand_over_by_an_agent_stays_while_the_platform_keeps_its_kind(tmall, bring):
    bring(tmall, refund_only(), now=EARLIER)
    agent = make_agent(tmall)
    learn(the_case(tmall), EventType.SHIPMENT_SCANNED, agent, at=EARLIER)
    take(the_case(tmall), "transfer_to_intercept", agent, at=EARLIER)
    assert counts(bring(tmall, refund_only(), now=AT)) == {"unchanged": 1}
    assert (the_case(tmall).kind, the_case(tmall).state) == (Kind.IN_TRANSIT, "pending")

    assert counts(bring(tmall, refund_only("SUCCESS", "11:00:00"), now=AT)) == {"updated": 1}
    assert (the_case(tmall).kind, the_case(tmall).state) == (Kind.IN_TRANSIT, State.REFUNDED)
    assert Case.objects.count() == 2


def test_kind_that_is_only_guessed_hands_nothing_over(tmall, bring):
    bring(tmall, refund_only(), now=EARLIER)
    guessed = refund_only(modified="10:00:00", order_status="")
    report = bring(tmall, guessed, now=AT)
    assert "shipping_unknown" in {warning["code"] for warning in report.warnings}
    assert the_case(tmall).kind == Kind.NOT_SHIPPED


def test_closed_case_is_not_handed_over_for_another_reading_of_its_kind(tmall, bring):
    bring(tmall, refund_only("SUCCESS"), now=EARLIER)
    bring(tmall, taobao("SUCCESS", "10:00:00"), now=AT)
    case = the_case(tmall)
    assert (case.kind, case.state, Case.objects.count()) == (Kind.NOT_SHIPPED, State.REFUNDED, 1)


def test_withdrawn_refund_that_comes_back_as_a_return_is_handed_over(tmall, bring):
    bring(tmall, refund_only("CLOSED"), now=EARLIER)
    bring(tmall, taobao(modified="10:00:00"), now=AT)
    case = the_case(tmall)
    assert (case.kind, case.state, case.closed_at) == (Kind.RETURN_DISPUTE, "pending", None)
    assert countdowns(case) == [("WAIT_SELLER_AGREE", "running")]
