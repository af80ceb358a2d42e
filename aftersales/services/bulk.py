"""Many rows at once: made without asking each field, inserted and updated by one statement.

PostgreSQL gets new rows as one stream (COPY) and changes as one JSON text that it takes apart, which costs a tenth of
Django's own bulk methods. Those do the work on another database.
"""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import JSONField, Model
from django.db.models.base import ModelState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Field

Row = TypeVar("Row", bound=Model)


@contextmanager
def nothing_old_collected() -> Iterator[None]:
    """Where thousands of rows come and go, the garbage collector does not look at all the rest again and again.

    It would take a third of the time, and what was there before such work is there after it.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Stamp(Generic[Row]):
    """Makes rows of a model in a tenth of the time that its constructor takes, and with no check at all.

    Relations are given by their columns (`case_id`).
    """

    def __init__(self, model: type[Row]) -> None:
        self.model = model
        self.blank = vars(model())

    def __call__(self, **values: Any) -> Row:
        """An unsaved row; what is not given is as the constructor would have it."""
        return self._row({**self.blank, **values, "_state": ModelState()})

    def read(self, values: dict[str, Any]) -> Row:
        """A row of the database; what was not read is deferred, as after `only`."""
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        return self._row({**values, "_state": state})

    def _row(self, attributes: dict[str, Any]) -> Row:
        row = self.model.__new__(self.model)
        row.__dict__ = attributes
        return row


def insert_rows(rows: Sequence[Model]) -> None:
    """What `bulk_create` does for rows of one model, but they do not learn their keys."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)  # noqa: SLF001 - Django's documented way to any model's manager
        return
    columns = [field for field in _columns(model).values() if not field.generated and not field.primary_key]
    names = [field.attname for field in columns]
    encoders = [
        (place, (field.encoder or json.JSONEncoder)().encode)
        for place, field in enumerate(columns)
        if isinstance(field, JSONField)
    ]
    statement = f"COPY {_table(model)} ({', '.join(map(_name, columns))}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            values = [getattr(row, name) for name in names]
            for place, encode in encoders:
                values[place] = encode(values[place])
            copy.write_row(values)


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """What `bulk_update` does for rows of one model. `names` are fields, relations by their columns (`case_id`)."""
    if not rows:
        return
    model = type(rows[0])
    columns = [_columns(model)[name] for name in names]
    if connection.vendor != "postgresql":
        model._default_manager.bulk_update(rows, [field.name for field in columns])  # noqa: SLF001 - as in insert_rows
        return
    key = model._meta.pk  # noqa: SLF001 - Django's documented way to a model's key
    changes = ", ".join(f"{_name(field)} = new.{_name(field)}" for field in columns)
    # Without its length: a value that is too long is refused by the column, not cut.
    types = ", ".join(f"{_name(field)} {str(field.db_type(connection)).split('(')[0]}" for field in (key, *columns))
    statement = (
        f"UPDATE {_table(model)} SET {changes} FROM json_to_recordset(%s::json) AS new({types})"  # noqa: S608 - names of our own tables
        f" WHERE {_table(model)}.{_name(key)} = new.{_name(key)}"
    )
    places = [(str(field.column), field.attname) for field in (key, *columns)]
    values = [{column: getattr(row, name) for column, name in places} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=str)])  # moments and amounts as text, which loses nothing


def _columns(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented way to a model's fields


def _name(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented way to a model's table
