"""A whole file at once: its shape, its cases, and a reason for every row that is none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.imports.columns import detect, load_column_maps, shape_name
from aftersales.imports.duplicates import merge_duplicates
from aftersales.imports.errors import EmptyFile, UnknownShape, WrongShop
from aftersales.imports.formats import MAX_BYTES
from aftersales.imports.normalize import normalize
from aftersales.imports.readers import NO_DATA, open_table
from aftersales.imports.rows import IgnoredRow, ParsedRow, RowError
from aftersales.imports.values import text

if TYPE_CHECKING:
    from pathlib import Path

    from aftersales.imports.column_map import ColumnMap, FileFormat
    from aftersales.imports.readers import Table
    from aftersales.imports.rows import RawRow

TOTALS = ("合计", "总计", "小计", "汇总", "total", "subtotal", "grand total")


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """Every data row of the file is in `rows`, in `ignored`, or has its number in `rejected`."""

    column_map: ColumnMap
    file_format: FileFormat
    total: int
    rows: tuple[ParsedRow, ...]
    rejected: tuple[RowError, ...]
    ignored: tuple[IgnoredRow, ...]
    merge_warnings: tuple[RowError, ...]

    @property
    def rejected_count(self) -> int:
        """Rejected rows; one row may have several errors."""
        return len({error.row for error in self.rejected})

    @property
    def warnings(self) -> tuple[RowError, ...]:
        """Everything that a person should look at, in the order of the file."""
        return tuple(sorted((*chain.from_iterable(row.warnings for row in self.rows), *self.merge_warnings),
                            key=lambda warning: warning.row))  # fmt: skip


def recognise(
    path: Path,
    filename: str,
    *,
    platform: str | None = None,
    maps: tuple[ColumnMap, ...] | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Table, ColumnMap]:
    """Open a file and tell its shape; its rows are not looked at yet. Raises as `parse_file` does."""
    known = maps if maps is not None else load_column_maps()
    table = open_table(path, filename, maps=known, max_bytes=max_bytes)
    try:
        return table, detect(table.headers, file_format=table.file_format, platform=platform, maps=known)
    except UnknownShape:
        other = _shape_elsewhere(table, known) if platform is not None else None
        if other is None:
            raise
        message = _("This file is of another platform: “{shape}”. Choose the shop that it belongs to.")
        raise WrongShop(format_lazy(message, shape=shape_name(other))) from None


def _shape_elsewhere(table: Table, known: tuple[ColumnMap, ...]) -> ColumnMap | None:
    try:
        return detect(table.headers, file_format=table.file_format, maps=known)
    except UnknownShape:
        return None


def parse_file(
    path: Path,
    filename: str,
    *,
    platform: str | None = None,
    maps: tuple[ColumnMap, ...] | None = None,
    max_bytes: int = MAX_BYTES,
) -> ParsedFile:
    """Read, recognise and normalise a file; `platform` narrows the shapes to those of one platform.

    Raises FileTooLarge, TooManyRows, UnreadableFile, EmptyFile, UnknownShape or WrongShop.
    """
    table, column_map = recognise(path, filename, platform=platform, maps=maps, max_bytes=max_bytes)
    parsed: list[ParsedRow] = []
    rejected: list[RowError] = []
    ignored: list[IgnoredRow] = []
    total = 0
    for row in table.rows:
        total += 1
        not_a_case = _not_a_case(row)
        if not_a_case is not None:
            ignored.append(not_a_case)
            continue
        result = normalize(row, column_map)
        if isinstance(result, ParsedRow):
            parsed.append(result)
        else:
            rejected.extend(result)
    if total == 0:
        raise EmptyFile(_("The file has a header and no rows."))
    if all(one.code == "no_data_row" for one in ignored) and not parsed and not rejected:
        raise EmptyFile(_("The platform wrote “no data” into the file: nothing matched the export's filter."))
    merged = merge_duplicates(parsed)
    ignored.extend(merged.ignored)
    return ParsedFile(
        column_map=column_map,
        file_format=table.file_format,
        total=total,
        rows=merged.rows,
        rejected=tuple(rejected),
        ignored=tuple(sorted(ignored, key=lambda one: one.row)),
        merge_warnings=merged.warnings,
    )


def _not_a_case(row: RawRow) -> IgnoredRow | None:
    """Total rows and the platform's "no data" row are recognised by their first filled cell."""
    cells = (text(value) for value in row.values.values())
    first = next((cell for cell in cells if cell), "").rstrip(":： ").casefold()
    if not first and row.error is None:
        return IgnoredRow(row.number, "blank_row", _("The row has no values."))
    if first == NO_DATA:
        return IgnoredRow(row.number, "no_data_row", _("The platform's “no data” row."))
    if first.startswith(TOTALS[:4]) or first in TOTALS:
        return IgnoredRow(row.number, "total_row", _("A total row, not a case."))
    return None
