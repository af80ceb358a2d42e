"""What a packet says, from stored facts only and in the words of its reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.enums import ClockKind, EventType, Issue, Kind, Outcome, Party
from aftersales.models import CaseEvent, Deadline, Direction, Shipment
from aftersales.selectors.wording import masked
from appeals.enums import ItemKind
from appeals.packets.content import Claim, DeadlineRow, PacketContent, Piece, TimelineRow
from appeals.selectors.dossiers import chosen_pieces, claims_of
from appeals.selectors.rules import pack_of, rule_of
from appeals.story import ACTORS, KEY_TYPES, SHOWN

if TYPE_CHECKING:
    from aftersales.models import Case
    from aftersales.policy import Pack
    from aftersales.selectors.policies import RuleBook
    from appeals.models import Appeal


def packet_content(appeal: Appeal, book: RuleBook, *, language: str) -> PacketContent:
    """The content of a packet of the appeal as it is now; the path of a piece is its key in the evidence store.

    It is dated by the last fact that it tells, so the same facts give the same packet. The appeal comes from `loaded`.
    """
    with translation.override(language):
        case = appeal.case
        pack = pack_of(appeal.window, book)
        rule = rule_of(appeal, book)
        events = list(CaseEvent.objects.filter(case_id=case.pk).order_by("at", "seq"))
        told = [event for event in events if ACTORS[EventType(event.type)] is not None]
        ground = next((ground for ground in rule.grounds if ground.code == appeal.ground), None)
        prepared_at = max([appeal.changed_at, *(event.recorded_at for event in told)])
        return PacketContent(
            case_no=case.ref,
            title=_("Appeal for order %(order)s") % {"order": case.order.platform_order_no},
            platform=pack.name.in_language(language),
            shop=case.shop.name,
            appeal_type=rule.name.in_language(language),
            ground=ground.name.in_language(language) if ground else "",
            appellant=case.shop.name,
            order_no=case.order.platform_order_no,
            platform_case_no=case.platform_case_no,
            product=case.order.product,
            buyer_masked=masked(case.order.buyer),
            order_amount=case.order.amount,
            refund_amount=case.refund_amount,
            claims=tuple(Claim(str(ItemKind(claim.kind).label), claim.amount) for claim in claims_of(appeal)),
            statement=appeal.statement,
            facts=_facts(appeal),
            timeline=tuple(_timeline_row(event) for event in told),
            deadlines=_deadlines(case, pack, language),
            pieces=_pieces(appeal, pack, language),
            prepared_at=localtime(prepared_at),
            language=language,
        )


def _facts(appeal: Appeal) -> tuple[tuple[str, str], ...]:
    case = appeal.case
    rows = [
        (_("Kind of case"), str(Kind(case.kind).label)),
        (_("Issue"), str(Issue(case.issue).label) if case.issue else ""),
        (_("Reason"), case.reason),
        (_("Requested at"), f"{localtime(case.requested_at):%Y-%m-%d %H:%M:%S}"),
        (str(EventType(appeal.window.started_by).label), f"{localtime(appeal.window.started_at):%Y-%m-%d %H:%M:%S}"),
    ]
    parcels = Shipment.objects.filter(order_id=case.order_id).order_by("direction", "pk")
    rows += [(str(Direction(shipment.direction).label), str(shipment)) for shipment in parcels]
    return tuple((label, value) for label, value in rows if value)


def _timeline_row(event: CaseEvent) -> TimelineRow:
    type = EventType(event.type)
    actor = ACTORS[type]
    shown = [f"¥{event.data[key]}" if key == "amount" else str(event.data[key]) for key in SHOWN if event.data.get(key)]
    text = " · ".join([str(type.label), *shown])
    return TimelineRow(localtime(event.at), text, str(Party(actor).label) if actor else "", is_key=type in KEY_TYPES)


def _deadlines(case: Case, pack: Pack, language: str) -> tuple[DeadlineRow, ...]:
    """The duties that the merchant kept; what the desk itself counts as late is not for the platform."""
    rows = []
    kept = Deadline.objects.filter(
        case_id=case.pk, clock=ClockKind.DUTY, party=Party.MERCHANT, outcome=Outcome.MET
    ).order_by("started_at", "pk")
    for row in kept:
        rule = pack.rule(row.rule)
        rows.append(
            DeadlineRow(
                name=rule.name.in_language(language) if rule else row.rule,
                started_at=localtime(row.started_at),
                due_at=localtime(row.due_at),
                stopped_at=localtime(row.stopped_at) if row.stopped_at else None,
                outcome_text=str(Outcome(row.outcome).label),
            )
        )
    return tuple(rows)


def _pieces(appeal: Appeal, pack: Pack, language: str) -> tuple[Piece, ...]:
    slots = {slot.code: slot.name.in_language(language) for slot in pack.slot}
    return tuple(
        Piece(
            number=number,
            path=Path(piece.item.key),
            media_type=piece.item.media_type,
            caption=piece.caption or slots.get(piece.item.slot, piece.item.slot),
            slot_name=slots.get(piece.item.slot, piece.item.slot),
            sha256=piece.item.sha256,
            byte_size=piece.item.byte_size,
            original_name=piece.item.original_name,
            added_at=localtime(piece.item.added_at),
            added_by=appeal.case.shop.name,
            width=piece.item.width,
            height=piece.item.height,
            pages=piece.item.pages,
        )
        for number, piece in enumerate(chosen_pieces(appeal), start=1)
    )
