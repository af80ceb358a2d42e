"""What differs by platform: types, units, deadlines, arbitration."""

from datetime import datetime, timedelta

import pytest

from tests.aftersales.imports.rows import codes, facts, parsed
from tests.aftersales.imports.shapes import (
    DOUYIN,
    DOUYIN_API,
    KUAISHOU,
    PDD_DETAIL,
    TAOBAO,
    TIKTOK,
    TIKTOK_EXPORT,
    TMALL,
)  # fmt: skip
from tests.instants import SHANGHAI


def test_pinduoduo_detail_counts_types_its_own_way_and_has_a_deadline():
    row = parsed("pinduoduo_refund_detail", PDD_DETAIL)
    assert (row.kind, row.state) == ("in_transit", "pending")
    assert row.deadline is not None
    assert (row.deadline.party, row.deadline.due_at) == ("merchant", row.requested_at + timedelta(hours=48))
    assert parsed("pinduoduo_refund_detail", PDD_DETAIL, after_sales_type=2).kind == "return_dispute"


def test_douyin_export_columns_of_time_prove_their_events():
    row = parsed(
        "douyin_aftersales_export", DOUYIN, 售后状态="售后成功", 同意售后申请时间="2024-01-14 13:00:00",
        退货发货时间="2024-01-15 09:00:00", 用户到账时间="2024-01-18 09:00:00", 售后完结时间="2024-01-18 10:00:00",
        是否极速退款="是",
    )  # fmt: skip
    assert list(facts(row)) == ["refund.requested", "return.shipped", "refund.succeeded"]
    assert facts(row)["refund.succeeded"].data == {"at_source": "用户到账时间", "rapid": True}
    assert (row.deadline, row.closed_at) == (None, datetime(2024, 1, 18, 10, tzinfo=SHANGHAI))


def test_douyin_export_agreement_to_a_refund_only_case_is_a_refund_agreed():
    row = parsed("douyin_aftersales_export", DOUYIN, 售后类型="已发货仅退款", 同意售后申请时间="2024-01-14 13:00:00")
    assert "refund.agreed" in facts(row)


def test_douyin_export_cell_of_success_with_both_words():
    row = parsed("douyin_aftersales_export", DOUYIN, 售后状态="同意退款，退款成功", 售后完结时间="2024-01-18 10:00:00")
    assert row.state == "refunded"


def douyin_api(**info) -> dict:
    return {**DOUYIN_API, "aftersale_info": {**DOUYIN_API["aftersale_info"], **info}}


def test_douyin_api_reads_seconds_fen_and_the_current_nodes_deadline():
    row = parsed("douyin_aftersale_list", DOUYIN_API)
    assert (row.kind, row.state, row.order_no, row.product) == ("in_transit", "pending", "6936476692437472563", "台灯")
    assert (str(row.refund_amount), str(row.order_amount)) == ("19.99", "29.99")
    assert row.requested_at == datetime(2024, 11, 19, 11, 18, 46, tzinfo=SHANGHAI)
    assert row.deadline is not None
    assert row.deadline.due_at - row.requested_at == timedelta(hours=48)
    assert row.closed_at is None


@pytest.mark.parametrize(
    ("info", "state", "party"),
    [
        ({"arbitrate_status": 1}, "platform_review", "platform"),
        ({"arbitrate_status": 4}, "platform_review", "merchant"),
        ({"arbitrate_status": 255}, "pending", "merchant"),
        ({"arbitrate_status": 2}, "pending", "merchant"),
    ],
)
def test_douyin_api_arbitration_has_the_meaning_of_the_response(info, state, party):
    row = parsed("douyin_aftersale_list", douyin_api(**info))
    assert row.deadline is not None
    assert (row.state, row.deadline.party) == (state, party)


def test_douyin_api_success_of_a_repair_is_no_refund():
    final = {"aftersale_status": 12, "aftersale_status_to_final_time": 1731990000}
    assert parsed("douyin_aftersale_list", douyin_api(**final)).state == "refunded"
    assert parsed("douyin_aftersale_list", douyin_api(**final, aftersale_type=8)).state == "resolved"


@pytest.mark.parametrize(
    ("changes", "kind", "warned"),
    [
        ({}, "not_shipped", True),
        ({"发货物流信息": "顺丰 SF1"}, "in_transit", False),
        ({"售中或售后": "售后"}, "in_transit", True),
        ({"货物状态": "买家已收到货"}, "return_dispute", False),
        ({"货物状态": "买家已退货"}, "return_dispute", False),
        ({"是否需要退货": "是"}, "return_dispute", False),
        ({"货物状态": "拒收"}, "return_dispute", True),
    ],
)
def test_tmall_kind_comes_from_goods_return_and_parcel(changes, kind, warned):
    row = parsed("tmall_refunds_export", TMALL, **changes)
    assert (row.kind, bool(row.warnings)) == (kind, warned)


def test_tmall_reports_both_countdowns():
    row = parsed(
        "tmall_refunds_export", TMALL, 退款状态="买家已经申请退款，等待卖家同意", 超时时间="2024-03-03 20:41:03",
        举证超时="2024-03-02 20:41:03", 完结时间="",
    )  # fmt: skip
    nodes = {fact.data["node"]: fact.data["due_at"] for fact in row.facts if fact.type == "platform.countdown"}
    assert nodes == {
        "买家已经申请退款，等待卖家同意": "2024-03-03T20:41:03+08:00", "举证": "2024-03-02T20:41:03+08:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind", "state"),
    [
        ({}, "not_shipped", "pending"),
        ({"order_status": "WAIT_BUYER_CONFIRM_GOODS"}, "in_transit", "pending"),
        ({"order_status": None}, "in_transit", "pending"),
        ({"good_status": "BUYER_RECEIVED"}, "return_dispute", "pending"),
        (
            {"dispute_type": "REFUND_AND_RETURN", "status": "WAIT_BUYER_RETURN_GOODS"},
            "return_dispute",
            "awaiting_return",
        ),
        ({"cs_status": "3"}, "not_shipped", "platform_review"),
        ({"cs_status": "10"}, "not_shipped", "platform_review"),
        ({"cs_status": "6", "status": "SUCCESS"}, "not_shipped", "refunded"),
        ({"dispute_type": "TMALL_EXCHANGE", "status": "SUCCESS"}, "return_dispute", "resolved"),
    ],
)
def test_taobao_kind_and_state(changes, kind, state):
    row = parsed("taobao_refund", TAOBAO, **changes)
    assert (row.kind, row.state) == (kind, state)
    assert str(row.order_amount) == "99.00"


def test_kuaishou_reads_milliseconds_and_fen():
    row = parsed("kuaishou_refund_list", KUAISHOU)
    assert (row.kind, row.state, codes(row)) == ("in_transit", "pending", ["shipping_unknown"])
    assert str(row.refund_amount) == "19.99"
    assert row.requested_at.microsecond == 678_000
    assert row.deadline is not None
    assert row.deadline.due_at - row.requested_at > timedelta(hours=47)
    assert parsed("kuaishou_refund_list", KUAISHOU, negotiateStatus=3).state == "rejected"
    assert parsed("kuaishou_refund_list", KUAISHOU, status=50).state == "refunding"


def test_tiktok_reads_the_sellers_next_deadline_and_notes_the_currency():
    row = parsed("tiktok_return", TIKTOK)
    assert (row.kind, row.state, codes(row)) == ("return_dispute", "pending", ["foreign_currency"])
    assert row.deadline is not None
    assert int(row.deadline.due_at.timestamp()) == 1690554680


def test_tiktok_deadline_is_the_earliest_of_several_actions():
    actions = [{"action": "SELLER_RESPOND_RETURN", "deadline": 1690554680}, {"action": "X", "deadline": 1690500000}]
    row = parsed("tiktok_return", TIKTOK, seller_next_action_response=actions)
    assert row.deadline is not None
    assert int(row.deadline.due_at.timestamp()) == 1690500000


def test_tiktok_export_keeps_unknown_words_unknown():
    assert parsed("tiktok_returns_export", TIKTOK_EXPORT).state == "awaiting_return"
    assert parsed("tiktok_returns_export", TIKTOK_EXPORT, **{"Return Sub Status": "Something"}).state is None
