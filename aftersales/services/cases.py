"""Open, assign and note cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source, State
from aftersales.errors import NotAllowed
from aftersales.models import Case, CaseVisit
from aftersales.permissions import can_case, check_case, check_shop
from aftersales.selectors.policies import rule_book
from aftersales.services.case_opening import add_cases
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case

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
    parcels: Sequence[tuple[str, str, str]] = field(default_factory=tuple)  # direction, tracking number, courier


@transaction.atomic
def open_case(*, shop: Shop, new: NewCase, by: User | None, now: datetime, source: str = Source.PERSON) -> Case:
    """Open a case with `refund.requested` and the facts that are known of it.

    Raises `NotAllowed`, `Conflict` (the shop has this case number already), `Unprocessable` (a state that the kind
    does not have, a moment in the future).
    """
    if by is not None:
        check_shop(by, shop)
    (case,) = add_cases(shop=shop, new=[new], book=rule_book(shop.platform), by=by, now=now, source=source)
    return case


@transaction.atomic
def assign_case(*, case: Case, to: User | None, by: User, now: datetime) -> Case:
    """Give a case to somebody who works for its shop, or to nobody. Raises `NotAllowed`."""
    locked = lock_case(case.pk)
    check_case(by, locked)
    if to is not None and not can_case(to, locked):
        raise NotAllowed(_("This person does not work for the case's shop."), code="other_shop")
    if locked.assignee_id == (to.pk if to else None):
        return locked
    # What is overdue already was missed by whoever owned the case until now.
    apply_clocks(case=locked, book=rule_book(locked.shop.platform), now=now)
    locked.assignee = to
    data = {"to": to.username, "to_name": to.display_name} if to else {"to": ""}
    append(case=locked, drafts=[EventDraft(EventType.CASE_ASSIGNED, now, data)], by=by, now=now)
    save_case(locked)
    return locked


def note_visit(*, case: Case, by: User, now: datetime) -> None:
    """Remember that a person has seen this version of the case."""
    CaseVisit.objects.update_or_create(
        case_id=case.pk, user=by, defaults={"seen_at": now, "seen_version": case.version}
    )
