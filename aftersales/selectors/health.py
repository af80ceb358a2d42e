"""Whether the desk works: database, worker, sweep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django_q.models import OrmQ, Task

if TYPE_CHECKING:
    from datetime import datetime

AWAKE = timedelta(minutes=5)  # the sweep runs every minute: a worker that finished nothing for longer stands still
SWEEP = "tasks.sweep"


@dataclass(frozen=True, slots=True)
class Health:
    """`worker_seen_at` is when a task last ended; `waiting_tasks` counts those that no worker has taken."""

    has_database: bool
    has_worker: bool = False
    waiting_tasks: int = 0
    worker_seen_at: datetime | None = None
    swept_at: datetime | None = None


def health(*, at: datetime) -> Health:
    try:
        connection.ensure_connection()
        seen_at = _last_ended()
        return Health(
            has_database=True,
            has_worker=seen_at is not None and at - seen_at <= AWAKE,
            waiting_tasks=OrmQ.objects.count(),
            worker_seen_at=seen_at,
            swept_at=_last_ended(func__endswith=SWEEP, success=True),
        )
    except DatabaseError:
        return Health(has_database=False)


def _last_ended(**conditions: object) -> datetime | None:
    last = Task.objects.filter(**conditions).only("stopped").order_by("-stopped").first()
    stopped: datetime | None = last.stopped if last else None
    return stopped
