"""Take a transition: the one gate through which a case's state changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.enums import OWED, EventType, Outcome, Source, State
from aftersales.errors import NotFound, Unprocessable
from aftersales.facts import read_data
from aftersales.models import Case, Deadline, as_kind
from aftersales.permissions import check_case
from aftersales.selectors.case_actions import check_needs, check_start
from aftersales.selectors.policies import rule_book
from aftersales.selectors.situations import situation_of
from aftersales.services.clocks import apply_clocks
from aftersales.services.facts import note_parcel
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case
from aftersales.states import CLOSED_STATES, STATES
from aftersales.transition_data import RefundData, RejectData
from aftersales.transitions import TRANSITIONS, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import CaseEvent, User
    from aftersales.transition_data import TransitionData

CARRIED = frozenset(
    {
        EventType.REFUND_REQUESTED,
        EventType.BUYER_MESSAGED,
        EventType.BUYER_CONTACTED,
        EventType.CHAT_CLOSED,
        EventType.CHAT_RATED,
        EventType.TRACKING_UPLOADED,
        EventType.TRACKING_CORRECTED,
        EventType.SHIPMENT_SCANNED,
        EventType.SHIPMENT_STALLED,
        EventType.OUT_FOR_DELIVERY,
        EventType.SHIPMENT_SIGNED,
    }
)


NOT_RECEIVED = "退货未收到"


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
    _check_followed(locked, said)
    _check_reason(locked, said)
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


def _check_followed(case: Case, said: TransitionData) -> None:
    """What the platform reports is a state of this kind; a hand-over is a transition of its own."""
    state = getattr(said, "state", None)
    if state is not None and (state not in STATES[case.kind] or state == State.TRANSFERRED):
        message = _("A case of this kind has no such state.")
        raise Unprocessable(message, fields={"state": message})


def _check_reason(case: Case, said: TransitionData) -> None:
    """KS-39: a return that has not arrived is refused in the platform's own words."""
    if isinstance(said, RejectData) and case.state == State.RETURN_IN_TRANSIT and NOT_RECEIVED not in said.reason:
        message = format_lazy(_("A return on its way is refused with the reason {words}."), words=NOT_RECEIVED)
        raise Unprocessable(message, fields={"reason": message})


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
    facts: Sequence[EventDraft] = (),
) -> Case:
    """Take a transition that was checked, on a locked case; `facts` that were learnt with it come before it."""
    before = case.state
    book = rule_book(case.shop.platform)
    if isinstance(said, RefundData) and said.amount not in (None, case.refund_amount):
        apply_clocks(case=case, book=book, now=now)  # what is overdue already put the old amount at risk
        case.refund_amount = said.amount
    getattr(case, rule.name)(said)
    written = said.model_dump(mode="json", exclude_defaults=True)
    if note:
        written["note"] = note
    _mark_moments(case, at)
    draft = EventDraft(rule.event, at, written, source, before, case.state)
    append(case=case, drafts=[*facts, draft], by=by, now=now)
    note_parcel(case=case, event_type=rule.event, data=written)
    apply_clocks(case=case, book=book, now=now)
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
    append(case=following, drafts=_carried(case), by=by, now=now)
    apply_clocks(case=following, book=rule_book(case.shop.platform), now=now)
    following.save()
    return as_kind(following)


def _carried(case: Case) -> list[EventDraft]:
    """The facts that a following case starts with.

    What was owed and the hand-over cut short runs on there; what had ended, well or badly, is not measured again.
    """
    duties = list(Deadline.objects.filter(case_id=case.pk, clock__in=OWED))
    cut_short = [
        row
        for row in duties
        if row.outcome == Outcome.CANCELLED
        and row.cancelled_at
        and case.closed_at
        and row.cancelled_at >= case.closed_at
    ]
    settled = {(row.started_by, row.started_at) for row in duties if row not in cut_short}
    drafts = []
    for event in case.events.filter(type__in=CARRIED | {EventType.PLATFORM_COUNTDOWN}).order_by("seq"):
        if event.type == EventType.PLATFORM_COUNTDOWN and not _still_counts(event, cut_short):
            continue
        data = {**event.data, "from_case": case.ref}
        if (event.type, event.at) in settled:
            data["settled"] = True
        drafts.append(EventDraft(event.type, event.at, data, event.source))
    return drafts


def _still_counts(countdown: CaseEvent, cut_short: list[Deadline]) -> bool:
    about = str(countdown.data.get("subject", ""))
    return any(
        countdown.at >= row.started_at
        and about in ("", row.subject)
        and countdown.data.get("deadline") in ((None, "", row.rule) if row.computed_due_at is None else (row.rule,))
        for row in cut_short
    )
