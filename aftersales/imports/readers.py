"""Files into raw rows; what the rows mean is the column map's business."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import python_calamine
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.imports import formats, records
from aftersales.imports.columns import best_score, load_column_maps
from aftersales.imports.errors import EmptyFile, TooManyRows, UnreadableFile
from aftersales.imports.headers import normalize_header
from aftersales.imports.rows import RawRow, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from aftersales.imports.column_map import ColumnMap, FileFormat

HEADER_SEARCH = 10
MAX_ROWS = 200_000
MAX_CELL = 1_000_000
DELIMITERS = ",;\t|"
NO_DATA = "暂无数据"
EXACT_WHOLE = 10**15


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its headers (dotted paths for records) and its rows, read as they are asked for."""

    file_format: FileFormat
    headers: tuple[str, ...]
    rows: Iterable[RawRow]


def read_rows(path: Path, filename: str) -> Iterator[RawRow]:
    """Every data row of the file; raises UnreadableFile, EmptyFile, FileTooLarge or TooManyRows."""
    yield from open_table(path, filename).rows


def open_table(
    path: Path, filename: str, *, maps: tuple[ColumnMap, ...] | None = None, max_bytes: int = formats.MAX_BYTES
) -> Table:
    """The file by its content; the name's ending decides nothing but what a one-line file is."""
    formats.check_size(path, max_bytes)
    known = maps if maps is not None else load_column_maps()
    if formats.is_spreadsheet(path):
        return _open_workbook(path, known)
    text = formats.read_text(path)
    if text.lstrip()[:1] in ("{", "["):
        file_format, headers, rows = records.open_records(text, known, lines_first=filename.lower().endswith("l"))
        return Table(file_format, headers, _limited(rows))
    return _open_csv(text, known)


def _open_csv(text: str, maps: tuple[ColumnMap, ...]) -> Table:
    head = text[:200_000].splitlines(keepends=True)[: HEADER_SEARCH * 3]
    best: tuple[tuple[int, int, int], str] = ((-1, 0, 0), ",")
    for delimiter in DELIMITERS:
        try:
            first = list(islice(csv.reader(head, delimiter=delimiter), HEADER_SEARCH))
        except csv.Error:
            continue
        score = max((best_score(_keys(row), maps) for row in first), default=(0, 0))
        best = max(best, ((*score, max(map(len, first), default=0)), delimiter), key=lambda one: one[0])
    if best[0][2] <= 1 and not best[0][1]:
        _refuse_no_data(text[:2000])
        raise UnreadableFile(_("This is no table: upload CSV, XLSX, JSON or JSONL."))
    return _table("csv", _csv_rows(text, best[1]), maps)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[Any]]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableFile(
            format_lazy(
                _("The table breaks off near line {line}: a quotation mark is not closed."), line=reader.line_num
            )
        ) from error


def _open_workbook(path: Path, maps: tuple[ColumnMap, ...]) -> Table:
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = [list(workbook.get_sheet_by_name(name).iter_rows()) for name in workbook.sheet_names]
    except python_calamine.PasswordError as error:
        raise UnreadableFile(_("The spreadsheet has a password: remove it and upload again.")) from error
    except (python_calamine.CalamineError, python_calamine.XmlError, OSError) as error:
        raise UnreadableFile(_("The spreadsheet is damaged or incomplete: export it again.")) from error
    filled = [sheet for sheet in sheets if any(cell not in ("", None) for row in sheet for cell in row)]
    if not filled:
        raise EmptyFile(_("The spreadsheet has no data."))
    cells = max(filled, key=lambda sheet: _best_header(sheet[:HEADER_SEARCH], maps)[0])
    return _table("xlsx", iter(cells), maps)


def _table(file_format: FileFormat, cells: Iterator[list[Any]], maps: tuple[ColumnMap, ...]) -> Table:
    """Find the header among the first rows: titles may stand above it."""
    first = list(islice(cells, HEADER_SEARCH))
    score, position = _best_header(first, maps)
    if score == (0, 0):
        _refuse_no_data(" ".join(str(cell) for row in first for cell in row))
    headers = tuple(str(cell).replace("\ufeff", "").strip() for cell in first[position])
    numbered = enumerate(first[position + 1 :], start=position + 2)
    later = enumerate(cells, start=len(first) + 1)
    return Table(file_format, headers, _limited(_data_rows(headers, numbered, later)))


def _best_header(first: list[list[Any]], maps: tuple[ColumnMap, ...]) -> tuple[tuple[int, int], int]:
    scored = [(best_score(_keys(row), maps), -position) for position, row in enumerate(first)]
    score, negative = max(scored, default=((0, 0), 0))
    if score == (0, 0):  # no map knows any of it: the first filled row will do for the message
        negative = -next((position for position, row in enumerate(first) if any(row)), 0)
    return score, -negative


def _data_rows(headers: tuple[str, ...], *parts: Iterator[tuple[int, list[Any]]]) -> Iterator[RawRow]:
    for part in parts:
        for number, cells in part:
            if all(_is_blank(cell) for cell in cells):
                continue
            values: dict[str, Any] = {}
            for header, cell in zip(headers, cells, strict=False):
                if header and header not in values:
                    values[header] = _plain(cell)
            error = None
            if any(not _is_blank(cell) for cell in cells[len(headers) :]):
                message = _("The row has more cells than the header: a separator stands inside a text without quotes.")
                error = RowError(number, "", "too_many_cells", message, str(cells[len(headers)]))
            yield RawRow(number, values, error)


def _limited(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise TooManyRows(
                format_lazy(_("The file has more than {limit} rows. Export a shorter period."), limit=MAX_ROWS)
            )
        yield row


def _keys(row: list[Any]) -> frozenset[str]:
    return frozenset(normalize_header(str(cell)) for cell in row if not _is_blank(cell))


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(cell: Any) -> Any:
    """The cell as JSON can hold it; a float that counts stays a float where its digits are in doubt."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_WHOLE:
        return int(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def _refuse_no_data(start: str) -> None:
    if NO_DATA in start:
        raise EmptyFile(_("The platform wrote “no data” into the file: nothing matched the export's filter."))
