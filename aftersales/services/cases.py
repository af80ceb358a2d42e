"""Open, assign and note cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source, State
from aftersales.errors import Conflict, NotAllowed, Unprocessable
from aftersales.models import Case, CaseVisit, Order, as_kind
from aftersales.permissions import check_case, check_shop
from aftersales.selectors.policies import rule_book
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case
from aftersales.states import CLOSED_STATES, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from aftersales.models import Shop, User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What is known of a case when it is opened; amounts in yuan."""

    platform_case_no: str
    order_no: str
    kind: str
    requested_at: datetime
    state: str = State.PENDING
    issue: str = ""
    reason: str = ""
    product: str = ""
    sku: str = ""
    quantity: int = 1
    buyer: str = ""
    refund_amount: Decimal | None = None
    order_amount: Decimal | None = None
    platform_status: str = ""
    is_status_known: bool = True
    platform_updated_at: datetime | None = None
    closed_at: datetime | None = None
    refunded_at: datetime | None = None
    facts: Sequence[EventDraft] = field(default_factory=tuple)


@transaction.atomic
def open_case(*, shop: Shop, new: NewCase, by: User | None, now: datetime, source: str = Source.PERSON) -> Case:
    """Open a case with `refund.requested` and the facts that are known of it.

    Raises `NotAllowed`, `Conflict` (the shop has this case number already), `Unprocessable` (a state that the kind
    does not have, a moment in the future).
    """
    if by is not None:
        check_shop(by, shop)
    book = rule_book(shop.platform)
    if new.state not in STATES[new.kind]:
        message = _("A case of this kind has no such state.")
        raise Unprocessable(message, fields={"state": message})
    order = keep_order(shop=shop, new=new)
    case = Case(
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
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        message = _("This shop has a case with this number already.")
        raise Conflict(message, code="case_exists", fields={"platform_case_no": message}) from error
    requested = EventDraft(EventType.REFUND_REQUESTED, new.requested_at, {}, source, "", new.state)
    facts = [fact for fact in new.facts if fact.type != EventType.REFUND_REQUESTED]
    append(case=case, drafts=[requested, *facts], by=by, now=now)
    apply_clocks(case=case, book=book, now=now)
    case.save()
    return as_kind(case)


def keep_order(*, shop: Shop, new: NewCase) -> Order:
    """The order of a case: made once, and filled where it was empty."""
    known = {
        "buyer": new.buyer,
        "product": new.product,
        "sku": new.sku,
        "amount": new.order_amount,
        "quantity": new.quantity or 1,
    }
    order, is_new = Order.objects.get_or_create(shop=shop, platform_order_no=new.order_no, defaults=known)
    if not is_new:
        empty = [name for name, value in known.items() if value and not getattr(order, name)]
        for name in empty:
            setattr(order, name, known[name])
        if empty:
            order.save(update_fields=empty)
    return order


@transaction.atomic
def assign_case(*, case: Case, to: User | None, by: User, now: datetime) -> Case:
    """Give a case to somebody who works for its shop, or to nobody. Raises `NotAllowed`."""
    locked = lock_case(case.pk)
    check_case(by, locked)
    if to is not None and not to.is_superuser and not to.shops.filter(pk=locked.shop_id).exists():
        raise NotAllowed(_("This person does not work for the case's shop."), code="other_shop")
    if locked.assignee_id == (to.pk if to else None):
        return locked
    locked.assignee = to
    data = {"to": to.username if to else ""}
    append(case=locked, drafts=[EventDraft(EventType.CASE_ASSIGNED, now, data)], by=by, now=now)
    save_case(locked)
    return locked


def note_visit(*, case: Case, by: User, now: datetime) -> None:
    """Remember that a person has seen this version of the case."""
    CaseVisit.objects.update_or_create(
        case_id=case.pk, user=by, defaults={"seen_at": now, "seen_version": case.version}
    )
