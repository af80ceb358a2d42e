"""The ledger: what happened to a case, append-only and chained by hashes."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any, Never

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source, State
from aftersales.errors import LedgerBroken
from aftersales.states import CLOSED_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_COMPACT = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    """Rows are added and read; a change or a removal is refused, here and by a trigger on PostgreSQL."""

    def update(self, **_kwargs: object) -> Never:
        raise LedgerBroken(_("The ledger is append-only: record a new event instead."))

    def delete(self) -> Never:
        raise LedgerBroken(_("The ledger is append-only: record a new event instead."))

    def bulk_create(self, objs: Iterable[CaseEvent], *args: Any, **kwargs: Any) -> list[CaseEvent]:
        if kwargs.get("update_conflicts"):
            raise LedgerBroken(_("The ledger is append-only: record a new event instead."))
        return super().bulk_create(objs, *args, **kwargs)


class CaseEvent(models.Model):
    """`at` is when it happened, `recorded_at` when the desk learnt it; `hash` covers the row and the one before.

    No index on the case alone, which `event_once_per_place` begins with, and none on the actor: every event is written
    to every index.
    """

    case = models.ForeignKey("aftersales.Case", on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=40, choices=EventType)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=10, choices=Source)
    from_state = models.CharField(max_length=50, blank=True, choices=State)
    to_state = models.CharField(max_length=50, blank=True, choices=State)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="event_once_per_place"),
            models.CheckConstraint(condition=models.Q(at__lte=models.F("recorded_at")), name="event_not_in_future"),
        ]
        indexes = [models.Index(fields=["type", "at"], name="event_by_type")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.type}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerBroken(_("The ledger is append-only: record a new event instead."))
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> Never:
        raise LedgerBroken(_("The ledger is append-only: record a new event instead."))

    @property
    def closes_case(self) -> bool:
        """Whether its transition ended the case; one that was opened as closed says so by `closed_at` only."""
        return bool(self.from_state) and self.to_state in CLOSED_STATES

    def content_hash(self) -> str:
        """SHA-256 over the row's content and the hash of the event before it."""
        content = [
            self.case_id,
            self.seq,
            self.type,
            _moment(self.at),
            _moment(self.recorded_at),
            self.actor_id,
            self.source,
            self.from_state,
            self.to_state,
            self.data,
            self.prev_hash,
        ]
        return hashlib.sha256(_COMPACT.encode(content).encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
