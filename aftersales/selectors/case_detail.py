"""Everything the case page and the API's case call show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.enums import ClockKind, EventType, Issue, Kind, Party, State
from aftersales.errors import NotFound
from aftersales.models import Case, CaseEvent, CaseVisit, Deadline, Direction, Shipment, as_kind
from aftersales.permissions import can_case
from aftersales.selectors.case_actions import Action, case_actions
from aftersales.selectors.deadlines import deadline_row
from aftersales.selectors.policies import RuleBook, rule_book
from aftersales.selectors.rows import PRESENT
from aftersales.selectors.situations import situation_of
from aftersales.selectors.wording import NEXT_STEPS, STATE_TONES, words

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import ApiToken, User
    from aftersales.selectors.deadlines import DeadlineRow
    from aftersales.situation import Situation


@dataclass(frozen=True, slots=True)
class Parcel:
    direction_label: str
    courier: str
    tracking_no: str
    status_label: str
    tone: str
    last_at: datetime | None
    last_text: str


@dataclass(frozen=True, slots=True)
class RelatedCase:
    ref: str
    kind_label: str
    state_label: str
    state_tone: str
    relation_label: str
    refund_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CaseDetail:
    case: Case
    book: RuleBook
    situation: Situation
    events: list[CaseEvent]
    deadlines: list[DeadlineRow]
    actions: list[Action]
    related: list[RelatedCase]
    parcels: list[Parcel]
    viewers: list[str]
    head: CaseHead


@dataclass(frozen=True, slots=True)
class CaseHead:
    """The top of the page."""

    ref: str
    version: int
    kind_label: str
    state_label: str
    state_tone: str
    issue_label: str
    platform_label: str
    shop_name: str
    platform_case_no: str
    urgency: str
    due_at: datetime | None
    is_task: bool
    deadline_name: str
    due_source_label: str
    consequence: str
    money_at_risk: Decimal
    refund_amount: Decimal | None
    order_amount: Decimal | None
    reason: str
    owner_id: int | None
    owner_name: str
    next_step: str


def find_case(ref: str, *, user: User, token: ApiToken | None = None) -> Case:
    """A case by its own number, or by `shopcode:platform case number`; as its kind's proxy.

    Raises `NotFound` also for a case of a shop that the reader does not work for.
    """
    cases = Case.objects.visible_to(user, token).select_related("shop", "order", "assignee", "follows")
    shop_code, colon, number = ref.partition(":")
    if colon:
        found = cases.filter(shop__code=shop_code, platform_case_no=number).order_by("-pk").first()
    elif ref.upper().startswith("C-") and ref[2:].isdecimal() and len(ref) <= 20:  # noqa: PLR2004 - a number the database can hold
        found = cases.filter(pk=int(ref[2:])).first()
    else:
        found = None
    if found is None:
        raise NotFound(_("There is no such case among those of your shops."), code="case_not_found")
    return as_kind(found)


def case_detail(case: Case, *, user: User, at: datetime, source: str = "person") -> CaseDetail:
    """A fixed number of queries, however long the case's story is."""
    book = rule_book(case.shop.platform)
    events = list(CaseEvent.objects.filter(case_id=case.pk).select_related("actor").order_by("-at", "-seq"))
    situation = situation_of(case, book, at=at, events=reversed(events))
    rows = Deadline.objects.filter(case_id=case.pk).order_by("started_at", "pk")
    deadlines = sorted((deadline_row(row, book, at) for row in rows), key=lambda row: (not row.is_running, row.due_at))
    return CaseDetail(
        case=case,
        book=book,
        situation=situation,
        events=events,
        deadlines=deadlines,
        actions=case_actions(case, situation, source=source),
        related=_related(case, user),
        parcels=_parcels(case, events),
        viewers=_viewers(case, user, at),
        head=_head(case, book, deadlines),
    )


def _head(case: Case, book: RuleBook, deadlines: list[DeadlineRow]) -> CaseHead:
    running = [row for row in deadlines if row.is_running]
    mine = [row for row in running if row.clock == ClockKind.DUTY and row.party == Party.MERCHANT and case.is_open]
    windows = [row for row in running if row.clock == ClockKind.WINDOW]
    tasks = [row for row in running if row.code == case.task_rule]
    leading = min(tasks or mine or windows, key=lambda row: row.due_at, default=None)
    rule = book.newest.rule(leading.code) if leading else None
    costs = rule is not None and rule.consequence.money != "none"
    return CaseHead(
        ref=case.ref,
        version=case.version,
        kind_label=str(Kind(case.kind).label),
        state_label=str(State(case.state).label),
        state_tone=STATE_TONES.get(case.state, ""),
        issue_label=str(Issue(case.issue).label) if case.issue else "",
        platform_label=words(book.newest.name),
        shop_name=case.shop.name,
        platform_case_no=case.platform_case_no,
        urgency=leading.urgency if leading else "none",
        due_at=leading.due_at if leading else None,
        is_task=bool(tasks),
        deadline_name=leading.name if leading else "",
        due_source_label=leading.due_source_label if leading else "",
        consequence=leading.consequence if leading else "",
        money_at_risk=case.amount_at_risk if leading in windows or costs else Decimal(0),
        refund_amount=case.refund_amount,
        order_amount=case.order.amount,
        reason=case.reason,
        owner_id=case.assignee_id,
        owner_name=case.assignee.display_name if case.assignee else "",
        next_step=words(rule.next_step) if rule and rule.next_step else str(NEXT_STEPS[case.state]),
    )


def _related(case: Case, user: User) -> list[RelatedCase]:
    others = Case.objects.filter(order_id=case.order_id).exclude(pk=case.pk).order_by("requested_at", "pk")
    rows = []
    for other in others if can_case(user, case) else []:
        relation: _StrOrPromise = ""
        if other.pk == case.follows_id:
            relation = _("this case follows it")
        elif other.follows_id == case.pk:
            relation = _("it follows this case")
        rows.append(
            RelatedCase(
                ref=other.ref,
                kind_label=str(Kind(other.kind).label),
                state_label=str(State(other.state).label),
                state_tone=STATE_TONES.get(other.state, ""),
                relation_label=str(relation),
                refund_amount=other.refund_amount,
            )
        )
    return rows


_RETURN_TYPES = {EventType.RETURN_SHIPPED, EventType.RETURN_SIGNED}
_OUTBOUND_TYPES = {
    EventType.SHIPMENT_SCANNED,
    EventType.SHIPMENT_STALLED,
    EventType.SHIPMENT_NO_TRACE,
    EventType.OUT_FOR_DELIVERY,
    EventType.SHIPMENT_SIGNED,
}
_PARCEL_TONES = {
    EventType.SHIPMENT_SIGNED: "calm",
    EventType.RETURN_SIGNED: "calm",
    EventType.SHIPMENT_STALLED: "urgent",
    EventType.SHIPMENT_NO_TRACE: "urgent",
}


def _parcels(case: Case, events: list[CaseEvent]) -> list[Parcel]:
    parcels = []
    for shipment in Shipment.objects.filter(order_id=case.order_id).order_by("direction", "pk"):
        wanted = _RETURN_TYPES if shipment.direction == Direction.RETURN else _OUTBOUND_TYPES
        last = next((event for event in events if event.type in wanted), None)
        parcels.append(
            Parcel(
                direction_label=str(Direction(shipment.direction).label),
                courier=shipment.courier,
                tracking_no=shipment.tracking_no,
                status_label=str(EventType(last.type).label) if last else str(_("no scan known")),
                tone=_PARCEL_TONES.get(EventType(last.type), "") if last else "",
                last_at=last.at if last else None,
                last_text=str(last.data.get("place", "")) if last else "",
            )
        )
    return parcels


def _viewers(case: Case, user: User, at: datetime) -> list[str]:
    visits = CaseVisit.objects.filter(case_id=case.pk, seen_at__gte=at - PRESENT).exclude(user=user)
    return [visit.user.display_name for visit in visits.select_related("user")]
