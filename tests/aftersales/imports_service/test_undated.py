"""Exports without a time of the last update: what a row does not date is dated when it was learnt."""

from datetime import datetime, timedelta

import pytest

from aftersales.enums import State
from aftersales.imports.report import Report
from aftersales.models import Shop
from aftersales.services.imports import import_file
from tests.aftersales.imports.shapes import DOUYIN, write_csv
from tests.aftersales.imports_service.records import countdowns, counts, story, the_case
from tests.factories import make_agent, take
from tests.instants import AT, SHANGHAI

pytestmark = pytest.mark.django_db
YESTERDAY = AT - timedelta(days=1)


def douyin(status: str = "待商家处理", **changes):
    return {**DOUYIN, "售后状态": status, "售后申请时间": "2026-03-01 08:00:00",
            "自动处理截止时间": "2026-03-03 08:00:00", **changes}  # fmt: skip


@pytest.fixture
def bring(tmp_path):
    def bring(shop: Shop, record: dict, now: datetime) -> Report:
        return import_file(path=write_csv(tmp_path, record), file_name="导出.csv", shop=shop, by=None, now=now)

    return bring


def test_countdown_of_the_next_step_runs_from_the_agreement(douyin_shop, bring):
    bring(douyin_shop, douyin(), YESTERDAY)
    agreed = douyin("待买家退货", 同意售后申请时间="2026-03-02 09:00:00", 自动处理截止时间="2026-03-09 09:00:00")
    assert counts(bring(douyin_shop, agreed, AT)) == {"updated": 1}
    case = the_case(douyin_shop)
    assert case.state == State.AWAITING_RETURN
    assert countdowns(case) == [("待商家处理", "met"), ("待买家退货", "running")]
    assert counts(bring(douyin_shop, agreed, AT + timedelta(days=1))) == {"unchanged": 1}


def test_new_case_that_was_agreed_to_already_waits_for_the_buyer(douyin_shop, bring):
    agreed = douyin("待买家退货", 同意售后申请时间="2026-03-02 09:00:00", 自动处理截止时间="2026-03-09 09:00:00")
    bring(douyin_shop, agreed, AT)
    case = the_case(douyin_shop)
    assert (case.waiting_for, countdowns(case)) == ("buyer", [("待买家退货", "running")])


def test_change_without_a_date_is_dated_when_it_was_learnt(douyin_shop, bring):
    bring(douyin_shop, douyin(), YESTERDAY)
    bring(douyin_shop, douyin("商家一次拒绝"), AT)
    case = the_case(douyin_shop)
    assert (case.state, case.closed_at) == (State.REJECTED, AT)
    assert "case.rejected" not in story(case)
    assert case.events.get(type="platform.status").at == AT


def test_older_export_does_not_open_a_closed_case_again(douyin_shop, bring):
    closed = douyin("售后关闭", 售后完结时间="2026-03-01 20:00:00", 自动处理截止时间="")
    bring(douyin_shop, closed, AT)
    assert counts(bring(douyin_shop, douyin(), AT)) == {"unchanged": 1}
    assert the_case(douyin_shop).state == State.RESOLVED


def test_own_progress_beyond_an_undated_status_stays(douyin_shop, bring):
    agent = make_agent(douyin_shop)
    bring(douyin_shop, douyin(), YESTERDAY)
    take(the_case(douyin_shop), "agree_return", agent, at=YESTERDAY, address="浙江省杭州市某路 1 号")
    take(the_case(douyin_shop), "buyer_shipped", agent, at=AT - timedelta(hours=2), tracking_no="SF1234567890123")
    bring(douyin_shop, douyin("待买家退货"), AT)
    assert the_case(douyin_shop).state == State.RETURN_IN_TRANSIT


def test_arbitration_moves_the_case_though_its_status_reads_the_same(douyin_shop, bring):
    bring(douyin_shop, douyin(), YESTERDAY)
    assert counts(bring(douyin_shop, douyin(仲裁状态="仲裁中"), AT)) == {"updated": 1}
    assert the_case(douyin_shop).state == State.PLATFORM_REVIEW


def test_case_of_a_past_closing_time_is_closed_then(douyin_shop, bring):
    bring(douyin_shop, douyin("售后成功", 用户到账时间="2026-03-01 12:00:00", 自动处理截止时间=""), AT)
    case = the_case(douyin_shop)
    assert case.closed_at == case.refunded_at == datetime(2026, 3, 1, 12, tzinfo=SHANGHAI)
