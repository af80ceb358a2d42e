"""Take a transition: the one gate through which a case's state changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, Source, State
from aftersales.errors import NotFound, Unprocessable
from aftersales.facts import read_data
from aftersales.models import Case, as_kind
from aftersales.permissions import check_case
from aftersales.selectors.case_actions import check_needs, check_start
from aftersales.selectors.policies import rule_book
from aftersales.selectors.situations import situation_of
from aftersales.services.clocks import apply_clocks
from aftersales.services.facts import note_parcel
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case
from aftersales.states import CLOSED_STATES
from aftersales.transitions import TRANSITIONS, Transition

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.models import User
    from aftersales.transition_data import TransitionData

CARRIED = frozenset(
    {
        EventType.REFUND_REQUESTED,
        EventType.BUYER_CONTACTED,
        EventType.TRACKING_UPLOADED,
        EventType.TRACKING_CORRECTED,
        EventType.SHIPMENT_SCANNED,
        EventType.SHIPMENT_STALLED,
        EventType.OUT_FOR_DELIVERY,
        EventType.SHIPMENT_SIGNED,
    }
)


@transaction.atomic
def take_transition(
    *,
    case: Case,
    name: str,
    by: User | None,
    at: datetime,
    now: datetime,
    version: int | None = None,
    data: dict[str, Any] | None = None,
    note: str = "",
    source: str = Source.PERSON,
) -> Case:
    """Change the state, record the event, apply the clocks; a hand-over opens the following case.

    `at` is when it happened, `now` when it was learnt. Raises `NotFound` (no such transition), `NotAllowed`,
    `StaleVersion`, `TransitionBlocked` (with the reason) and `Unprocessable` (the data or the moment).
    """
    locked = lock_case(case.pk, version=version)
    if by is not None:
        check_case(by, locked)
    rule = known_transition(locked, name)
    said = read_data(rule.says, data or {})
    check_start(locked, rule, source=source)
    check_needs(rule, situation_of(locked, rule_book(locked.shop.platform), at=at))
    _check_amount(locked, said)
    return perform(case=locked, rule=rule, said=said, by=by, at=at, now=now, note=note, source=source)


def known_transition(case: Case, name: str) -> Transition:
    """Raises `NotFound` where the case's kind has no such transition."""
    rule = TRANSITIONS.get(name)
    if rule is None or not hasattr(case, name):
        message = _("A case of this kind has no transition called {name}.")
        raise NotFound(format_lazy(message, name=name), code="unknown_transition")
    return rule


def _check_amount(case: Case, said: TransitionData) -> None:
    amount = getattr(said, "amount", None)
    if amount is not None and case.order.amount is not None and amount > case.order.amount:
        message = _("More than the order's amount.")
        raise Unprocessable(message, fields={"amount": message})


def perform(
    *,
    case: Case,
    rule: Transition,
    said: TransitionData,
    by: User | None,
    at: datetime,
    now: datetime,
    note: str = "",
    source: str = Source.PERSON,
) -> Case:
    """Take a transition that was checked, on a locked case."""
    before = case.state
    getattr(case, rule.name)(said)
    written = said.model_dump(mode="json", exclude_defaults=True)
    if note:
        written["note"] = note
    if written.get("amount"):
        case.refund_amount = getattr(said, "amount")  # noqa: B009 - only some shapes have it, as `written` shows
    _mark_moments(case, at)
    draft = EventDraft(rule.event, at, written, source, before, case.state)
    append(case=case, drafts=[draft], by=by, now=now)
    note_parcel(case=case, event_type=rule.event, data=written)
    apply_clocks(case=case, book=rule_book(case.shop.platform), now=now)
    save_case(case)
    if rule.hands_over_to is not None:
        return open_following(case=case, kind=rule.hands_over_to, by=by, now=now)
    return case


def _mark_moments(case: Case, at: datetime) -> None:
    if case.state in CLOSED_STATES:
        case.closed_at = case.closed_at or at
    else:
        case.closed_at = None
    if case.state == State.REFUNDED:
        case.refunded_at = case.refunded_at or at


def open_following(*, case: Case, kind: str, by: User | None, now: datetime) -> Case:
    """Open the case that a transferred one hands over to, with the facts that still count for it."""
    following = Case.objects.create(
        shop=case.shop,
        order=case.order,
        platform_case_no=case.platform_case_no,
        kind=kind,
        state=State.PENDING,
        issue=case.issue,
        follows=Case.objects.get(pk=case.pk),
        reason=case.reason,
        first_reason=case.first_reason,
        refund_amount=case.refund_amount,
        platform_status=case.platform_status,
        is_status_known=case.is_status_known,
        requested_at=case.requested_at,
        platform_updated_at=case.platform_updated_at,
        assignee=case.assignee,
    )
    carried = case.events.filter(type__in=CARRIED).order_by("seq")
    drafts = [
        EventDraft(event.type, event.at, {**event.data, "from_case": case.ref}, event.source) for event in carried
    ]
    append(case=following, drafts=drafts, by=by, now=now)
    apply_clocks(case=following, book=rule_book(case.shop.platform), now=now)
    following.save()
    return as_kind(following)
