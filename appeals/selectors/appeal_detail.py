"""Everything that the page of one appeal shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aftersales.enums import DueSource, EventType
from aftersales.selectors.wording import masked, urgency, words
from appeals.claims import largest_amount
from appeals.enums import AppealState, ItemKind, ItemOutcome, WindowState
from appeals.permissions import can_withdraw
from appeals.readiness import lock_reason, statement_length
from appeals.selectors.appeals import ITEM_TONES, STATE_TONES, asked_money
from appeals.selectors.dossiers import Standing
from appeals.selectors.packet_section import packet_context
from appeals.selectors.parts import cases_of
from appeals.selectors.piece_rows import piece_rows
from appeals.selectors.reconsiderations import can_reconsider
from appeals.selectors.windows import gate_note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from aftersales.models import User
    from appeals.models import Appeal, AppealItem


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
    statement_length: int
    reconsiders: Appeal | None
    platform_appeal_no: str
    filed_version: int | None
    filed_sha256: str
    caution: str
    submitted_at: datetime | None
    submitted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWindow:
    urgency: str
    is_open: bool
    state_label: str
    opens_at: datetime | None
    closes_at: datetime | None
    note: str
    source_label: str
    started_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One order that the appeal is about."""

    ref: str
    order_no: str
    product: str
    buyer: str
    amount: Decimal | None
    can_remove: bool


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


def appeal_context(standing: Standing, *, user: User, at: datetime) -> dict[str, Any]:
    """What the templates of an appeal's page read, by name."""
    appeal = standing.appeal
    is_submitted = appeal.state == AppealState.SUBMITTED
    return {
        "appeal": appeal_head(standing),
        "cases": case_rows(appeal),
        "orders_max": standing.rule.orders_max,
        "can_reconsider": can_reconsider(appeal, standing.book, at),
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


def submit_warning(standing: Standing) -> str:
    """PD-26, PD-27, PD-32 and 2B, before it is too late."""
    if standing.appeal.reconsiders_id:
        return _("This is the last chance: there is nothing after a reconsideration, and false proof is punished.")
    if standing.dossier.orders > 1:
        return _("Check that every order fits the description: one that does not can fail the whole complaint.")
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
        statement_length=statement_length(appeal.statement),
        reconsiders=appeal.reconsiders,
        platform_appeal_no=appeal.platform_appeal_no,
        filed_version=appeal.filed_packet.appeal_version if appeal.filed_packet else None,
        filed_sha256=appeal.filed_packet.sha256 if appeal.filed_packet else "",
        caution=_caution(standing),
        submitted_at=appeal.submitted_at,
        submitted_by=appeal.submitted_by.display_name if appeal.submitted_by else "",
    )


def case_rows(appeal: Appeal) -> list[CaseRow]:
    """Its cases in their order; its own, the first, stays."""
    return [
        CaseRow(
            ref=case.ref,
            order_no=case.order.platform_order_no,
            product=case.order.product,
            buyer=masked(case.order.buyer),
            amount=case.order.amount,
            can_remove=place > 0 and appeal.is_draft,
        )
        for place, case in enumerate(cases_of(appeal))
    ]


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
    clock, window = standing.appeal.window, standing.dossier.window
    state = window.state(at)
    is_open = state == WindowState.OPEN and standing.appeal.is_draft
    return HeadWindow(
        urgency=urgency(clock.due_at, at) if clock and is_open else "none",
        is_open=is_open,
        state_label=_("Handed in in time") if standing.appeal.submitted_at else str(state.label),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        note=gate_note(standing.gate),
        source_label=str(DueSource(clock.due_source).label) if clock else "",
        started_because=str(EventType(clock.started_by).label) if clock else "",
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
