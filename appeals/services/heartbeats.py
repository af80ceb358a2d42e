"""One worker at a time for one file, and nothing lost with a worker that dies.

A row that is to be built (a packet, a bundle) counts its `tries`. The task in the queue carries that count as its
ticket, and the worker takes the row by raising it: of two workers with the same ticket one gets the row, and a ticket
from before is worth nothing. So the queue may hand a task out as often as it likes. While it builds, the worker writes
`beat_at`. What is silent goes back into the queue with the minute's sweep; a worker that wakes up after that finds the
row no longer its own, and leaves it and its file alone.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext
from django_q.models import OrmQ
from django_q.tasks import async_task

from appeals.enums import PacketState
from appeals.models import Bundle, Packet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
SILENCE = timedelta(seconds=90)
# Handed out by the queue, or never put there, and not begun: a cluster takes a few tasks ahead, which die with it.
UNCLAIMED = timedelta(minutes=3)
MOST_TRIES = 3  # each time that somebody asks

Row = TypeVar("Row", Packet, Bundle)


class TakenOver(Exception):
    """The row is another worker's by now, or was given up: whoever held it leaves it and its file alone."""


@dataclass(frozen=True)
class Claim(Generic[Row]):
    """A row that this worker builds, as long as the row still counts this try."""

    model: type[Row]
    pk: UUID
    number: int
    clock: Callable[[], datetime] = field(repr=False)

    def beat(self, **shown: Any) -> None:
        """Say that the work goes on, and write what changed of it. Raises TakenOver."""
        if not self._row().update(beat_at=self.clock(), **shown):
            raise TakenOver

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beats from a thread of its own, however long one step takes."""
        if connection.in_atomic_block:  # nobody else sees the row before the caller's transaction ends
            yield
            return
        stopping = Event()
        thread = Thread(target=self._beat_until, args=(stopping,), name=f"beat {self.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    @contextmanager
    def ending(self) -> Iterator[Row]:
        """The row, locked, to be changed and put in place together with its file; it is saved with the block's end.

        Raises TakenOver before anything is touched.
        """
        with transaction.atomic():
            row = self._row().select_for_update().first()
            if row is None:
                raise TakenOver
            yield row
            row.save()

    def fail(self, message: str, code: str) -> None:
        """Raises TakenOver."""
        if not self._row().update(**_failed(message, code, self.clock())):
            raise TakenOver

    def _row(self) -> QuerySet[Row]:
        return self.model.objects.filter(pk=self.pk, tries=self.number, state=PacketState.RUNNING)

    def _beat_until(self, stopping: Event) -> None:
        try:
            while not stopping.wait(BEAT_SECONDS):
                try:
                    self.beat()
                except OperationalError as error:
                    # A busy database: the next beat comes long before anybody counts this as silence.
                    logger.warning("no beat of %s: %s", self.pk, error)
                    connection.close()
        except TakenOver:
            pass  # whoever builds meets it at the next step
        finally:
            connection.close()


def claim(
    model: type[Row], pk: UUID, *, clock: Callable[[], datetime], ticket: int | None = None, **shown: Any
) -> Claim[Row] | None:
    """Take a row to build it, and set what is `shown` of it back; None where it has ended or is another worker's.

    With the ticket of a task only what was queued with it; without one, also what failed or fell silent. Raises the
    model's DoesNotExist.
    """
    now = clock()
    tries = model.objects.values_list("tries", flat=True).get(pk=pk) if ticket is None else ticket
    free = Q(state=PacketState.QUEUED)
    if ticket is None:
        free |= Q(state=PacketState.FAILED) | (Q(state=PacketState.RUNNING) & _silent_since(now - SILENCE))
    begun = {"state": PacketState.RUNNING, "tries": F("tries") + 1, "beat_at": now}
    cleared = {"finished_at": None, "error": "", "error_code": ""}
    if not model.objects.filter(free, pk=pk, tries=tries).update(**begun, **cleared, **shown):
        return None
    return Claim(model, pk, tries + 1, clock)


def enqueue(row: Packet | Bundle, *, task: str) -> None:
    """Queue the task `task(id, ticket)` for a row once the transaction is through."""
    pk, ticket, name = str(row.pk), row.tries, f"{type(row).__name__.lower()} {row.pk}"
    transaction.on_commit(lambda: async_task(task, pk, ticket, task_name=name))


@transaction.atomic
def try_again(row: Row, *, task: str, now: datetime) -> bool:
    """Somebody asks for what failed once more: as many tries as the first time. False where it has not failed."""
    # The count goes on, so that no ticket and no worker from before fits again.
    tries = -(-row.tries // MOST_TRIES) * MOST_TRIES
    cleared = {"finished_at": None, "error": "", "error_code": ""}
    if row.state != PacketState.FAILED or not _change(
        row, state=PacketState.QUEUED, tries=tries, beat_at=now, **cleared
    ):
        return False
    enqueue(row, task=task)
    return True


@dataclass(frozen=True)
class Recovered:
    """Ids of what went back into the queue, and of what is failed now."""

    again: list[UUID]
    given_up: list[UUID]


def recover(model: type[Row], *, task: str, now: datetime) -> Recovered:
    """Queue again what its worker was lost with, and record as failed what was lost too often.

    A row whose task still waits in the queue is not lost, however long the queue is.
    """
    again, given_up = [], []
    for row in _silent(model, PacketState.RUNNING, now - SILENCE):
        logger.warning("%s was lost with its worker (try %s)", row.pk, row.tries)
        if row.tries % MOST_TRIES == 0:
            with translation.override(row.language):
                message = gettext("The building was interrupted several times: build it again.")
            if _change(row, **_failed(message, "lost", now)):
                given_up.append(row.pk)
        elif _queue_again(row, task=task, now=now):
            again.append(row.pk)
    unclaimed = _silent(model, PacketState.QUEUED, now - UNCLAIMED)
    waiting = _waiting(task, now) if unclaimed else set()
    # Should the first task be alive after all, the later of the two finds its ticket used.
    again += [row.pk for row in unclaimed if str(row.pk) not in waiting and _queue_again(row, task=task, now=now)]
    return Recovered(again, given_up)


@transaction.atomic
def _queue_again(row: Packet | Bundle, *, task: str, now: datetime) -> bool:
    is_ours = _change(row, state=PacketState.QUEUED, beat_at=now)
    if is_ours:
        enqueue(row, task=task)
    return is_ours


def _silent(model: type[Row], state: PacketState, limit: datetime) -> list[Row]:
    rows = model.objects.filter(_silent_since(limit), state=state).order_by("requested_at")
    return list(rows.only("state", "tries", "beat_at", "language"))


def _silent_since(limit: datetime) -> Q:
    return Q(beat_at__lt=limit) | Q(beat_at=None, requested_at__lt=limit)


def _change(row: Packet | Bundle, **changes: Any) -> bool:
    """Whether the row was still as it was read; only then it is changed."""
    rows = type(row).objects.filter(pk=row.pk, state=row.state, tries=row.tries, beat_at=row.beat_at)
    if not rows.update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True


def _failed(message: str, code: str, now: datetime) -> dict[str, Any]:
    return {"state": PacketState.FAILED, "error": message[:500], "error_code": code, "finished_at": now}


def _waiting(task: str, now: datetime) -> set[str]:
    """Ids of the rows whose task nobody has taken out of the queue yet."""
    queued = (entry.task for entry in OrmQ.objects.filter(lock__lte=now))
    return {str(found["args"][0]) for found in queued if found.get("func") == task and found.get("args")}
