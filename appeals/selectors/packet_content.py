"""What a packet says, from stored facts only and in the words of its reader."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.enums import ClockKind, EventType, Issue, Kind, Outcome, Party
from aftersales.models import CaseEvent, Deadline, Direction, Shipment
from aftersales.selectors.wording import masked
from appeals.enums import ItemKind
from appeals.packets.content import Claim, DeadlineRow, Order, PacketContent, TimelineRow
from appeals.selectors.packet_pieces import packet_pieces
from appeals.selectors.parts import cases_of, claims_of
from appeals.selectors.rules import pack_of, rule_of
from appeals.story import ACTORS, KEY_TYPES, SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.models import Case
    from aftersales.policy import Pack
    from aftersales.selectors.policies import RuleBook
    from appeals.models import Appeal

    Pairs = tuple[tuple[str, str], ...]


def packet_content(appeal: Appeal, book: RuleBook, *, language: str) -> PacketContent:
    """The content of a packet of the appeal as it is now; the path of a file is its key in the evidence store.

    It is dated by the last fact that it tells, so the same facts give the same packet. Nothing in it is masked yet.
    The appeal comes from `loaded`.
    """
    with translation.override(language):
        cases = cases_of(appeal)
        case = appeal.case
        pack, rule = pack_of(appeal, book), rule_of(appeal, book)
        events = CaseEvent.objects.filter(case_id__in=[one.pk for one in cases]).order_by("at", "case_id", "seq")
        told = [event for event in events if ACTORS[EventType(event.type)] is not None]
        parcels = list(
            Shipment.objects.filter(order_id__in=[one.order_id for one in cases]).order_by("direction", "pk")
        )
        refs = {one.pk: one.ref for one in cases} if len(cases) > 1 else {}
        ground = next((ground for ground in rule.grounds if ground.code == appeal.ground), None)
        return PacketContent(
            case_no=case.ref,
            title=_title(cases),
            platform=pack.name.in_language(language),
            shop=case.shop.name,
            appeal_type=rule.name.in_language(language),
            ground=ground.name.in_language(language) if ground else "",
            appellant=case.shop.name,
            order_no=case.order.platform_order_no,
            platform_case_no=case.platform_case_no,
            product=case.order.product,
            buyer=case.order.buyer,
            buyer_masked=masked(case.order.buyer),
            order_amount=case.order.amount,
            refund_amount=case.refund_amount,
            claims=tuple(Claim(str(ItemKind(claim.kind).label), claim.amount) for claim in claims_of(appeal)),
            statement=appeal.statement,
            facts=_facts(appeal, cases, parcels),
            orders=tuple(_order(one, parcels) for one in cases) if refs else (),
            timeline=tuple(_timeline_row(event, refs) for event in told),
            deadlines=_deadlines(cases, refs, pack, language),
            pieces=packet_pieces(appeal, pack, language),
            kept_numbers=_numbers(cases, parcels, told),
            prepared_at=localtime(_last_fact(appeal, told)),
            language=language,
        )


def _title(cases: Sequence[Case]) -> str:
    if len(cases) > 1:
        return _("Appeal about %(count)s orders") % {"count": len(cases)}
    return _("Appeal for order %(order)s") % {"order": cases[0].order.platform_order_no}


def _last_fact(appeal: Appeal, told: Sequence[CaseEvent]) -> datetime:
    return max([appeal.changed_at, *(event.recorded_at for event in told)])


def _facts(appeal: Appeal, cases: Sequence[Case], parcels: Sequence[Shipment]) -> Pairs:
    rows = list(_case_facts(appeal.case, parcels)) if len(cases) == 1 else []
    if appeal.window is not None:
        start = str(EventType(appeal.window.started_by).label)
        rows.append((start, f"{localtime(appeal.window.started_at):%Y-%m-%d %H:%M:%S}"))
    if len(cases) > 1:
        rows.append((_("Number of orders"), str(len(cases))))
    return tuple(rows)


def _case_facts(case: Case, parcels: Sequence[Shipment]) -> Pairs:
    rows = [
        (_("Kind of case"), str(Kind(case.kind).label)),
        (_("Issue"), str(Issue(case.issue).label) if case.issue else ""),
        (_("Reason"), case.reason),
        (_("Requested at"), f"{localtime(case.requested_at):%Y-%m-%d %H:%M:%S}"),
    ]
    rows += [
        (str(Direction(parcel.direction).label), str(parcel)) for parcel in parcels if parcel.order_id == case.order_id
    ]
    return tuple((label, value) for label, value in rows if value)


def _order(case: Case, parcels: Sequence[Shipment]) -> Order:
    return Order(
        case_no=case.ref,
        order_no=case.order.platform_order_no,
        platform_case_no=case.platform_case_no,
        product=case.order.product,
        buyer=case.order.buyer,
        buyer_masked=masked(case.order.buyer),
        order_amount=case.order.amount,
        refund_amount=case.refund_amount,
        facts=_case_facts(case, parcels),
    )


def _numbers(cases: Sequence[Case], parcels: Sequence[Shipment], told: Sequence[CaseEvent]) -> tuple[str, ...]:
    """What a reader looks the appeal up by: numbers of cases, orders and parcels."""
    numbers = [number for case in cases for number in (case.ref, case.platform_case_no, case.order.platform_order_no)]
    numbers += [parcel.tracking_no for parcel in parcels]
    numbers += [str(event.data.get("tracking_no") or "") for event in told]
    return tuple(dict.fromkeys(number for number in numbers if number))


def _timeline_row(event: CaseEvent, refs: dict[int, str]) -> TimelineRow:
    type = EventType(event.type)
    actor = ACTORS[type]
    shown = [f"¥{event.data[key]}" if key == "amount" else str(event.data[key]) for key in SHOWN if event.data.get(key)]
    text = " · ".join([str(type.label), *shown])
    who = str(Party(actor).label) if actor else ""
    return TimelineRow(localtime(event.at), text, who, is_key=type in KEY_TYPES, case_no=refs.get(event.case_id, ""))


def _deadlines(cases: Sequence[Case], refs: dict[int, str], pack: Pack, language: str) -> tuple[DeadlineRow, ...]:
    """The duties that the merchant kept; what the desk itself counts as late is not for the platform."""
    kept: dict[int, list[Deadline]] = defaultdict(list)
    found = Deadline.objects.filter(
        case_id__in=[case.pk for case in cases], clock=ClockKind.DUTY, party=Party.MERCHANT, outcome=Outcome.MET
    )
    for row in found.order_by("started_at", "pk"):
        kept[row.case_id].append(row)
    return tuple(_deadline_row(row, refs, pack, language) for case in cases for row in kept[case.pk])


def _deadline_row(row: Deadline, refs: dict[int, str], pack: Pack, language: str) -> DeadlineRow:
    rule = pack.rule(row.rule)
    return DeadlineRow(
        name=rule.name.in_language(language) if rule else row.rule,
        started_at=localtime(row.started_at),
        due_at=localtime(row.due_at),
        stopped_at=localtime(row.stopped_at) if row.stopped_at else None,
        outcome_text=str(Outcome(row.outcome).label),
        case_no=refs.get(row.case_id, ""),
    )
