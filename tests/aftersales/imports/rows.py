"""One record through the map of its shape."""

from __future__ import annotations

from aftersales.imports.columns import load_column_maps
from aftersales.imports.normalize import normalize
from aftersales.imports.rows import ParsedRow, RawRow

MAPS = {column_map.code: column_map for column_map in load_column_maps()}


def parsed(code: str, record: dict, **changes) -> ParsedRow:
    row = result(code, record, **changes)
    assert isinstance(row, ParsedRow), row
    return row


def result(code: str, record: dict, **changes):
    return normalize(RawRow(7, {**record, **changes}), MAPS[code])


def facts(row: ParsedRow) -> dict:
    return {fact.type: fact for fact in row.facts}


def codes(row: ParsedRow) -> list[str]:
    return [warning.code for warning in row.warnings]
