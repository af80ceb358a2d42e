"""Files as they come: encodings, delimiters, spreadsheets, wrapped JSON, dirt, and files that are none."""

import json
import time
import zipfile
from datetime import datetime

import pytest

from aftersales.imports import readers
from aftersales.imports.errors import EmptyFile, FileTooLarge, TooManyRows, UnknownShape, UnreadableFile
from aftersales.imports.parse import parse_file
from tests.aftersales.imports.shapes import (
    DOUYIN,
    DOUYIN_API,
    KUAISHOU,
    PDD_DETAIL,
    PDD_LIST,
    RECORDS,
    SAMPLES,
    TIKTOK,
    TMALL,
    csv_text,
    write_bytes,
    write_csv,
    write_json,
    write_jsonl,
    write_xlsx,
)  # fmt: skip
from tests.instants import SHANGHAI

EMPTY_ROW = [""] * len(DOUYIN)


def other(record, **changes):
    return {**record, **changes}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_each_encoding_and_delimiter(tmp_path, encoding, delimiter):
    file = parse_file(write_csv(tmp_path, DOUYIN, encoding=encoding, delimiter=delimiter), "售后.csv")
    (row,) = file.rows
    assert (row.platform_case_no, row.product, str(row.order_amount)) == ("7562128926407739087", "牛仔短裤", "1219.99")
    assert (row.number, row.kind, row.state, row.issue) == (2, "return_dispute", "pending", "quality")


@pytest.mark.parametrize("code", sorted(RECORDS))
def test_every_shape_reads_from_its_own_format(tmp_path, code):
    record = RECORDS[code]
    path = write_csv(tmp_path, record) if code.endswith("_export") else write_json(tmp_path, [record])
    file = parse_file(path, path.name)
    assert file.column_map.code == code
    (row,) = file.rows
    assert row.status_known
    assert row.facts[0].type == "refund.requested"


def test_type_is_told_by_content_not_by_name(tmp_path):
    assert parse_file(write_csv(tmp_path, DOUYIN), "export.xlsx").file_format == "csv"
    assert parse_file(write_json(tmp_path, [PDD_LIST]), "export.csv").file_format == "json"
    assert parse_file(write_xlsx(tmp_path, [list(DOUYIN), list(DOUYIN.values())]), "x.csv").file_format == "xlsx"


def test_titles_above_the_header_and_total_rows_below(tmp_path):
    body = csv_text(DOUYIN, other(DOUYIN, 售后单号="7562128926407739088"))
    content = f"抖店售后单\r\n导出时间,2024-01-20\r\n\r\n{body}合计：,2,,,\r\n"
    file = parse_file(write_bytes(tmp_path, "a.csv", content.encode()), "a.csv")
    assert [row.number for row in file.rows] == [5, 6]
    assert [(one.row, one.code) for one in file.ignored] == [(7, "total_row")]
    assert file.total == 3


def test_headers_with_other_brackets_and_spaces(tmp_path):
    record = {key.replace("（", " (").replace("）", ") "): value for key, value in DOUYIN.items()}
    (row,) = parse_file(write_csv(tmp_path, record), "a.csv").rows
    assert str(row.order_amount) == "1219.99"


def test_unquoted_comma_rejects_the_row_and_not_its_neighbours(tmp_path):
    head, line = csv_text(TMALL).splitlines()
    shifted = line.replace("退款成功", "买家已经申请退款,等待卖家同意") + ",x"
    file = parse_file(write_bytes(tmp_path, "a.csv", f"{head}\n{shifted}\n{line}\n".encode("gb18030")), "a.csv")
    assert [(error.row, error.code) for error in file.rejected] == [(2, "too_many_cells")]
    assert [row.number for row in file.rows] == [3]


def test_quoted_sentence_with_comma_and_line_break_keeps_row_numbers(tmp_path):
    first = other(TMALL, 退款状态="买家已经申请退款,等待卖家同意", 货物状态="买家已收到货")
    second = other(TMALL, 退款编号="146831159075593713", 发货物流信息="已揽收\n运输中")
    third = other(TMALL, 退款编号="bad id")
    file = parse_file(write_csv(tmp_path, first, second, third), "a.csv")
    assert [(row.number, row.state, row.kind) for row in file.rows] == [
        (2, "pending", "return_dispute"), (3, "refunded", "in_transit"),
    ]  # fmt: skip
    assert [(error.row, error.field, error.code) for error in file.rejected] == [(4, "退款编号", "bad_id")]


def test_quotation_mark_that_never_closes_is_reported_with_its_line(tmp_path):
    content = csv_text(DOUYIN) + '"' + "x" * 1_100_000
    with pytest.raises(UnreadableFile):
        parse_file(write_bytes(tmp_path, "a.csv", content.encode()), "a.csv")


def test_xlsx_with_titles_dates_and_numbers_on_the_second_sheet(tmp_path):
    requested = datetime(2024, 1, 14, 12, 9, 31)  # noqa: DTZ001 - a date cell has no zone
    record = {**DOUYIN, "售后申请时间": requested, "应付金额（元）": 32.79, "退商品金额（元）": 32}
    rows = [["抖店售后单"], list(record), list(record.values()), EMPTY_ROW, ["合计", 1]]
    file = parse_file(write_xlsx(tmp_path, [["说明"], ["请勿修改"]], rows), "a.xlsx")
    (row,) = file.rows
    assert row.number == 3
    assert row.requested_at == datetime(2024, 1, 14, 12, 9, 31, tzinfo=SHANGHAI)
    assert (str(row.order_amount), str(row.refund_amount)) == ("32.79", "32.00")
    assert [(one.row, one.code) for one in file.ignored] == [(5, "total_row")]
    json.dumps(row.raw)


def test_xlsx_id_that_lost_digits_rejects_the_row(tmp_path):
    record = other(DOUYIN, 售后单号=7562128926407739087)
    file = parse_file(write_xlsx(tmp_path, [list(record), list(record.values()), list(DOUYIN.values())]), "a.xlsx")
    assert [(error.row, error.field, error.code) for error in file.rejected] == [(2, "售后单号", "id_digits_lost")]
    assert [row.platform_case_no for row in file.rows] == ["7562128926407739087"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: [one],
        lambda one: {"refund_list": [one]},
        lambda one: {"data": {"items": [one], "total": 1}},
        lambda one: {"refund_increment_get_response": {"total_count": 1, "refund_list": [one]}},
        lambda one: {"data": one, "code": 0},
        lambda one: one,
        lambda one: {"errors": [], "hints": [{"a": 1}, {"a": 2}], "list": [one]},
    ],
)
@pytest.mark.parametrize("record", [PDD_LIST, PDD_DETAIL, DOUYIN_API, TIKTOK, KUAISHOU])
def test_json_records_are_found_in_any_wrapper(tmp_path, wrap, record):
    file = parse_file(write_json(tmp_path, wrap(record)), "answer.json")
    assert len(file.rows) == 1
    assert (file.rows[0].number, file.file_format) == (1, "json")


def test_jsonl_cut_off_in_the_last_line_rejects_that_line_only(tmp_path):
    line = json.dumps(PDD_LIST, ensure_ascii=False)
    second = json.dumps(other(PDD_LIST, id="15669211133"))
    file = parse_file(write_jsonl(tmp_path, line, "", second, line[:90]), "a.jsonl")
    assert [row.number for row in file.rows] == [1, 3]
    assert [(error.row, error.code) for error in file.rejected] == [(4, "bad_json")]


def test_jsonl_without_one_readable_line_is_unreadable(tmp_path):
    for lines in (['{"id": "15669'], ['{"id": 1,', '{"id": 2,'], ['[{"id": 1}, {']):
        for name in ("a.jsonl", "a.json"):
            with pytest.raises(UnreadableFile):
                parse_file(write_jsonl(tmp_path, *lines), name)


def test_json_entry_that_is_no_record_is_rejected_with_its_position(tmp_path):
    file = parse_file(write_json(tmp_path, [PDD_LIST, "text", None]), "a.json")
    assert [(error.row, error.code) for error in file.rejected] == [(2, "not_a_record"), (3, "not_a_record")]


def test_json_with_nan_or_deep_nesting_is_unreadable(tmp_path):
    for content in ('[{"id": NaN}]', "[" * 100_000, "{" * 3):
        with pytest.raises(UnreadableFile):
            parse_file(write_bytes(tmp_path, "a.json", content.encode()), "a.json")


@pytest.mark.parametrize(
    "content",
    [
        b"", b" \r\n ", b"\xef\xbb\xbf", b"[]", b'{"refund_list": [], "total_count": 0}', "暂无数据".encode(),
        "暂无数据".encode("gb18030"), csv_text(DOUYIN).splitlines()[0].encode(),
        (csv_text(DOUYIN).splitlines()[0] + "\n暂无数据\n").encode(),
    ],
)  # fmt: skip
def test_file_without_data_says_that_it_is_empty(tmp_path, content):
    name = "a.json" if content[:1] in (b"[", b"{") else "a.csv"
    with pytest.raises(EmptyFile) as caught:
        parse_file(write_bytes(tmp_path, name, content), name)
    assert caught.value.status == 422


def test_xlsx_with_a_no_data_sheet_says_that_it_is_empty(tmp_path):
    cases: list[list[list[str]]] = [[["暂无数据"]], [list(DOUYIN), ["暂无数据"]], [list(DOUYIN)], [[]]]
    for rows in cases:
        with pytest.raises(EmptyFile):
            parse_file(write_xlsx(tmp_path, rows), "a.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04broken", b"\x00\x01\x02" * 400, bytes(range(256)) * 20,
        b"<html><table><tr><td>1</td></tr></table></html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,
        "你好，世界".encode(), b"\xff\xfe\x00\xd8",
    ],
)  # fmt: skip
def test_file_that_is_no_table_is_unreadable(tmp_path, content):
    with pytest.raises(UnreadableFile) as caught:
        parse_file(write_bytes(tmp_path, "a.xlsx", content), "a.xlsx")
    assert caught.value.status == 415
    assert str(caught.value)


def test_archive_that_is_no_spreadsheet_is_unreadable(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export.csv", "a,b")
    with pytest.raises(UnreadableFile):
        parse_file(path, "a.xlsx")


def test_spreadsheet_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("aftersales.imports.formats.MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(FileTooLarge):
        parse_file(write_xlsx(tmp_path, [list(DOUYIN), list(DOUYIN.values())]), "a.xlsx")


def test_fifty_megabytes_are_refused_without_reading_them(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    started = time.monotonic()
    with pytest.raises(FileTooLarge) as caught:
        parse_file(path, "a.csv")
    assert time.monotonic() - started < 0.2
    assert caught.value.status == 413
    assert "50" in str(caught.value)
    assert "20" in str(caught.value)


def test_size_limit_is_inclusive(tmp_path):
    path = write_csv(tmp_path, DOUYIN)
    size = path.stat().st_size
    assert parse_file(path, "a.csv", max_bytes=size).rows
    with pytest.raises(FileTooLarge):
        parse_file(path, "a.csv", max_bytes=size - 1)


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_ROWS", 2)
    assert len(list(readers.read_rows(write_csv(tmp_path, DOUYIN, DOUYIN), "a.csv"))) == 2
    with pytest.raises(TooManyRows):
        list(readers.read_rows(write_csv(tmp_path, DOUYIN, DOUYIN, DOUYIN), "a.csv"))


def test_table_of_another_kind_is_an_unknown_shape(tmp_path):
    with pytest.raises(UnknownShape):
        parse_file(write_bytes(tmp_path, "a.csv", "订单成交时间,商品,订单号\n2024-01-01,a,1\n".encode()), "a.csv")
    with pytest.raises(UnknownShape):
        parse_file(write_json(tmp_path, {"rows": [{"name": "x"}]}), "a.json")


def test_rows_around_the_header_search_are_all_read(tmp_path):
    records = [other(DOUYIN, 售后单号=f"75621289264077{number:05d}") for number in range(25)]
    for path in (
        write_csv(tmp_path, *records),
        write_xlsx(tmp_path, [list(DOUYIN), *(list(record.values()) for record in records)]),
    ):
        file = parse_file(path, path.name)
        assert [row.number for row in file.rows] == list(range(2, 27))


def test_read_rows_gives_raw_values_with_their_headers():
    row = next(readers.read_rows(SAMPLES / "tmall_refunds_export.csv", "tmall.csv"))
    assert (row.number, row.values["退款编号"], len(row.values)) == (2, "246831159075593713", 39)
