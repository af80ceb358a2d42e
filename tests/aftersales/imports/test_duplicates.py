"""One case on several rows of one file."""

from dataclasses import replace
from datetime import timedelta

from aftersales.imports.duplicates import merge_duplicates
from aftersales.imports.rows import ParsedRow
from tests.aftersales.imports.rows import parsed
from tests.aftersales.imports.shapes import (
    PDD_LIST,
)  # fmt: skip


def at(row: ParsedRow, number: int, **changes) -> ParsedRow:
    return replace(row, number=number, raw={**row.raw, **changes.pop("raw", {})}, **changes)


def test_merge_counts_identical_rows_once():
    row = parsed("pinduoduo_refund_list", PDD_LIST)
    merged = merge_duplicates([at(row, 1), at(row, 2), at(row, 3)])
    assert [one.number for one in merged.rows] == [1]
    assert [(one.row, one.code) for one in merged.ignored] == [(2, "duplicate"), (3, "duplicate")]
    assert not merged.warnings


def test_merge_keeps_the_later_update_else_the_later_row():
    row = parsed("pinduoduo_refund_list", PDD_LIST)
    assert row.updated_at is not None
    newer = at(row, 1, raw={"x": 1}, updated_at=row.updated_at + timedelta(seconds=1))
    merged = merge_duplicates([newer, at(row, 2)])
    assert [one.number for one in merged.rows] == [1]
    assert [(one.row, one.code) for one in merged.ignored] == [(2, "superseded")]
    assert [(one.row, one.code) for one in merged.warnings] == [(1, "conflicting_rows")]
    assert [one.number for one in merge_duplicates([at(row, 1, raw={"x": 1}), at(row, 2)]).rows] == [2]
    undated = [at(row, 1, raw={"x": 1}, updated_at=None), at(row, 2, updated_at=None)]
    assert [one.number for one in merge_duplicates(undated).rows] == [2]


def test_merge_leaves_cases_of_one_order_apart():
    row = parsed("pinduoduo_refund_list", PDD_LIST)
    merged = merge_duplicates([row, at(row, 2, platform_case_no="15669211133")])
    assert len(merged.rows) == 2
