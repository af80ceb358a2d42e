"""Golden counts on the three sample files: every row is a case or has a reason."""

from collections import Counter
from datetime import datetime

from aftersales.imports.parse import ParsedFile, parse_file
from tests.aftersales.imports.shapes import SAMPLES
from tests.instants import SHANGHAI


def parsed(name: str) -> ParsedFile:
    return parse_file(SAMPLES / name, name)


def states(file: ParsedFile) -> Counter[tuple[str, str | None]]:
    return Counter((row.kind, row.state) for row in file.rows)


def fact_types(file: ParsedFile) -> Counter[str]:
    return Counter(fact.type for row in file.rows for fact in row.facts)


def test_pinduoduo_sample_gives_399_cases_and_rejects_the_placeholder():
    file = parsed("pinduoduo_refund_list.jsonl")
    assert (file.column_map.code, file.file_format) == ("pinduoduo_refund_list", "jsonl")
    assert (file.total, len(file.rows), file.rejected_count, len(file.ignored)) == (400, 399, 1, 0)
    (error,) = file.rejected
    assert (error.row, error.field, error.code, error.value) == (1, "id", "placeholder_id", "1")
    assert not file.warnings
    assert states(file) == {
        ("return_dispute", "refunded"): 181,
        ("not_shipped", "refunded"): 180,
        ("return_dispute", "resolved"): 21,
        ("return_dispute", "withdrawn"): 9,
        ("in_transit", "refunded"): 7,
        ("in_transit", "withdrawn"): 1,
    }
    assert fact_types(file) == {
        "refund.requested": 399, "refund.succeeded": 368, "case.closed": 21, "buyer.withdrew": 10,
    }  # fmt: skip
    assert len({row.order_no for row in file.rows}) == 391


def test_pinduoduo_sample_keeps_money_times_and_parcel_of_a_row():
    row = parsed("pinduoduo_refund_list.jsonl").rows[0]
    assert (row.number, row.platform_case_no, row.order_no) == (2, "15669211132", "220721-778901734533415")
    assert (str(row.refund_amount), str(row.order_amount), row.quantity) == ("19.00", "19.99", 1)
    assert row.requested_at == datetime(2022, 7, 21, 17, 56, 25, tzinfo=SHANGHAI)
    requested, succeeded = row.facts
    assert (requested.type, requested.at) == ("refund.requested", row.requested_at)
    assert succeeded.at == datetime(2022, 7, 21, 17, 56, 40, tzinfo=SHANGHAI)
    assert succeeded.data == {"at_source": "updated_time"}


def test_pinduoduo_sample_tracking_number_alone_proves_no_shipping_moment():
    file = parsed("pinduoduo_refund_list.jsonl")
    assert sum(bool(row.return_tracking_no) for row in file.rows) == 192
    assert "return.shipped" not in fact_types(file)


def test_douyin_sample_gives_400_cases_and_one_open_deadline():
    file = parsed("douyin_aftersales_export.csv")
    assert file.column_map.code == "douyin_aftersales_export"
    assert (file.total, len(file.rows), file.rejected_count, len(file.ignored)) == (400, 400, 0, 0)
    assert not file.warnings
    assert states(file) == {
        ("return_dispute", "refunded"): 181,
        ("not_shipped", "refunded"): 180,
        ("return_dispute", "resolved"): 30,
        ("in_transit", "refunded"): 7,
        ("in_transit", "pending"): 1,
        ("in_transit", "resolved"): 1,
    }
    (open_row,) = [row for row in file.rows if row.state == "pending"]
    assert open_row.deadline is not None
    assert (open_row.number, open_row.deadline.party) == (2, "merchant")
    assert open_row.deadline.due_at == datetime(2024, 1, 16, 12, 9, 31, tzinfo=SHANGHAI)
    (countdown,) = [fact for fact in open_row.facts if fact.type == "platform.countdown"]
    assert countdown.data == {
        "due_at": "2024-01-16T12:09:31+08:00", "party": "merchant",
        "node": "待商家处理", "at_source": "自动处理截止时间",
    }  # fmt: skip
    assert (open_row.platform_case_no, str(open_row.order_amount)) == ("7437777471885391418", "32.79")


def test_douyin_sample_exchange_that_succeeded_is_no_refund():
    exchanges = [row for row in parsed("douyin_aftersales_export.csv").rows if row.raw["售后类型"] == "换货"]
    assert len(exchanges) == 12
    assert {row.state for row in exchanges} == {"resolved"}
    assert not any(fact.type == "refund.succeeded" for row in exchanges for fact in row.facts)


def test_tmall_sample_gives_80_cases():
    file = parsed("tmall_refunds_export.csv")
    assert file.column_map.code == "tmall_refunds_export"
    assert (file.total, len(file.rows), file.rejected_count, len(file.ignored)) == (80, 80, 0, 0)
    assert states(file) == {
        ("not_shipped", "refunded"): 46, ("return_dispute", "refunded"): 29, ("return_dispute", "resolved"): 5,
    }  # fmt: skip
    # 发货物流信息 is empty in the whole file, so "not shipped" is likely but not proved: said so for each.
    assert Counter(warning.code for warning in file.warnings) == {"shipping_unknown": 46}
    assert fact_types(file) == {"refund.requested": 80, "refund.succeeded": 75, "case.closed": 5}
    assert {row.order_amount for row in file.rows} == {None}


def test_samples_cover_every_row_number_once():
    for name in ("pinduoduo_refund_list.jsonl", "douyin_aftersales_export.csv", "tmall_refunds_export.csv"):
        file = parsed(name)
        numbers = [row.number for row in file.rows] + [error.row for error in file.rejected]
        first = 1 if name.endswith("jsonl") else 2
        assert sorted(numbers) == list(range(first, first + file.total))
