"""Section 2A's traps: codes that differ by call, by direction or by spelling, and those beside the status."""

from datetime import datetime

import pytest

from tests.aftersales.imports.rows import codes, facts, parsed
from tests.aftersales.imports.shapes import (
    DOUYIN,
    DOUYIN_API,
    KUAISHOU,
    PDD_DETAIL,
    PDD_LIST,
    RECORDS,
    TAOBAO,
    TIKTOK,
    TMALL,
)
from tests.instants import SHANGHAI

# (shape, the type's column, code, our kind); "?" marks a kind that only the safe side decides.
TYPES = [
    *[("pinduoduo_refund_list", "after_sales_type", code, kind) for code, kind in {
        2: "in_transit", 3: "return_dispute", 4: "return_dispute", 5: "return_dispute", 6: "return_dispute",
        9: "in_transit",
    }.items()],
    *[("pinduoduo_refund_detail", "after_sales_type", code, kind) for code, kind in {
        1: "in_transit", 2: "return_dispute", 3: "return_dispute", 4: "return_dispute", 5: "return_dispute",
    }.items()],
    *[("douyin_aftersales_export", "售后类型", code, kind) for code, kind in {
        "退货退款": "return_dispute", "已发货仅退款": "in_transit", "未发货仅退款": "not_shipped",
        "换货": "return_dispute", "补寄": "return_dispute", "维修": "return_dispute", "价保": "return_dispute",
    }.items()],
    *[("kuaishou_refund_list", "handlingWay", code, kind) for code, kind in {
        1: "return_dispute", 10: "in_transit", 3: "return_dispute", 4: "return_dispute", 5: "return_dispute",
    }.items()],
    *[("taobao_refund", "dispute_type", code, kind) for code, kind in {
        "REFUND": "not_shipped", "REFUND_AND_RETURN": "return_dispute", "TMALL_EXCHANGE": "return_dispute",
        "TAOBAO_EXCHANGE": "return_dispute", "REPAIR": "return_dispute", "RESHIPPING": "return_dispute",
        "OTHERS": "return_dispute", "RETURN_GOODS_POSTAGE": "return_dispute",
    }.items()],
    *[("tiktok_return", "return_type", code, kind) for code, kind in {
        "REFUND": "in_transit", "RETURN_AND_REFUND": "return_dispute", "REPLACEMENT": "return_dispute",
    }.items()],
]  # fmt: skip
UNKNOWN_TYPES = [
    ("pinduoduo_refund_list", "after_sales_type", (0, 1, 7, 8)),
    ("pinduoduo_refund_detail", "after_sales_type", (0, 6, 9)),
    ("kuaishou_refund_list", "handlingWay", (0, 2, 11)),
    ("taobao_refund", "dispute_type", ("EXCHANGE", "")),
    ("tiktok_return", "return_type", ("RETURN",)),
]


@pytest.mark.parametrize(("shape", "column", "code", "kind"), TYPES)
def test_type_means(shape, column, code, kind):
    """2A: the list's 2 is 仅退款, the detail's 2 is 退货退款; 9 is 拦截退货 in the list alone."""
    changes = {"shipping_status": 1} if shape == "pinduoduo_refund_list" else {}
    row = parsed(shape, RECORDS[shape], **changes, **{column: code})
    assert row.kind == kind
    assert "unknown_type" not in codes(row)


@pytest.mark.parametrize(("shape", "column", "code"), [(*one[:2], code) for one in UNKNOWN_TYPES for code in one[2]])
def test_unknown_type_is_reported(shape, column, code):
    assert "unknown_type" in codes(parsed(shape, RECORDS[shape], **{column: code}))


def douyin(**info) -> dict:
    return {**DOUYIN_API, "aftersale_info": {**DOUYIN_API["aftersale_info"], **info}}


@pytest.mark.parametrize("code", [0, 2, 3, 7, 8])
@pytest.mark.parametrize("status", [6, 12])
def test_douyin_type_of_the_api(code, status):
    """2A: 0 退货退款, 2 未发货仅退款, 3 换货, 7 补寄, 8 维修; an exchange that succeeded is no refund."""
    row = parsed("douyin_aftersale_list", douyin(aftersale_type=code, aftersale_status=status))
    assert row.kind == ("not_shipped" if code == 2 else "return_dispute")
    assert row.state == ("pending" if status == 6 else "resolved" if code in (3, 7, 8) else "refunded")


# 2A, Douyin: in the response 1 仲裁中, 2 客服同意, 3 客服拒绝, 4 待商家举证, 5 协商期, 255 结束.
@pytest.mark.parametrize(
    ("code", "state", "party"),
    [
        (0, "pending", "merchant"),
        (1, "platform_review", "platform"),
        (2, "pending", "merchant"),
        (3, "pending", "merchant"),
        (4, "platform_review", "merchant"),
        (5, "platform_review", "platform"),
        (255, "pending", "merchant"),
    ],
)
def test_douyin_arbitration_of_the_response(code, state, party):
    row = parsed("douyin_aftersale_list", douyin(arbitrate_status=code))
    assert row.deadline is not None
    assert (row.state, row.deadline.party) == (state, party)
    assert ("platform.stepped_in" in facts(row)) == (state == "platform_review")


@pytest.mark.parametrize("code", [6, 7, 254])
def test_douyin_arbitration_that_only_a_request_knows_is_not_guessed(code):
    """2A: 6 结束 is a request's word; an open case stays where it is, a refund stays a refund."""
    row = parsed("douyin_aftersale_list", douyin(arbitrate_status=code))
    assert (row.state, row.status_known) == (None, False)
    assert codes(row) == ["unknown_code"]
    assert row.deadline is not None
    ended = parsed("douyin_aftersale_list", douyin(arbitrate_status=code, aftersale_status=12))
    assert (ended.state, codes(ended)[:1]) == ("refunded", ["unknown_code"])


def douyin_detail(status: int = 6, **arbitration) -> dict:
    info = {
        "after_sale_id": "146701382803677771", "after_sale_type": 1, "after_sale_status": status,
        "apply_time": 1731986326, "update_time": 1731986645, "status_deadline": 1732159126, "refund_total_amount": 1999,
    }  # fmt: skip
    process = {"after_sale_info": info, "arbitrate_info": {"arbitrate_create_time": 1731986400, **arbitration}}
    return {"process_info": process, "order_info": {"shop_order_id": 6936476692437472563}}


@pytest.mark.parametrize(("blame", "liable"), [(1, "merchant"), (2, "buyer"), (3, None), (4, "platform"), (5, None)])
def test_douyin_detail_dates_the_arbitration_and_names_who_is_liable(blame, liable):
    """2A: arbitrate_blame 1 商家, 2 买家, 3 双方, 4 平台, 5 达人."""
    ended = {"arbitrate_status": 255, "arbitrate_update_time": 1732000000, "arbitrate_blame": blame}
    found = facts(parsed("douyin_aftersale_list", douyin_detail(12, **ended)))
    assert found["platform.stepped_in"].at == datetime(2024, 11, 19, 11, 20, tzinfo=SHANGHAI)
    assert found["platform.decided"].at == datetime(2024, 11, 19, 15, 6, 40, tzinfo=SHANGHAI)
    assert found["platform.decided"].data.get("liable") == liable


@pytest.mark.parametrize(
    ("arbitration", "proven"),
    [
        ({"arbitrate_status": 1}, {"platform.stepped_in"}),
        ({"arbitrate_status": 4}, {"platform.stepped_in", "platform.ticket_opened"}),
        ({"arbitrate_status": 2, "arbitrate_update_time": 1731986600}, {"platform.stepped_in", "platform.decided"}),
        ({"arbitrate_status": 3, "arbitrate_update_time": 0}, {"platform.stepped_in"}),
        ({"arbitrate_status": 0, "arbitrate_create_time": 0}, set()),
    ],
)
def test_douyin_detail_proves_what_it_dates_and_no_more(arbitration, proven):
    found = facts(parsed("douyin_aftersale_list", douyin_detail(**arbitration)))
    assert set(found) - {"refund.requested", "platform.countdown"} == proven
    if "platform.ticket_opened" in proven:
        assert found["platform.ticket_opened"].data["at_source"].endswith("arbitrate_create_time")


@pytest.mark.parametrize(
    ("word", "state"),
    [("仲裁中", "platform_review"), ("协商期", "platform_review"), ("待商家举证", "platform_review"),
     ("客服同意", "pending"), ("客服拒绝", "pending"), ("仲裁结束", "pending"), ("", "pending"), ("重审中", None)],
)  # fmt: skip
def test_douyin_export_arbitration(word, state):
    row = parsed("douyin_aftersales_export", DOUYIN, 仲裁状态=word)
    assert (row.state, "unknown_code" in codes(row)) == (state, state is None)


@pytest.mark.parametrize(
    ("status", "negotiation", "state"),
    [(10, 1, "pending"), (11, 1, "pending"), (10, 2, "pending"), (10, 3, "rejected"), (11, 3, "rejected"),
     (10, 0, "pending"), (10, None, "pending"), (10, 9, None), (20, 3, "platform_review"), (20, 9, "platform_review"),
     (60, 9, "refunded")],
)  # fmt: skip
def test_kuaishou_negotiation_counts_while_the_request_waits(status, negotiation, state):
    """2A: negotiateStatus 1 待商家, 2 同意, 3 驳回待买家修改."""
    row = parsed("kuaishou_refund_list", KUAISHOU, status=status, negotiateStatus=negotiation)
    assert (row.state, "unknown_code" in codes(row)) == (state, negotiation == 9)


@pytest.mark.parametrize("way", [3, 4, 5])
def test_kuaishou_exchange_is_no_refund(way):
    assert parsed("kuaishou_refund_list", KUAISHOU, status=60, handlingWay=way).state == "resolved"
    assert parsed("kuaishou_refund_list", KUAISHOU, status=50, handlingWay=way).state == "reshipping"


# 2A, cs_status: 1 不需介入, 2 需要, 3 已介入, 4 初审完成, 5 复审失败, 6 处理完成, 7 撤销, 8 支持买家, 9 支持卖家,
# 10 举证中, 11 开放申诉; the export writes them in words.
_STEPPED_IN = ("platform_review", "platform")
CS_STATUS = {
    1: ("不需客服介入", "pending", "merchant"),
    2: ("需要客服介入", *_STEPPED_IN),
    3: ("客服已经介入", *_STEPPED_IN),
    4: ("客服初审完成", *_STEPPED_IN),
    5: ("客服主管复审失败", *_STEPPED_IN),
    6: ("客服处理完成", "pending", "merchant"),
    7: ("维权撤销", "pending", "merchant"),
    8: ("支持买家", "pending", "merchant"),
    9: ("支持卖家", "pending", "merchant"),
    10: ("举证中", "platform_review", "merchant"),
    11: ("开放申诉", *_STEPPED_IN),
}


@pytest.mark.parametrize("code", CS_STATUS)
def test_taobao_customer_service(code):
    word, state, party = CS_STATUS[code]
    row = parsed("taobao_refund", TAOBAO, cs_status=code)
    waiting = {**TMALL, "退款状态": "买家已经申请退款，等待卖家同意", "完结时间": "", "超时时间": "2024-03-03 20:41:03"}
    export = parsed("tmall_refunds_export", waiting, 客服介入状态=word)
    for one in (row, export):
        assert one.deadline is not None
        assert (one.state, one.deadline.party) == (state, party)
    assert ("platform.stepped_in" in facts(row)) == (state == "platform_review")
    ruling = {8: "refunding", 9: "rejected"}.get(code)
    assert (facts(row)["platform.decided"].data["ruling"] if ruling else None) == ruling
    assert not facts(export).keys() & {"platform.stepped_in", "platform.decided"}  # no column of it has a time


@pytest.mark.parametrize("code", ["12", "99"])
def test_taobao_customer_service_unknown(code):
    assert parsed("taobao_refund", TAOBAO, cs_status=code).state is None
    assert parsed("taobao_refund", TAOBAO, cs_status=code, status="CLOSED").state == "resolved"


def test_taobao_ruling_on_a_closed_refund_has_no_moment():
    assert "platform.decided" not in facts(parsed("taobao_refund", TAOBAO, cs_status=8, status="SUCCESS"))


@pytest.mark.parametrize("prefix", ["", "BUYER_"])
@pytest.mark.parametrize("phase", ["onsale", "aftersale"])
def test_taobao_goods_and_phase(prefix, phase):
    """2A: good_status BUYER_NOT_RECEIVED / RECEIVED / RETURNED_GOODS; refund_phase decides nothing by itself."""
    for goods in ("RECEIVED", "RETURNED_GOODS"):
        row = parsed("taobao_refund", TAOBAO, good_status=f"{prefix}{goods}", refund_phase=phase)
        assert (row.kind, codes(row)) == ("return_dispute", [])
    assert parsed("taobao_refund", TAOBAO, refund_phase=phase).kind == "not_shipped"
    assert "unknown_code" in codes(parsed("taobao_refund", TAOBAO, good_status="LOST"))


def test_taobao_freight_paid_back_is_money_paid_back():
    row = parsed("taobao_refund", TAOBAO, dispute_type="RETURN_GOODS_POSTAGE", status="SUCCESS")
    assert (row.kind, row.state) == ("return_dispute", "refunded")


@pytest.mark.parametrize("record", [("pinduoduo_refund_list", PDD_LIST), ("pinduoduo_refund_detail", PDD_DETAIL)])
@pytest.mark.parametrize(
    ("speed", "is_rapid"), [(3, True), ("3", True), (2, False), (1, False), (0, False), (4, False)]
)
@pytest.mark.parametrize("name", ["dispute_refund_status", "disputeRefundStatus"])
def test_pinduoduo_refund_says_whether_it_was_rapid_or_disputed(record, speed, is_rapid, name):
    """2A: speed_refund_status 1 eligible, 2 failed, 3 succeeded; disputeRefundStatus 1 纠纷退款."""
    shape, values = record
    ended = {"after_sales_status": 10, "updated_time": "2022-07-22 17:56:40", "speed_refund_status": speed}
    refund = facts(parsed(shape, values, **ended, **{name: 1}))["refund.succeeded"]
    assert refund.data == {"disputed": True, "at_source": "updated_time"} | ({"rapid": True} if is_rapid else {})
    assert "disputed" not in facts(parsed(shape, values, **ended, **{name: 0}))["refund.succeeded"].data
    assert ("unknown_code" in codes(parsed(shape, values, **ended))) == (speed == 4)


@pytest.mark.parametrize("ending", ["REJECT", "REJECTED"])
@pytest.mark.parametrize("start", ["RETURN_OR_REFUND", "REFUND_OR_RETURN", "REPLACMENT", "REPLACEMENT"])
def test_tiktok_rejection_in_any_spelling(start, ending):
    if (start, ending) != ("REFUND_OR_RETURN", "REJECTED"):  # nobody has seen this one
        assert parsed("tiktok_return", TIKTOK, return_status=f"{start}_REQUEST_{ending}").state == "rejected"
