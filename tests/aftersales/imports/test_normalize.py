"""One row through its map: kinds, states, facts, and what stays unknown."""

from datetime import datetime

import pytest

from aftersales.enums import EventType, Kind, State
from aftersales.imports.columns import load_column_maps
from tests.aftersales.imports.rows import codes, facts, parsed, result
from tests.aftersales.imports.shapes import (
    DOUYIN,
    PDD_LIST,
    TMALL,
)  # fmt: skip
from tests.instants import SHANGHAI


@pytest.mark.parametrize(
    ("type_code", "shipped", "kind", "warnings"),
    [
        (2, 0, "not_shipped", []),
        (2, 1, "in_transit", []),
        (2, None, "in_transit", ["shipping_unknown"]),
        (2, 7, "in_transit", ["shipping_unknown"]),
        (3, 1, "return_dispute", []),
        (4, 1, "return_dispute", []),
        (5, 1, "return_dispute", []),
        (6, 1, "return_dispute", []),
        (9, 1, "in_transit", []),
        (1, 1, "return_dispute", ["unknown_type"]),
    ],
)
def test_pinduoduo_kind_follows_type_and_shipping(type_code, shipped, kind, warnings):
    row = parsed("pinduoduo_refund_list", PDD_LIST, after_sales_type=type_code, shipping_status=shipped)
    assert (row.kind, codes(row)) == (kind, warnings)


@pytest.mark.parametrize(
    ("status", "type_code", "state", "fact"),
    [
        (2, 2, "pending", None),
        (4, 2, "refunding", "refund.agreed"),
        (5, 2, "refunding", "platform.decided"),
        (6, 2, "rejected", "case.rejected"),
        (7, 3, "awaiting_return", "return.agreed"),
        (8, 3, "platform_review", "platform.stepped_in"),
        (9, 3, "resolved", "case.closed"),
        (10, 2, "refunded", "refund.succeeded"),
        (11, 2, "withdrawn", "buyer.withdrew"),
        (12, 3, "resolved", "case.closed"),
        (16, 4, "resolved", "case.closed"),
        (32, 5, "reshipping", "reship.agreed"),
    ],
)
def test_pinduoduo_status_gives_state_and_fact_at_the_last_update(status, type_code, state, fact):
    row = parsed(
        "pinduoduo_refund_list", PDD_LIST, after_sales_status=status, after_sales_type=type_code, shipping_status=1
    )
    assert (row.state, row.status_known, row.platform_status) == (state, True, str(status))
    assert set(facts(row)) == {"refund.requested", fact} - {None}
    if fact:
        assert facts(row)[fact].at == datetime(2022, 7, 21, 17, 56, 40, tzinfo=SHANGHAI)
        assert facts(row)[fact].data["at_source"] == "updated_time"


def test_closing_reason_is_kept_where_the_status_says_it():
    row = parsed("pinduoduo_refund_list", PDD_LIST, after_sales_status=12, after_sales_type=3)
    assert facts(row)["case.closed"].data["reason"] == "buyer_overdue"
    row = parsed("tmall_refunds_export", TMALL, 退款状态="退款关闭")
    assert "reason" not in facts(row)["case.closed"].data


def test_status_31_makes_sense_only_for_a_parcel_on_its_way():
    assert (
        parsed("pinduoduo_refund_list", PDD_LIST, after_sales_status=31, shipping_status=1).state == "awaiting_refusal"
    )
    row = parsed("pinduoduo_refund_list", PDD_LIST, after_sales_status=31, after_sales_type=3)
    assert (row.state, row.status_known, codes(row)) == (None, False, ["status_kind_mismatch"])
    assert list(facts(row)) == ["refund.requested"]


def test_unknown_status_is_kept_and_not_guessed():
    row = parsed("pinduoduo_refund_list", PDD_LIST, after_sales_status=99)
    assert (row.state, row.status_known, row.platform_status, codes(row)) == (None, False, "99", ["unknown_status"])
    assert list(facts(row)) == ["refund.requested"]


def test_unknown_type_keeps_only_a_state_that_every_kind_shares():
    closed = parsed(
        "douyin_aftersales_export", DOUYIN, 售后类型="以旧换新", 售后状态="售后关闭", 售后完结时间="2024-01-20 10:00:00"
    )
    assert (closed.kind, closed.state, codes(closed)) == ("return_dispute", "resolved", ["unknown_type"])
    waiting = parsed("douyin_aftersales_export", DOUYIN, 售后类型="以旧换新", 售后状态="待买家退货")
    assert (waiting.state, waiting.status_known) == (None, False)


def test_closing_before_the_request_is_dated_at_the_request_with_a_warning():
    row = parsed("pinduoduo_refund_list", PDD_LIST, updated_time="2022-07-21 17:00:00")
    fact = facts(row)["refund.succeeded"]
    assert fact.at == row.requested_at
    assert fact.data["at_source"] == "request (closing time earlier)"
    assert [(warning.code, warning.field, warning.row) for warning in row.warnings] == [
        ("before_request", "updated_time", 7)
    ]
    assert (row.state, row.closed_at) == ("refunded", None)


def test_closing_at_the_very_moment_of_the_request_is_fine():
    row = parsed("tmall_refunds_export", TMALL, 完结时间="2024-03-01 20:41:03", 发货物流信息="顺丰")
    assert [fact.type for fact in row.facts] == ["refund.requested", "refund.succeeded"]
    assert not row.warnings


def test_state_without_a_moment_is_kept_without_an_event():
    row = parsed("pinduoduo_refund_list", PDD_LIST, updated_time="")
    assert (row.state, codes(row), list(facts(row))) == ("refunded", ["moment_missing"], ["refund.requested"])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id", "1", "placeholder_id"),
        ("id", "", "missing_value"),
        ("id", 1.5669211132e18, "id_digits_lost"),
        ("order_sn", None, "missing_value"),
        ("created_time", "soon", "bad_time"),
        ("created_time", 0, "missing_value"),
        ("after_sales_status", "", "missing_value"),
    ],
)
def test_row_without_a_needed_field_is_rejected_with_row_field_and_reason(field, value, code):
    (error,) = result("pinduoduo_refund_list", PDD_LIST, **{field: value})
    assert (error.row, error.field, error.code) == (7, field, code)
    assert str(error.message)


def test_every_problem_of_a_row_is_reported_at_once():
    errors = result("pinduoduo_refund_list", PDD_LIST, id="1", order_sn="", created_time="x")
    assert [error.field for error in errors] == ["id", "order_sn", "created_time"]


def test_optional_field_that_cannot_be_read_is_left_out_with_a_warning():
    row = parsed("pinduoduo_refund_list", PDD_LIST, refund_amount="十九", quantity="?")
    assert (row.refund_amount, row.quantity) == (None, None)
    assert sorted(codes(row)) == ["bad_money", "bad_number"]


def test_refund_above_the_order_amount_is_noted():
    row = parsed("pinduoduo_refund_list", PDD_LIST, refund_amount="20")
    assert codes(row) == ["refund_above_order"]


def test_rapid_refund_marks_the_success():
    row = parsed("pinduoduo_refund_list", PDD_LIST, speed_refund_status="3")
    assert row.is_rapid
    assert facts(row)["refund.succeeded"].data["rapid"] is True
    assert not parsed("pinduoduo_refund_list", PDD_LIST, speed_refund_status="1").is_rapid


def test_all_facts_and_states_are_words_of_the_field():
    for column_map in load_column_maps():
        for rule in column_map.status:
            assert {rule.state_for(kind) for kind in Kind} - {None} <= set(State.values)
            assert {fact.type for fact in rule.facts} <= set(EventType)
