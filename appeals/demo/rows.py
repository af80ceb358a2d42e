"""Puts many rows into the tables at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent, Deadline, Direction, Order, Shipment

if TYPE_CHECKING:
    from aftersales.services.ledger import EventDraft


@dataclass(slots=True)
class Batch:
    """Rows that belong together, in the order in which they may be inserted."""

    orders: list[Order] = field(default_factory=list)
    parcels: dict[tuple[int, str, str], Shipment] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    def parcel(self, order: Order, draft: EventDraft) -> None:
        """Keep a parcel that an event names, as the facts service does."""
        direction = Direction.RETURN if draft.type == EventType.RETURN_SHIPPED else Direction.OUTBOUND
        number = draft.data["tracking_no"]
        self.parcels.setdefault(
            (order.pk, direction, number),
            Shipment(order=order, direction=direction, tracking_no=number, courier=draft.data.get("courier", "")),
        )


def insert(batch: Batch) -> None:
    Order.objects.bulk_create(batch.orders)
    Shipment.objects.bulk_create(batch.parcels.values())
    Case.objects.bulk_create(batch.cases)
    CaseEvent.objects.bulk_create(batch.events)
    Deadline.objects.bulk_create(batch.deadlines)


def first_free(model: type[Model]) -> int:
    last: int | None = model._default_manager.aggregate(last=Max("pk"))["last"]
    return (last or 0) + 1


def reset_sequences() -> None:
    """Cases and orders were given numbers: the database goes on after them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Case, Order]):
            cursor.execute(statement)
