"""One row's cells as typed fields: required ones make errors, optional ones make warnings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aftersales.couriers import normalized
from aftersales.imports import values
from aftersales.imports.column_map import ANYTHING, REQUIRED_FIELDS
from aftersales.imports.headers import flatten
from aftersales.imports.rows import RowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from aftersales.imports.column_map import ColumnMap, Conditions, FieldName, FieldSource
    from aftersales.imports.rows import RawRow


class Cells:
    """Reads the fields of one row through its column map, and collects what is wrong with them."""

    def __init__(self, row: RawRow, column_map: ColumnMap) -> None:
        self.row = row
        self.column_map = column_map
        self.flat = flatten(row.values)
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []
        self._found: dict[FieldName, tuple[str, Any]] = {}

    def raw(self, name: FieldName) -> tuple[str, Any]:
        """Column and value of a field, as they stand in the file; the first column with a value wins."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: FieldName) -> tuple[str, Any]:
        source = self.column_map.field.get(name)
        if source is None:
            return "", None
        for key in source.keys:
            column, value = self.flat.get(key, ("", None))
            if values.text(value) and not isinstance(value, (dict, list)):
                return column, value
        return source.columns[0], None

    def entries(self, name: FieldName, beside: FieldName) -> Iterator[tuple[str, datetime | None, str]]:
        """Column, moment and the text `beside` it; of a path with `[]` for each entry of its list."""
        source = self.column_map.field[name]
        if not source.is_listed:
            yield self.raw(name)[0], self.time(name), self.text(beside)
            return
        for key in source.keys:
            pattern = re.compile(re.escape(key).replace(r"\[\]", r"(\d+)"))
            for path, (column, value) in self.flat.items():
                if entry := pattern.fullmatch(path):
                    yield column, self._read(name, column, value), self._text_at(beside, entry[1])

    def _text_at(self, name: FieldName, index: str) -> str:
        """A text in one entry of a list."""
        keys = (key.replace("[]", index) for key in self.column_map.field[name].keys)
        return next((found for key in keys if (found := values.text(self.flat.get(key, ("", None))[1]))), "")

    def has_place_for(self, name: FieldName) -> bool:
        """Whether the row has a column for a field, be it empty."""
        keys = (key.split(".[]")[0] for key in self.column_map.field[name].keys)
        return any(key in self.flat for key in keys)

    def comparable(self, name: FieldName) -> str:
        """The raw value for comparing with the map's tables."""
        return values.comparable(self.raw(name)[1])

    def matches(self, conditions: Conditions) -> bool:
        """Whether every condition holds: the value is listed, or "*" is listed and it is not empty."""
        for name, allowed in conditions.items():
            value = self.comparable(name)
            if value not in allowed and not (value and ANYTHING in allowed):
                return False
        return True

    def text(self, name: FieldName) -> str:
        """A text field; "" when absent. A required one that is absent is an error."""
        column, value = self.raw(name)
        cleaned = values.text(value)
        if not cleaned and name in REQUIRED_FIELDS:
            self._missing(column)
        return cleaned

    def identifier(self, name: FieldName) -> str:
        """An id; "" when absent or, for an optional one, unreadable."""
        parsed = self._parse(name)
        return parsed or ""

    def money(self, name: FieldName) -> Decimal | None:
        """An amount in yuan."""
        amount: Decimal | None = self._parse(name)
        source = self.column_map.field.get(name)
        return None if source and source.zero_is_missing and not amount else amount

    def integer(self, name: FieldName) -> int | None:
        """A count."""
        number: int | None = self._parse(name)
        return number

    def flag(self, name: FieldName) -> bool:
        """Yes or no; absent is no."""
        return bool(self._parse(name))

    def time(self, name: FieldName) -> datetime | None:
        """A moment."""
        moment: datetime | None = self._parse(name)
        return moment

    def warn(self, name: FieldName, code: str, message: Any) -> None:
        """Note something about a field that does not stop the row."""
        column, value = self.raw(name)
        self.warnings.append(RowError(self.row.number, column, code, message, values.shown(value)))

    def _parse(self, name: FieldName) -> Any:
        return self._read(name, *self.raw(name))

    def _read(self, name: FieldName, column: str, value: Any) -> Any:
        source = self.column_map.field.get(name)
        if source is None:
            return None
        required = name in REQUIRED_FIELDS
        try:
            parsed = self._parse_value(source, value)
        except values.BadValue as error:
            problem = RowError(self.row.number, column, error.code, error.message, values.shown(value))
            (self.errors if required else self.warnings).append(problem)
            return None
        if parsed is None and required:
            self._missing(column)
        return parsed

    def _parse_value(self, source: FieldSource, value: object) -> Any:
        match source.parser:
            case "id" | "tracking":
                is_pasted = source.parser == "tracking" and isinstance(value, str)
                return values.parse_id(normalized(str(value)) if is_pasted else value, source.min_digits)
            case "yuan" | "fen":
                return values.parse_money(value, fen=source.parser == "fen")
            case "integer":
                return values.parse_integer(value)
            case "flag":
                return values.parse_flag(value, source.true_values)
            case "time":
                return values.parse_time(value, self.column_map.zone)
            case "text":
                return values.text(value) or None

    def _missing(self, column: str) -> None:
        message = _("This field is needed and is empty.")
        self.errors.append(RowError(self.row.number, column, "missing_value", message))
