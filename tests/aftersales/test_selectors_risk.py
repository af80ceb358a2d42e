"""What is at risk in the next 24 hours."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from aftersales.enums import EventType
from aftersales.selectors.risk import risk_by_hour, risk_by_owner, risk_tiles
from aftersales.services.cases import assign_case
from aftersales.services.sweep import sweep_deadlines
from tests.factories import learn, make_agent, make_case, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def due(shop, agent, at, amount="10.00"):
    case = make_case(shop, agent, refund_amount=Decimal(amount))
    return learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=at.isoformat())


def figures(user, at=AT) -> list[tuple[str, str]]:
    return [(tile.figure, tile.note) for tile in risk_tiles(user=user, at=at)]


@pytest.mark.parametrize(
    ("left", "tiles"),
    [
        (-TICK, ["1", "0", "0"]),
        (0 * HOUR, ["0", "1", "1"]),
        (2 * HOUR, ["0", "1", "1"]),
        (2 * HOUR + TICK, ["0", "0", "1"]),
        (24 * HOUR, ["0", "0", "1"]),
        (24 * HOUR + TICK, ["0", "0", "0"]),
    ],
)
def test_tiles_begin_and_end_exactly(shop, agent, left, tiles):
    due(shop, agent, AT + left)
    assert [figure for figure, _note in figures(agent)][:3] == tiles


def test_tiles_add_the_money_of_open_cases_of_ones_own_shops(shop, agent):
    due(shop, agent, AT + HOUR, "1200.50")
    due(shop, agent, AT + 90 * TICK, "0.25")
    take(due(shop, agent, AT + HOUR, "7.00"), "buyer_withdraw", agent)
    due(make_shop(), make_agent(is_superuser=True), AT + HOUR)
    assert figures(agent)[1] == ("2", "¥1,200.75")
    assert figures(make_agent())[1] == ("0", "¥0.00")


def test_breaches_of_the_last_seven_days_beside_the_seven_before(shop, agent):
    for days in (1, 7, 8, 14, 15):
        case = make_case(shop, agent, requested_at=AT - timedelta(days=30))
        learn(case, EventType.TICKET_OPENED, agent, at=AT - timedelta(days=days, hours=48), now=AT)
    sweep_deadlines(now=AT)
    figure, note = figures(agent)[3]
    assert figure == "2"
    assert "2" in note


def test_hours_begin_with_the_present_one_in_beijing(shop, agent):
    at = AT + timedelta(minutes=30)
    for left in (timedelta(minutes=29), 30 * timedelta(minutes=1), 23 * HOUR, -TICK, 24 * HOUR):
        due(shop, agent, at + left)
    for moment in (at, at.astimezone(UTC)):
        bars = risk_by_hour(user=agent, at=moment)
        assert len(bars) == 24
        assert [bar.label for bar in bars[:2]] == ["10", "11"]
        counted = {bar.label: (bar.count, bar.money) for bar in bars if bar.count}
        assert counted == {"10": (1, Decimal(10)), "11": (1, Decimal(10)), "09": (1, Decimal(10))}
        assert {bar.label: bar.tone for bar in bars if bar.count} == {"10": "urgent", "11": "urgent", "09": "soon"}


def test_idle_hours_are_empty_bars(agent):
    assert {(bar.count, bar.percent, bar.tone) for bar in risk_by_hour(user=agent, at=AT)} == {(0, 0, "")}


def test_owners_are_named_and_so_is_nobody(shop, agent):
    for _each in range(2):
        assign_case(case=due(shop, agent, AT + HOUR), to=agent, by=agent, now=AT)
    due(shop, agent, AT - HOUR)
    due(shop, agent, AT + 30 * HOUR)
    bars = risk_by_owner(user=agent, at=AT)
    assert [(bar.count, bar.percent) for bar in bars] == [(2, 100), (1, 50)]
    assert bars[0].label == agent.display_name
    assert bars[1].label
    assert bars[0].money == Decimal(20)
