"""What became of each row of an import: counts, and in both languages why a row was refused or is doubtful."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import translation

from aftersales.enums import RowOutcome
from aftersales.imports.values import shown, storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

    from aftersales.imports.parse import ParsedFile
    from aftersales.imports.rows import RowError

LANGUAGES = ("zh-hans", "en")
MAX_LISTED = 2000  # rows that a kept report lists; the counts cover all of them
MAX_CODES = 200
UNKNOWN = frozenset({"unknown_status", "unknown_type", "unknown_code", "status_kind_mismatch"})


def in_languages(message: _StrOrPromise) -> dict[str, str]:
    """A message as a reader of each language meets it."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = str(message)
    return texts


def in_language(texts: dict[str, str], language: str | None) -> str:
    """The message for one reader."""
    return texts["en"] if (language or "").startswith("en") else texts["zh-hans"]


@dataclass(slots=True)
class Report:
    """Everything in it is JSON, so that an import which was interrupted goes on with its report.

    `rejected` and `warnings` hold {row, field, code, message: {language: text}, value}; `unknown_codes` counts the
    rows of each column and value that no column map knows.
    """

    shape: str = ""
    file_format: str = ""
    is_dry_run: bool = False
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    warning_count: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    unknown_statuses: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, parsed: ParsedFile, *, is_dry_run: bool) -> Report:
        """What reading the file alone has shown; its cases are counted as they are taken in."""
        report = cls(parsed.column_map.code, parsed.file_format, is_dry_run, parsed.total)
        report.reject(parsed.rejected)
        report.warn(parsed.merge_warnings)
        for one in parsed.ignored:
            report.ignored[one.code] += 1
        report.counts[RowOutcome.IGNORED.value] = len(parsed.ignored)
        return report

    def count(self, outcome: RowOutcome, rows: int = 1) -> None:
        self.counts[outcome.value] += rows

    def reject(self, errors: Iterable[RowError]) -> None:
        """Rows that are no case; a row with several errors counts once."""
        found = list(errors)
        self.rejected += [_entry(error) for error in found]
        self.counts[RowOutcome.REJECTED.value] += len({error.row for error in found})

    def warn(self, warnings: Iterable[RowError]) -> None:
        """What a person should look at in rows that were taken in."""
        found = []
        for warning in warnings:
            found.append(_entry(warning))
            if warning.code in UNKNOWN and warning.value:
                self.unknown_codes[shown(warning.field), storable(warning.value)] += 1
        self.warnings += found
        self.warning_count += len(found)

    def as_json(self, *, listed: int | None = None) -> dict[str, Any]:
        """The report in the order of the file; `listed` bounds its lists."""
        return {
            "shape": self.shape,
            "format": self.file_format,
            "is_dry_run": self.is_dry_run,
            "total": self.total,
            "counts": {outcome.value: self.counts[outcome.value] for outcome in RowOutcome},
            "rejected": _by_row(self.rejected)[:listed],
            "warnings": _by_row(self.warnings)[:listed],
            "warning_count": self.warning_count,
            "ignored": dict(sorted(self.ignored.items())),
            "unknown_statuses": [
                {"status": status, "rows": count} for status, count in self.unknown_statuses.most_common()
            ],
            "unknown_codes": [
                {"field": column, "value": value, "rows": count}
                for (column, value), count in self.unknown_codes.most_common(MAX_CODES)
            ],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Report:
        """A kept report, to go on with."""
        return cls(
            shape=kept["shape"],
            file_format=kept["format"],
            is_dry_run=kept["is_dry_run"],
            total=kept["total"],
            counts=Counter(kept["counts"]),
            rejected=list(kept["rejected"]),
            warnings=list(kept["warnings"]),
            warning_count=kept["warning_count"],
            ignored=Counter(kept["ignored"]),
            unknown_statuses=Counter({one["status"]: one["rows"] for one in kept["unknown_statuses"]}),
            unknown_codes=Counter({(one["field"], one["value"]): one["rows"] for one in kept.get("unknown_codes", [])}),
        )


def _entry(error: RowError) -> dict[str, Any]:
    return {
        "row": error.row,
        "field": shown(error.field),
        "code": error.code,
        "message": in_languages(error.message),
        "value": storable(error.value),
    }


def _by_row(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: entry["row"])
