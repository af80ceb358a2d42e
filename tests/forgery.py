"""Alter the ledger as somebody with the database's password could: past the models and PostgreSQL's trigger."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from aftersales.models import CaseEvent


def alter(event: CaseEvent, **values: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        QuerySet(CaseEvent).filter(pk=event.pk).update(**values)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
