"""Open many cases of a shop at once; one case is a batch of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, State
from aftersales.errors import Conflict, Unprocessable
from aftersales.models import Case, CaseEvent, Deadline, Order, Shipment, as_kind
from aftersales.services.clocks import first_clocks
from aftersales.services.facts import keep_parcel
from aftersales.services.ledger import EventDraft, chain
from aftersales.states import CLOSED_STATES, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.models import Shop, User
    from aftersales.selectors.policies import RuleBook
    from aftersales.services.cases import NewCase


@transaction.atomic
def add_cases(
    *, shop: Shop, new: Sequence[NewCase], book: RuleBook, by: User | None, now: datetime, source: str
) -> list[Case]:
    """Open cases with `refund.requested` and their facts: all, or none. The caller has checked the person.

    Rows are written in one order everywhere, so that two callers wait for each other and never in a circle.
    Raises `Conflict` (the shop has one of the case numbers), `Unprocessable` (a state, a moment).
    """
    for one in new:
        if one.state not in STATES[one.kind]:
            message = _("A case of this kind has no such state.")
            raise Unprocessable(message, fields={"state": message})
    new = sorted(new, key=lambda one: one.platform_case_no)
    orders, made = _orders(shop, new)
    drafts = [_drafts(one, source) for one in new]
    cases = [_case(shop, orders[one.order_no], one, now) for one in new]
    clocks = [
        first_clocks(case=case, drafts=known, book=book, now=now) for case, known in zip(cases, drafts, strict=True)
    ]
    _insert(shop, cases)
    events: list[CaseEvent] = []
    deadlines: list[Deadline] = []
    for case, known, (rows, followed) in zip(cases, drafts, clocks, strict=True):
        events += chain(case=case, drafts=known, by=by, now=now)
        events += chain(case=case, drafts=followed, by=None, now=now)
        for row in rows:
            row.case_id = case.pk
        deadlines += rows
    CaseEvent.objects.bulk_create(events)
    Deadline.objects.bulk_create(deadlines)
    Case.objects.bulk_update(cases, ["ledger_seq", "ledger_head"])
    _keep_parcels(new, orders, made)
    return [as_kind(case) for case in cases]


def _case(shop: Shop, order: Order, new: NewCase, now: datetime) -> Case:
    return Case(
        shop=shop,
        order=order,
        platform_case_no=new.platform_case_no,
        kind=new.kind,
        state=new.state,
        issue=new.issue,
        reason=new.reason,
        first_reason=new.reason,
        refund_amount=new.refund_amount,
        platform_status=new.platform_status,
        is_status_known=new.is_status_known,
        requested_at=new.requested_at,
        platform_updated_at=new.platform_updated_at,
        closed_at=(new.closed_at or now) if new.state in CLOSED_STATES else None,
        refunded_at=new.refunded_at,
    )


def _drafts(new: NewCase, source: str) -> list[EventDraft]:
    said = next((fact.data for fact in new.facts if fact.type == EventType.REFUND_REQUESTED), {})
    requested = EventDraft(EventType.REFUND_REQUESTED, new.requested_at, said, source, "", new.state)
    return [requested, *(fact for fact in new.facts if fact.type != EventType.REFUND_REQUESTED)]


def _insert(shop: Shop, cases: list[Case]) -> None:
    try:
        with transaction.atomic():
            Case.objects.bulk_create(cases)
    except IntegrityError as error:
        numbers = [case.platform_case_no for case in cases]
        if not Case.objects.filter(shop=shop, platform_case_no__in=numbers).exclude(state=State.TRANSFERRED).exists():
            raise
        message = _("This shop has a case with this number already.")
        raise Conflict(message, code="case_exists", fields={"platform_case_no": message}) from error


def keep_order(*, shop: Shop, new: NewCase) -> Order:
    """The order of a case: made once, and filled where it was empty."""
    orders, _made = _orders(shop, [new])
    return orders[new.order_no]


def _orders(shop: Shop, new: Sequence[NewCase]) -> tuple[dict[str, Order], set[str]]:
    """The orders by number, and the numbers of those that were made."""
    by_number: dict[str, list[NewCase]] = {}
    for one in sorted(new, key=lambda one: one.order_no):
        by_number.setdefault(one.order_no, []).append(one)
    orders = _known_orders(shop, by_number)
    made = {number: known for number, known in by_number.items() if number not in orders}
    if made:
        fresh = [
            Order(shop=shop, platform_order_no=number, quantity=known[0].quantity or 1)
            for number, known in made.items()
        ]
        for order in fresh:
            _fill(order, made[order.platform_order_no])
        # Somebody else may make one of them at this moment: then theirs is taken.
        Order.objects.bulk_create(fresh, ignore_conflicts=True)
        orders |= _known_orders(shop, made)
    for number, order in orders.items():
        if _fill(order, by_number[number]):
            order.save()
    return orders, set(made)


def _known_orders(shop: Shop, numbers: Iterable[str]) -> dict[str, Order]:
    known = Order.objects.filter(shop=shop, platform_order_no__in=list(numbers)).order_by("platform_order_no")
    return {order.platform_order_no: order for order in known}


def _fill(order: Order, cases: Sequence[NewCase]) -> bool:
    """Fill what is empty of an order with what its cases know of it; whether that was anything."""
    is_changed = False
    for one in cases:
        known = {"buyer": one.buyer, "product": one.product, "sku": one.sku, "amount": one.order_amount}
        for name, value in known.items():
            if value and not getattr(order, name):
                setattr(order, name, value)
                is_changed = True
    return is_changed


def _keep_parcels(new: Sequence[NewCase], orders: dict[str, Order], made: set[str]) -> None:
    couriers: dict[tuple[str, str, str], str] = {}
    for one in new:
        for direction, number, courier in one.parcels:
            place = (one.order_no, direction, number)
            couriers[place] = couriers.get(place) or courier
    fresh = []
    for (order_no, direction, number), courier in sorted(couriers.items()):
        if order_no in made:
            order = orders[order_no]
            fresh.append(Shipment(order=order, direction=direction, tracking_no=number, courier=courier))
        else:
            keep_parcel(order_id=orders[order_no].pk, direction=direction, number=number, courier=courier)
    Shipment.objects.bulk_create(fresh, ignore_conflicts=True)
