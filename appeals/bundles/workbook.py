"""index.xlsx: a line for each appeal of the bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from xlsxwriter import Workbook

from appeals.packets.wording import BEIJING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.utils.functional import _StrOrPromise
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from appeals.bundles.content import BundleContent, BundleLine

# What somebody typed is text, however much it looks like a formula, a link or a number.
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": False,
}
ACCENT = "#1F4E79"


@dataclass(frozen=True)
class Column:
    """`form` names how its cells look; `of` gives a line's value, None for an empty cell."""

    title: _StrOrPromise
    width: int
    of: Callable[[BundleLine], Any]
    form: str = "text"


def _hashes(line: BundleLine) -> str:
    return line.sha256 or "\n".join(f"{sha256} {name}" for name, sha256 in line.pictures)


COLUMNS = (
    Column(gettext_lazy("No."), 5, lambda line: line.position, "count"),
    Column(gettext_lazy("Appeal number"), 13, lambda line: line.number),
    Column(gettext_lazy("Appeal"), 14, lambda line: line.type_name),
    Column(gettext_lazy("Ground"), 22, lambda line: line.ground),
    Column(gettext_lazy("Platform"), 10, lambda line: line.platform),
    Column(gettext_lazy("Shop"), 18, lambda line: line.shop),
    Column(gettext_lazy("Case"), 11, lambda line: "\n".join(line.cases)),
    Column(gettext_lazy("Order number"), 25, lambda line: "\n".join(line.orders)),
    Column(gettext_lazy("Money asked (yuan)"), 13, lambda line: line.money, "money"),
    Column(gettext_lazy("Window closes (Beijing time)"), 19, lambda line: line.closes_at, "moment"),
    Column(gettext_lazy("State"), 9, lambda line: line.state),
    Column(gettext_lazy("Packet pages"), 9, lambda line: line.pages or None, "count"),
    Column(pgettext_lazy("file", "Bytes"), 13, lambda line: line.byte_size or None, "count"),
    Column("SHA-256", 68, _hashes, "hash"),
    Column(gettext_lazy("Folder"), 42, lambda line: line.folder, "folder"),
    Column(gettext_lazy("Why it is missing"), 48, lambda line: line.error, "error"),
)
_FORMS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True},
    "text": {"text_wrap": True},
    "count": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "hash": {"font_name": "Courier New", "font_size": 9, "text_wrap": True},
    "folder": {"font_color": ACCENT, "underline": 1, "text_wrap": True},
    "error": {"font_color": "#9B1C1C", "text_wrap": True},
}


def write_workbook(content: BundleContent, *, output: Path) -> None:
    with translation.override(content.language), Workbook(str(output), OPTIONS) as book:
        # Not the clock's: the same content gives the same bytes.
        book.set_properties({"title": _("Index of a bundle"), "created": _plain(content)})
        forms = {name: book.add_format({"valign": "top", **form}) for name, form in _FORMS.items()}
        sheet = book.add_worksheet(_("Appeals"))
        for number, column in enumerate(COLUMNS):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, str(column.title), forms["head"])
        for row, line in enumerate(content.lines, start=1):
            for number, column in enumerate(COLUMNS):
                _write(sheet, (row, number), column.of(line), column.form, forms[column.form])
        _lay_out(sheet, rows=len(content.lines))


def _plain(content: BundleContent) -> Any:
    """The workbook takes moments without a zone; its own times of creation are in UTC."""
    return content.prepared_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _write(sheet: Worksheet, cell: tuple[int, int], value: Any, form: str, look: Format) -> None:
    if value in (None, ""):
        sheet.write_blank(*cell, None, look)
    elif form in ("count", "money"):
        sheet.write_number(*cell, value, look)
    elif form == "moment":
        sheet.write_datetime(*cell, value.astimezone(BEIJING).replace(tzinfo=None, microsecond=0), look)
    elif form == "folder":
        sheet.write_url(*cell, f"external:{value}/", look, value)
    else:
        sheet.write_string(*cell, value, look)


def _lay_out(sheet: Worksheet, *, rows: int) -> None:
    """What a person who scrolls or prints expects."""
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, rows, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&R&P / &N")
