"""What a step would do to the clocks is said before it is taken, and is true."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind
from aftersales.selectors.case_detail import case_detail, find_case
from tests.factories import SCANNED, learn, make_agent, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)


def effects(case, by, name, *, at=AT):
    detail = case_detail(find_case(case.ref, user=by), user=by, at=at)
    return next(action.effects for action in detail.actions if action.name == name)


def test_step_that_starts_a_clock_says_until_when(shop, agent):
    """PD-35: agreeing to reship opens 24 h."""
    case = make_case(shop, agent)
    assert effects(case, agent, "agree_reship") == ("将开始计时：承诺补发 24 小时，至 03-03 10:00",)
    assert take(case, "agree_reship", agent).next_due_at == AT + 24 * HOUR


def test_step_that_ends_a_clock_names_it(shop, agent):
    """PD-34: giving the address with the agreement ends the platform's 24 h."""
    case = learn(make_case(shop, agent), EventType.ADDRESS_REQUESTED, agent)
    assert effects(case, agent, "agree_return") == ("将完成：补全退货地址",)
    after = take(case, "agree_return", agent, at=AT + HOUR, address="浙江省杭州市余杭区演示路 1 号")
    assert after.deadlines.get(rule="return_address").outcome == "met"


@pytest.mark.django_db
def test_step_that_ends_a_clock_with_another_says_so():
    """KS-32: the intercept alone does not end the 48 h; with the refund agreed it does."""
    shop = make_shop("kuaishou")
    agent = make_agent(shop)
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    learn(case, EventType.SHIPMENT_STALLED, agent)
    assert effects(case, agent, "order_intercept") == ("完成“物流停滞处理”的步骤之一",)
    case = take(case, "order_intercept", agent, at=AT + HOUR)
    assert "将完成：物流停滞处理" in effects(case, agent, "agree_refund", at=AT + HOUR)


def test_step_without_a_clock_says_nothing(shop, agent):
    assert effects(make_case(shop, agent, kind=Kind.NOT_SHIPPED), agent, "negotiate") == ()
