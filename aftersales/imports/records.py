"""JSON and JSONL: finding the records, whatever a platform's answer wraps them in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from django.utils.translation import gettext_lazy as _

from aftersales.imports.columns import best_score
from aftersales.imports.errors import EmptyFile, UnreadableFile
from aftersales.imports.headers import header_keys, normalize_header
from aftersales.imports.rows import RawRow, RowError
from aftersales.imports.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftersales.imports.column_map import ColumnMap, FileFormat

WRAPPER_DEPTH = 4
HEADER_RECORDS = 50  # optional keys may be absent from the first record

Opened: TypeAlias = "tuple[FileFormat, tuple[str, ...], list[RawRow]]"


def open_records(text: str, maps: tuple[ColumnMap, ...], *, lines_first: bool) -> Opened:
    """Format, headers (dotted paths) and rows; raises UnreadableFile or EmptyFile.

    One object on one line is both formats: `lines_first` (the file's name ends in "l") decides.
    """
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    one_value = len(lines) == 1 and not lines_first
    if text.lstrip().startswith("{") and not one_value and _are_lines(lines):
        return _opened("jsonl", _line_rows(lines))
    try:
        document = _loads(text)
    except ValueError as error:
        if one_value or not _are_lines(lines, share=0.5):
            raise UnreadableFile(_("The JSON is damaged or cut off: no record can be read.")) from error
        return _opened("jsonl", _line_rows(lines))
    return _opened("json", _list_rows(_find_records(document, maps)))


def _are_lines(lines: list[tuple[int, str]], share: float = 0.9) -> bool:
    """Whether each line is a record of its own; a pretty-printed document starts most lines otherwise."""
    started = sum(line.lstrip().startswith("{") and len(line.strip()) > 1 for _number, line in lines)
    return started >= share * len(lines)


def _line_rows(lines: list[tuple[int, str]]) -> Iterator[RawRow]:
    for number, line in lines:
        try:
            value = _loads(line)
        except ValueError:
            message = _("The line is damaged or cut off: it is no JSON.")
            yield RawRow(number, {}, RowError(number, "", "bad_json", message, shown(line.strip())))
            continue
        yield _record(number, value)


def _list_rows(values: list[Any]) -> Iterator[RawRow]:
    for number, value in enumerate(values, start=1):
        yield _record(number, value)


def _record(number: int, value: Any) -> RawRow:
    if isinstance(value, dict):
        return RawRow(number, value)
    message = _("The entry is no record with named fields.")
    return RawRow(number, {}, RowError(number, "", "not_a_record", message, shown(value)))


def _opened(file_format: FileFormat, rows: Iterator[RawRow]) -> Opened:
    found = list(rows)
    readable = [row for row in found if row.error is None]
    if not found:
        raise EmptyFile(_("The file has no records."))
    if not readable:
        raise UnreadableFile(_("The JSON is damaged or cut off: no record can be read."))
    headers: dict[str, None] = {}
    for row in readable[:HEADER_RECORDS]:
        headers.update(dict.fromkeys(header_keys(row.values)))
    return file_format, tuple(headers), found


def _find_records(document: Any, maps: tuple[ColumnMap, ...]) -> list[Any]:
    """The list that looks most like cases: the document, a list inside it, or one record alone."""
    if isinstance(document, list):
        return document
    candidates = list(_candidates(document, 0))
    scored = [(best_score(_record_keys(values), maps), len(values), -index) for index, values in enumerate(candidates)]
    score, _length, index = max(scored)
    if score == (0, 0) and any(not values for values in candidates):
        raise EmptyFile(_("The file has no records."))
    return candidates[-index]


def _candidates(value: dict[str, Any], depth: int) -> Iterator[list[Any]]:
    yield [value]
    if depth >= WRAPPER_DEPTH:
        return
    for inner in value.values():
        if isinstance(inner, dict):
            yield from _candidates(inner, depth + 1)
        elif isinstance(inner, list) and (not inner or isinstance(inner[0], dict)):
            yield inner


def _record_keys(values: list[Any]) -> frozenset[str]:
    first = values[0] if values and isinstance(values[0], dict) else {}
    return frozenset(normalize_header(key) for key in header_keys(first))


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        message = "nested too deep"
        raise ValueError(message) from error


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON"
    raise ValueError(message)
