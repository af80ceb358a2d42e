"""One case on several rows of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.imports.rows import IgnoredRow, ParsedRow, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Merged:
    """One row for each case number, what was left out, and where rows of one case disagreed."""

    rows: tuple[ParsedRow, ...]
    ignored: tuple[IgnoredRow, ...]
    warnings: tuple[RowError, ...]


def merge_duplicates(rows: Iterable[ParsedRow]) -> Merged:
    """Identical rows count once; of differing ones the later update wins, else the later row, with a warning."""
    kept: dict[str, ParsedRow] = {}
    ignored: list[IgnoredRow] = []
    warnings: list[RowError] = []
    for row in rows:
        earlier = kept.get(row.platform_case_no)
        if earlier is None:
            kept[row.platform_case_no] = row
            continue
        if row.raw == earlier.raw:
            message = format_lazy(_("The same as row {row}."), row=earlier.number)
            ignored.append(IgnoredRow(row.number, "duplicate", message))
            continue
        winner, loser = _later(earlier, row)
        kept[row.platform_case_no] = winner
        message = format_lazy(_("Row {row} has a later version of this case."), row=winner.number)
        ignored.append(IgnoredRow(loser.number, "superseded", message))
        message = format_lazy(
            _("Row {row} says something else about this case: the later one counts."), row=loser.number
        )
        warnings.append(RowError(winner.number, "", "conflicting_rows", message, row.platform_case_no))
    in_order = sorted(kept.values(), key=lambda row: row.number)
    return Merged(tuple(in_order), tuple(ignored), tuple(warnings))


def _later(first: ParsedRow, second: ParsedRow) -> tuple[ParsedRow, ParsedRow]:
    """Winner and loser of two versions, `second` standing lower in the file."""
    if first.updated_at and second.updated_at and first.updated_at > second.updated_at:
        return first, second
    return second, first
