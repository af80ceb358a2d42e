"""Rows in bulk: inserted by one statement a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateTimeField, DecimalField, JSONField, Max, Model

from aftersales.models import Case, CaseEvent, Deadline, Order, Shipment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, QuerySet

Values = list[list[Any]]  # one list a row, in the order of `fields_of`

TABLES: tuple[type[Model], ...] = (Order, Shipment, Case, CaseEvent, Deadline)  # in which they may be inserted


def fields_of(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns that an insert names. Orders and cases come with their numbers, the other rows without."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's fields
    is_numbered = model in (Order, Case)
    return [field for field in fields if not field.generated and (is_numbered or not field.primary_key)]


def values_of(rows: Sequence[Model]) -> Values:
    names = [field.attname for field in fields_of(type(rows[0]))] if rows else []
    return [[row.__dict__[name] for name in names] for row in rows]


def insert(tables: Sequence[Values]) -> None:
    """Rows of each of TABLES. What bulk_create does, but the statement is made once for all of them."""
    for model, rows in zip(TABLES, tables, strict=True):
        fields = fields_of(model)
        adapters = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field))]
        for row in rows:
            for place, adapt in adapters:
                row[place] = adapt(row[place])
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model, fields), rows)


def _statement(model: type[Model], fields: Sequence[Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # noqa: SLF001 - Django's documented way to a model's table
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 - names of our own tables


def _adapter(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How the database takes a field's values, where not as they are."""
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, DecimalField | JSONField):
        return partial(field.get_db_prep_save, connection=connection)
    return None


def first_free(rows: QuerySet[Any]) -> int:
    last: int | None = rows.aggregate(last=Max("pk"))["last"]
    return (last or 0) + 1


def reset_sequences() -> None:
    """Cases and orders came with numbers: the database goes on after them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Case, Order]):
            cursor.execute(statement)
