"""Everything that the page of one appeal shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aftersales.enums import DueSource, EventType
from aftersales.selectors.wording import urgency, words
from appeals.claims import largest_amount
from appeals.enums import AppealState, ItemKind, ItemOutcome, Profile, WindowState
from appeals.permissions import can_withdraw
from appeals.readiness import lock_reason
from appeals.selectors.appeals import ITEM_TONES, STATE_TONES, asked_money
from appeals.selectors.dossiers import Standing, chosen_pieces
from appeals.selectors.packets import packet_detail, shown_packet
from appeals.selectors.rules import pack_of
from appeals.selectors.slots import case_evidence
from appeals.selectors.windows import gate_note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from aftersales.models import User
    from appeals.models import AppealItem
    from evidence.models import EvidenceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealHead:
    pk: UUID
    number: str
    version: int
    type_label: str
    state_label: str
    state_tone: str
    platform_label: str
    shop_name: str
    money: Decimal
    ground: str
    statement: str
    statement_limit: int
    caution: str
    submitted_at: datetime | None
    submitted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWindow:
    urgency: str
    is_open: bool
    state_label: str
    opens_at: datetime
    closes_at: datetime
    note: str
    source_label: str
    started_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    code: str
    label: str
    is_chosen: bool
    is_available: bool
    has_money: bool
    amount: Decimal | None
    max_amount: Decimal | None
    note: str
    outcome_label: str
    outcome_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    """A file of the case that is, or could be, in the packet; `pk` is the evidence item's."""

    pk: UUID
    name: str
    slot_name: str
    caption: str
    position: int
    is_chosen: bool
    has_preview: bool
    byte_size: int


def appeal_context(standing: Standing, *, user: User, at: datetime) -> dict[str, Any]:
    """What the templates of an appeal's page read, by name."""
    appeal = standing.appeal
    is_submitted = appeal.state == AppealState.SUBMITTED
    return {
        "appeal": appeal_head(standing),
        "cases": [{"ref": appeal.case.ref, "order_no": appeal.case.order.platform_order_no}],
        "window": _window(standing, at),
        "can_edit": appeal.is_draft,
        "can_record_outcome": is_submitted,
        "can_withdraw": (appeal.is_draft or is_submitted) and can_withdraw(user, appeal),
        "grounds": [(ground.code, words(ground.name)) for ground in standing.rule.grounds],
        "items": _items(standing),
        "pieces": piece_rows(standing),
        **readiness_context(standing),
        **packet_context(standing),
    }


def readiness_context(standing: Standing) -> dict[str, Any]:
    return {
        "can_edit": standing.appeal.is_draft,
        "checks": standing.checks if standing.appeal.is_draft else [],
        "checks_done": standing.checks_done if standing.appeal.is_draft else 0,
        "is_ready": standing.is_ready,
        "submit_warning": submit_warning(standing),
    }


def packet_context(standing: Standing) -> dict[str, Any]:
    packet = shown_packet(standing.appeal)
    return {
        "packet": packet_detail(packet, standing.appeal) if packet else None,
        "can_build": standing.appeal.is_draft,
        "profiles": [(profile.value, str(profile.label)) for profile in Profile],
    }


def submit_warning(standing: Standing) -> str:
    """PD-26 and PD-27, before it is too late."""
    if not standing.rule.locks_order:
        return ""
    warning = _("You can appeal once: if an item is lost, this order cannot be appealed again.")
    if len(standing.dossier.claims) > 1:
        warning += " " + _(
            "An item that is not needed counts against the shop when it is lost: keep only those that are."
        )
    return warning


def appeal_head(standing: Standing) -> AppealHead:
    appeal = standing.appeal
    return AppealHead(
        pk=appeal.pk,
        number=appeal.number,
        version=appeal.version,
        type_label=words(standing.rule.name),
        state_label=str(AppealState(appeal.state).label),
        state_tone=STATE_TONES[appeal.state],
        platform_label=words(standing.book.newest.name),
        shop_name=appeal.case.shop.name,
        money=asked_money(appeal),
        ground=appeal.ground,
        statement=appeal.statement,
        statement_limit=standing.rule.statement_max,
        caution=_caution(standing),
        submitted_at=appeal.submitted_at,
        submitted_by=appeal.submitted_by.display_name if appeal.submitted_by else "",
    )


def _caution(standing: Standing) -> str:
    """What locks the order means for a draft; after a partly lost appeal, what did not fail needs a look (A4)."""
    if standing.lock is None or not standing.appeal.is_draft:
        return ""
    if standing.lock.is_whole:
        return lock_reason(standing.lock, ())
    return _("%(number)s on this order was lost in part: ask the platform whether the other items may be appealed.") % {
        "number": standing.lock.number
    }


def _window(standing: Standing, at: datetime) -> HeadWindow:
    clock, state = standing.appeal.window, standing.dossier.window.state(at)
    is_open = state == WindowState.OPEN and standing.appeal.is_draft
    return HeadWindow(
        urgency=urgency(clock.due_at, at) if is_open else "none",
        is_open=is_open,
        state_label=str(state.label),
        opens_at=standing.dossier.window.opens_at,
        closes_at=clock.due_at,
        note=gate_note(standing.gate),
        source_label=str(DueSource(clock.due_source).label),
        started_because=str(EventType(clock.started_by).label),
    )


def _items(standing: Standing) -> list[ItemRow]:
    appeal = standing.appeal
    chosen = {item.kind: item for item in appeal.items.all()}
    rows = []
    for code in standing.rule.items:
        item, kind = chosen.get(code), ItemKind(code)
        locked = lock_reason(standing.lock, (code,)) if standing.lock and appeal.is_draft else ""
        limit = largest_amount(code, appeal.case.refund_amount)
        rows.append(
            ItemRow(
                code=code,
                label=str(kind.label),
                is_chosen=item is not None,
                is_available=not locked,
                has_money=kind != ItemKind.LIABILITY,
                amount=item.amount if item else None,
                max_amount=limit,
                note=locked or _item_note(item, limit),
                outcome_label=str(ItemOutcome(item.outcome).label) if item and item.outcome else "",
                outcome_tone=ITEM_TONES[item.outcome] if item else "",
            )
        )
    return rows


def _item_note(item: AppealItem | None, limit: Decimal | None) -> str:
    if item and item.amount_won is not None:
        return _("won ¥%(amount)s") % {"amount": item.amount_won}
    return _("at most ¥%(limit)s") % {"limit": limit} if limit is not None else ""


def piece_rows(standing: Standing) -> list[PieceRow]:
    """The chosen pieces in their order; on a draft, what else the case has after them."""
    appeal = standing.appeal
    slots = {slot.code: words(slot.name) for slot in pack_of(appeal.window, standing.book).slot}
    chosen = chosen_pieces(appeal)
    rows = [
        _piece_row(piece.item, slots, position=place, is_chosen=True, caption=piece.caption)
        for place, piece in enumerate(chosen, start=1)
    ]
    if appeal.is_draft:
        used = {piece.item_id for piece in chosen}
        others = [item for item in case_evidence(appeal.case, standing.book) if item.pk not in used]
        rows += [
            _piece_row(item, slots, position=place, is_chosen=False, caption=item.caption)
            for place, item in enumerate(others, start=len(rows) + 1)
        ]
    return rows


def _piece_row(item: EvidenceItem, slots: dict[str, str], *, position: int, is_chosen: bool, caption: str) -> PieceRow:
    return PieceRow(
        pk=item.pk,
        name=item.original_name,
        slot_name=slots.get(item.slot, item.slot),
        caption=caption,
        position=position,
        is_chosen=is_chosen,
        has_preview=True,
        byte_size=item.byte_size,
    )


def case_panel_appeals(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """The appeals of a case as its panel lists them."""
    return [
        {
            "pk": standing.appeal.pk,
            "type_label": words(standing.rule.name),
            "state_label": str(AppealState(standing.appeal.state).label),
            "state_tone": STATE_TONES[standing.appeal.state],
            "is_draft": standing.appeal.is_draft,
            "checks_done": standing.checks_done,
            "checks_total": len(standing.checks),
            "money": asked_money(standing.appeal) or None,
        }
        for standing in standings
    ]
