"""Lists in pages, from a mark on: rows that come or go meanwhile neither repeat nor hide another row."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Model, Q
from django.utils.translation import gettext_lazy as _

from aftersales.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)

PAGE = 50
MOST = 200


def page_of(rows: QuerySet[Row], *, by: Sequence[str], cursor: str = "", limit: int = PAGE) -> tuple[list[Row], str]:
    """The rows after the mark and the mark of the next page, empty on the last.

    `by` names columns that are never empty, the last one unique, as `order_by` takes them. Raises `BadRequest` for a
    mark that was not given out for this order.
    """
    limit = max(1, min(limit, MOST))
    if cursor:
        rows = rows.filter(_beyond(by, _read(rows.model, by, cursor)))
    found = list(rows.order_by(*by)[: limit + 1])
    return found[:limit], _mark(by, found[limit - 1]) if len(found) > limit else ""


def _mark(by: Sequence[str], row: Model) -> str:
    key = {column: _text(getattr(row, column.lstrip("-"))) for column in by}
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(model: type[Model], by: Sequence[str], cursor: str) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(model, column.lstrip("-"), key[column]) for column in by]
    except (ValueError, TypeError, KeyError, ArithmeticError, ValidationError) as error:
        message = _("This page mark is not valid here: start from the first page.")
        raise BadRequest(message, code="bad_cursor", fields={"cursor": message}) from error


def _value(model: type[Model], column: str, text: str) -> Any:
    """Raises `ValueError` for what the column cannot hold, such as a moment without offset."""
    field = model._meta.pk if column == "pk" else model._meta.get_field(column)  # noqa: SLF001 - Django's documented way to a model's fields
    if isinstance(field, DateTimeField):
        return datetime.fromisoformat(text).astimezone(UTC)
    value = field.to_python(text)  # type: ignore[union-attr]  # columns that hold values, never relations
    if value is None or "\0" in text or (isinstance(value, Decimal) and not value.is_finite()):
        raise ValueError(text)
    return value


def _beyond(by: Sequence[str], key: list[Any]) -> Q:
    """Rows after `key`: later in the first column, or equal there and later in the next, and so on."""
    beyond, same = Q(), Q()
    for column, value in zip(by, key, strict=True):
        name = column.lstrip("-")
        step = "lt" if column.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{step}": value})
        same &= Q(**{name: value})
    return beyond
