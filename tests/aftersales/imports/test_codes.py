"""Section 2A, code by code: what each status of each platform's call means here. A missing or wrong code fails."""

from typing import Any

import pytest

from aftersales.imports.cells import Cells
from aftersales.imports.rows import RawRow
from tests.aftersales.imports.rows import MAPS, codes, facts, parsed
from tests.aftersales.imports.shapes import record_of

UPDATED = "2025-03-01 12:00:00"
# state, who has to act ("": nobody), the events that it proves; a leading "T:", "S:" or "R:" names the only kinds that
# it makes sense for: in transit, not shipped, return dispute.
PINDUODUO = {
    0: "resolved  case.closed",
    2: "pending merchant",
    3: "pending merchant",
    4: "refunding platform refund.agreed",
    5: "refunding platform platform.decided",
    6: "rejected buyer case.rejected",
    7: "R:awaiting_return buyer return.agreed",
    8: "platform_review platform platform.stepped_in",
    9: "resolved  case.closed",
    10: "refunded  refund.succeeded",
    11: "withdrawn  buyer.withdrew",
    12: "resolved  case.closed",
    13: "resolved  case.closed",
    14: "pending merchant",
    15: "R:offering buyer",
    16: "resolved  case.closed",
    17: "resolved  case.closed",
    18: "R:reshipping buyer",
    21: "pending merchant",
    22: "R:awaiting_return buyer",
    24: "resolved  case.closed",
    25: "resolved  case.closed",
    27: "R:reshipping buyer",
    31: "T:awaiting_refusal buyer refusal.agreed",
    32: "R:reshipping merchant reship.agreed",
    33: "T:intercepting merchant",
}
DOUYIN = {
    6: "pending merchant",
    7: "R:awaiting_return buyer return.agreed",
    8: "R:reshipping merchant reship.agreed",
    11: "R:return_in_transit merchant",
    12: "refunded  refund.succeeded",
    13: "R:reshipping buyer",
    14: "resolved  case.closed",
    27: "rejected buyer case.rejected",
    28: "resolved  case.closed",
    29: "rejected buyer case.rejected",
}
DOUYIN_EXPORT = {
    "待商家处理": "pending merchant",
    "待商家同意": "pending merchant",
    "待买家退货": "R:awaiting_return buyer return.agreed",
    "待商家发货": "R:reshipping merchant reship.agreed",
    "待商家二次同意": "R:return_in_transit merchant",
    "换货待收货": "R:reshipping buyer",
    "补寄待收货": "R:reshipping buyer",
    "维修待收货": "R:reshipping buyer",
    "售后成功": "refunded  refund.succeeded",
    "同意退款，退款成功": "refunded  refund.succeeded",
    "商家一次拒绝": "rejected buyer",
    "商家二次拒绝": "rejected buyer",
    "售后关闭": "resolved  case.closed",
    "售后失败": "resolved  case.closed",
}
KUAISHOU = {
    10: "pending merchant",
    11: "pending merchant",
    20: "platform_review platform platform.stepped_in",
    21: "platform_review platform platform.stepped_in",
    22: "platform_review platform platform.stepped_in",
    23: "platform_review platform platform.stepped_in",
    30: "R:awaiting_return buyer return.agreed",
    40: "R:return_in_transit merchant",
    45: "R:reshipping buyer",
    50: "refunding platform refund.agreed",
    60: "refunded  refund.succeeded",
    70: "resolved  case.closed",
}
TAOBAO = {
    "WAIT_SELLER_AGREE": "pending merchant",
    "WAIT_BUYER_RETURN_GOODS": "R:awaiting_return buyer return.agreed",
    "WAIT_SELLER_CONFIRM_GOODS": "R:return_in_transit merchant",
    "SELLER_REFUSE_BUYER": "rejected buyer case.rejected",
    "CLOSED": "resolved  case.closed",
    "SUCCESS": "refunded  refund.succeeded",
}
TMALL_EXPORT = {
    "买家已经申请退款，等待卖家同意": "pending merchant",
    "买家已经申请退款,等待卖家同意": "pending merchant",
    "卖家已经同意退款，等待买家退货": "R:awaiting_return buyer",
    "买家已经退货，等待卖家确认收货": "R:return_in_transit merchant",
    "卖家拒绝退款": "rejected buyer",
    "退款关闭": "resolved  case.closed",
    "退款成功": "refunded  refund.succeeded",
    "同意退款，退款成功": "refunded  refund.succeeded",
}
_REJECTED = "rejected buyer case.rejected"
TIKTOK = {
    "RETURN_OR_REFUND_REQUEST_PENDING": "pending merchant",
    "RETURN_OR_REFUND_REQUEST_SUCCESS": "refunding platform refund.agreed",
    "RETURN_OR_REFUND_REQUEST_CANCEL": "resolved  case.closed",
    "RETURN_OR_REFUND_REQUEST_COMPLETE": "refunded  refund.succeeded",
    "AWAITING_BUYER_SHIP": "R:awaiting_return buyer return.agreed",
    "BUYER_SHIPPED_ITEM": "R:return_in_transit merchant",
    "REJECT_RECEIVE_PACKAGE": _REJECTED,
    "REFUND_OR_RETURN_REQUEST_REJECT": _REJECTED,
    "RETURN_OR_REFUND_REQUEST_REJECT": _REJECTED,
    "RETURN_OR_REFUND_REQUEST_REJECTED": _REJECTED,
    "REPLACMENT_REQUEST_PENDING": "pending merchant",
    "REPLACMENT_REQUEST_REJECT": _REJECTED,
    "REPLACMENT_REQUEST_REFUND_SUCCESS": "refunded  refund.succeeded",
    "REPLACMENT_REQUEST_CANCEL": "resolved  case.closed",
    "REPLACMENT_REQUEST_SUCCESS": "R:reshipping merchant reship.agreed",
    "REPLACMENT_REQUEST_COMPLETE": "R:reshipping merchant reship.agreed",
    "REPLACEMENT_REQUEST_PENDING": "pending merchant",  # should they correct their spelling
}
STATUSES: dict[str, dict[Any, str]] = {
    "pinduoduo_refund_list": PINDUODUO,
    "pinduoduo_refund_detail": PINDUODUO,
    "douyin_aftersale_list": DOUYIN,
    "douyin_aftersales_export": DOUYIN_EXPORT,
    "kuaishou_refund_list": KUAISHOU,
    "taobao_refund": TAOBAO,
    "tmall_refunds_export": TMALL_EXPORT,
    "tiktok_return": TIKTOK,
}
KINDS = {"T:": "in_transit", "S:": "not_shipped", "R:": "return_dispute"}
# The changes of each shape's record that make it a case of a kind.
KIND_CODES: dict[str, dict[str, dict[str, Any]]] = {
    "pinduoduo_refund_list": {
        "in_transit": {"after_sales_type": 2, "shipping_status": 1},
        "not_shipped": {"after_sales_type": 2, "shipping_status": 0},
        "return_dispute": {"after_sales_type": 3},
    },
    "pinduoduo_refund_detail": {
        "in_transit": {"after_sales_type": 1, "shipping_status": 1},
        "not_shipped": {"after_sales_type": 1, "shipping_status": 0},
        "return_dispute": {"after_sales_type": 2},
    },
    "douyin_aftersale_list": {
        "in_transit": {"aftersale_type": 1},
        "not_shipped": {"aftersale_type": 2},
        "return_dispute": {"aftersale_type": 0},
    },
    "douyin_aftersales_export": {
        "in_transit": {"售后类型": "已发货仅退款"},
        "not_shipped": {"售后类型": "未发货仅退款"},
        "return_dispute": {"售后类型": "退货退款", "同意售后申请时间": UPDATED},
    },
    "kuaishou_refund_list": {"in_transit": {"handlingWay": 10}, "return_dispute": {"handlingWay": 1}},
    "taobao_refund": {
        "in_transit": {"order_status": "WAIT_BUYER_CONFIRM_GOODS"},
        "not_shipped": {"order_status": "WAIT_SELLER_SEND_GOODS"},
        "return_dispute": {"dispute_type": "REFUND_AND_RETURN"},
    },
    "tmall_refunds_export": {
        "in_transit": {"发货物流信息": "已揽收"},
        "not_shipped": {"发货物流信息": ""},
        "return_dispute": {"是否需要退货": "是"},
    },
    "tiktok_return": {
        "in_transit": {"return_type": "REFUND"},
        "return_dispute": {"return_type": "RETURN_AND_REFUND"},
    },
}
CASES = [
    (shape, code, kind, meaning)
    for shape, table in STATUSES.items()
    for code, meaning in table.items()
    for kind in KIND_CODES[shape]
]


def record(shape: str, kind: str, status) -> dict:
    return record_of(shape, status=status, updated=UPDATED, **KIND_CODES[shape][kind])


@pytest.mark.parametrize(("shape", "code", "kind", "meaning"), CASES)
def test_status_means(shape, code, kind, meaning):
    """2A: a status's state, who has to act, and what it proves at the moment of the row's last update."""
    only = KINDS.get(meaning[:2])
    state, party, *proven = meaning.removeprefix(meaning[:2] if only else "").split(" ")
    row = parsed(shape, record(shape, kind, code))
    assert row.kind == kind
    if only and kind != only:
        assert (row.state, row.status_known) == (None, False)
        assert "status_kind_mismatch" in codes(row)
        return
    assert (row.state, row.status_known) == (state, True)
    rule = rule_of(shape, record(shape, kind, code))
    assert (rule.party or "") == party
    assert set(facts(row)) - {"refund.requested", "platform.countdown"} == set(proven)


def rule_of(shape: str, values: dict):
    cells = Cells(RawRow(1, values), MAPS[shape])
    status = cells.comparable("status")
    return next(rule for rule in MAPS[shape].status if status in rule.values and cells.matches(rule.when))


@pytest.mark.parametrize("shape", STATUSES)
def test_no_status_is_mapped_that_the_catalogue_does_not_know(shape):
    """2A: what is not in the catalogue is unknown, never guessed."""
    known = {str(code).casefold().replace("，", ",") for code in STATUSES[shape]}
    known |= {code.replace("replacment", "replacement") for code in known}
    spelt = {f"{code}ed" for code in known if code.endswith("reject")}
    mapped = {value for rule in MAPS[shape].status for value in rule.values}
    assert mapped - known - spelt <= {"退款成功"}


@pytest.mark.parametrize("shape", STATUSES)
@pytest.mark.parametrize("status", ["99", "WAIT_FOR_GODOT", "待外星人处理", "7.5", "-1"])
def test_unknown_status_stays_unknown(shape, status):
    row = parsed(shape, record(shape, "return_dispute", status))
    assert (row.state, row.status_known, row.platform_status) == (None, False, status)
    assert "unknown_status" in codes(row)
    assert set(facts(row)) <= {"refund.requested", "platform.countdown"}
