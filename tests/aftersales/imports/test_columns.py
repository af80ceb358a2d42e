"""The column maps: each shape is recognised, and no status or type code of the catalogue is forgotten."""

from typing import Any

import pytest
from django.conf import settings
from pydantic import ValidationError

from aftersales.enums import EventType, Kind, Party
from aftersales.imports.column_map import ColumnMap
from aftersales.imports.columns import detect, load_column_maps, read_column_map
from aftersales.imports.errors import UnknownShape
from aftersales.imports.headers import header_keys
from aftersales.imports.values import comparable
from tests.aftersales.imports.shapes import PDD_DETAIL, PDD_LIST, RECORDS

PDD_STATUSES = [0, *range(2, 19), 21, 22, 24, 25, 27, 31, 32, 33]
TAOBAO_STATUSES = [
    "WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS", "SELLER_REFUSE_BUYER", "CLOSED",
    "SUCCESS",
]  # fmt: skip
TIKTOK_STATUSES = [
    *(f"RETURN_OR_REFUND_REQUEST_{end}" for end in ("PENDING", "SUCCESS", "CANCEL", "COMPLETE", "REJECT", "REJECTED")),
    "AWAITING_BUYER_SHIP", "BUYER_SHIPPED_ITEM", "REJECT_RECEIVE_PACKAGE", "REFUND_OR_RETURN_REQUEST_REJECT",
    *(f"REPLAC{middle}MENT_REQUEST_{end}" for middle in ("E", "")
      for end in ("PENDING", "REJECT", "CANCEL", "COMPLETE")),
]  # fmt: skip
STATUSES: dict[str, list[Any]] = {
    "pinduoduo_refund_list": PDD_STATUSES,
    "pinduoduo_refund_detail": PDD_STATUSES,
    "douyin_aftersale_list": [6, 7, 8, 11, 12, 13, 14, 27, 28, 29],
    "douyin_aftersales_export": [
        "待商家处理",
        "待商家同意",
        "待买家退货",
        "待商家发货",
        "待商家二次同意",
        "售后成功",
        "售后关闭",
    ],
    "kuaishou_refund_list": [10, 11, 20, 21, 22, 23, 30, 40, 45, 50, 60, 70],
    "taobao_refund": TAOBAO_STATUSES,
    "tmall_refunds_export": [
        "退款成功",
        "退款关闭",
        "同意退款，退款成功",
        "买家已经申请退款,等待卖家同意",
        "卖家拒绝退款",
    ],
    "tiktok_return": TIKTOK_STATUSES,
    "tiktok_returns_export": TIKTOK_STATUSES,
}
TYPES: dict[str, list[Any]] = {
    "pinduoduo_refund_list": [2, 3, 4, 5, 6, 9],
    "pinduoduo_refund_detail": [1, 2, 3, 4, 5],
    "douyin_aftersale_list": [0, 1, 2, 3, 6, 7, 8],
    "douyin_aftersales_export": ["退货退款", "已发货仅退款", "未发货仅退款", "换货", "补寄", "维修", "价保"],
    "kuaishou_refund_list": [1, 10, 3, 4, 5],
    "taobao_refund": [
        "REFUND", "REFUND_AND_RETURN", "TMALL_EXCHANGE", "TAOBAO_EXCHANGE", "REPAIR", "RESHIPPING", "OTHERS",
        "RETURN_GOODS_POSTAGE",
    ],
}  # fmt: skip
MAPS = {column_map.code: column_map for column_map in load_column_maps(settings.COLUMNS_DIR)}


def document(code: str) -> dict:
    return MAPS[code].model_dump(mode="json")


def test_every_map_has_a_record_and_a_status_table_here():
    assert set(MAPS) == set(RECORDS) == set(STATUSES)


@pytest.mark.parametrize("code", sorted(MAPS))
def test_map_is_named_as_its_file_and_recognises_its_own_record(code):
    assert read_column_map(settings.COLUMNS_DIR / f"{code}.toml").code == code
    assert detect(header_keys(RECORDS[code])).code == code
    assert [one.code for one in MAPS.values() if one.fits(header_keys(RECORDS[code]))] == [code]


@pytest.mark.parametrize(("code", "status"), [(code, status) for code, many in STATUSES.items() for status in many])
def test_status_of_the_catalogue_has_a_rule_without_conditions(code, status):
    rules = [rule for rule in MAPS[code].status if comparable(status) in rule.values]
    assert any(not rule.when for rule in rules)
    assert any(rule.state_for(kind) for rule in rules for kind in Kind)


@pytest.mark.parametrize(("code", "kind_code"), [(code, kind) for code, many in TYPES.items() for kind in many])
def test_type_of_the_catalogue_has_a_kind(code, kind_code):
    assert any(comparable(kind_code) in rule.when.get("type", ()) for rule in MAPS[code].kind)


@pytest.mark.parametrize("code", sorted(MAPS))
def test_closed_statuses_prove_an_ending_and_open_ones_name_who_acts(code):
    endings = {EventType.REFUND_SUCCEEDED, EventType.CASE_CLOSED, EventType.BUYER_WITHDREW}
    for rule in MAPS[code].status:
        proves_ending = any(fact.type in endings for fact in rule.facts)
        is_closed = rule.party is None
        if code != "tiktok_returns_export":  # that export dates nothing but the refund
            assert proves_ending == is_closed, rule.values
        assert is_closed or rule.party in set(Party)
        states = {rule.state_for(kind) for kind in Kind} - {None}
        assert is_closed == bool(states & {"refunded", "resolved", "withdrawn"})


@pytest.mark.parametrize("code", sorted(MAPS))
def test_rules_are_reachable_because_conditions_come_first(code):
    seen: set[str] = set()
    for rule in MAPS[code].status:
        assert not rule.values & seen
        if not rule.when:
            seen |= rule.values


def test_pinduoduo_type_codes_differ_by_call():
    listed, detailed = MAPS["pinduoduo_refund_list"], MAPS["pinduoduo_refund_detail"]

    def kinds(column_map, code):
        return {rule.kind for rule in column_map.kind if code in rule.when["type"]}

    assert kinds(listed, "2") == {"not_shipped", "in_transit"}
    assert kinds(detailed, "2") == {"return_dispute"}
    assert kinds(detailed, "1") == {"not_shipped", "in_transit"}
    assert kinds(listed, "1") == set()


def test_pinduoduo_record_of_both_calls_is_refused_rather_than_guessed():
    with pytest.raises(UnknownShape) as caught:
        detect(header_keys({**PDD_LIST, **PDD_DETAIL}))
    assert "created_time" in str(caught.value)


def test_unknown_headers_name_the_nearest_shape_and_what_it_misses():
    headers = ["售后单号", "订单号", "售后类型", "售后状态", "备注"]
    with pytest.raises(UnknownShape) as caught:
        detect(headers)
    error = caught.value
    assert error.status == 422
    assert set(error.fields) == {"售后申请时间", "自动处理截止时间"}
    assert "抖店售后单导出" in str(error)
    assert "天猫退款导出" in str(error)


def test_detect_for_one_platform_refuses_anothers_file():
    with pytest.raises(UnknownShape):
        detect(header_keys(RECORDS["tmall_refunds_export"]), platform="douyin")


@pytest.mark.parametrize(
    "change",
    [
        {"typo": 1},
        {"time_zone": "Asia/Nowhere"},
        {"required": ["id"]},
        {"field": {"status": {"columns": ["status"]}}},
        {"status": [{"values": ["1"], "state": "nowhere"}]},
        {"kind": [{"when": {"goods": ["1"]}, "kind": "in_transit"}]},
        {"status": [{"values": ["1"], "state": "refunded", "facts": [{"type": "refund.imagined"}]}]},
    ],
)
def test_wrong_map_is_refused(change):
    good = document("kuaishou_refund_list")
    ColumnMap.model_validate(good)
    with pytest.raises(ValidationError):
        ColumnMap.model_validate({**good, **change})
