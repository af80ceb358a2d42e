"""Lists of appeals and of open windows, as rows for a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from aftersales.enums import ClockKind, DueSource, Outcome
from aftersales.errors import NotFound
from aftersales.models import Case, Deadline
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import urgency, words
from appeals.enums import AppealState, ItemKind, ItemOutcome, WindowState
from appeals.models import Appeal
from appeals.readiness import blocking
from appeals.selectors.dossiers import standings
from appeals.selectors.parts import cases_of, loaded
from appeals.selectors.rules import rule_of
from appeals.selectors.windows import CaseWindow, gate_note, with_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from aftersales.models import ApiToken, User
    from appeals.querysets import AppealQuerySet

STATE_TONES: dict[str, str] = {
    AppealState.DRAFT: "accent",
    AppealState.SUBMITTED: "soon",
    AppealState.WON: "calm",
    AppealState.PARTLY_WON: "soon",
    AppealState.LOST: "overdue",
    AppealState.WITHDRAWN: "",
    AppealState.EXPIRED: "",
}
ITEM_TONES: dict[str, str] = {ItemOutcome.WON: "calm", ItemOutcome.LOST: "overdue", "": ""}
NUMBER_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """A window with its type of appeal."""

    type_code: str
    type_label: str
    urgency: str
    is_open: bool
    state: str
    state_label: str
    opens_at: datetime | None
    closes_at: datetime | None
    source_label: str
    money: Decimal | None
    note: str
    can_open: bool
    reason: str
    case_ref: str
    order_no: str
    shop_name: str
    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    pk: str
    number: str
    type_label: str
    urgency: str
    closes_at: datetime | None
    money: Decimal
    case_refs: list[str]
    shop_name: str
    is_ready: bool
    checks_done: int
    checks_total: int
    first_missing: str
    drafted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    label: str
    outcome_label: str
    outcome_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledRow:
    pk: str
    number: str
    type_label: str
    state_label: str
    state_tone: str
    case_refs: list[str]
    order_no: str
    shop_name: str
    money: Decimal
    won_money: Decimal | None
    items: list[ItemResult]
    submitted_at: datetime | None
    submitted_by: str
    decided_at: datetime | None


def find_appeal(ref: str, *, user: User | None = None, token: ApiToken | None = None) -> Appeal:
    """An appeal by its id or its number, with what the checks need; without a user, of any shop.

    Raises `NotFound` also for an appeal of a shop that the reader does not work for.
    """
    appeals = loaded(Appeal.objects.all() if user is None else Appeal.objects.visible_to(user, token))
    start = ref.strip().upper().removeprefix("A-").replace("-", "")
    is_number = len(start) in (NUMBER_DIGITS, 32) and all(digit in "0123456789ABCDEF" for digit in start)
    found = list(appeals.filter(pk__startswith=start[:NUMBER_DIGITS].lower())) if is_number else []
    found = [appeal for appeal in found if appeal.pk.hex.startswith(start.lower())]
    if len(found) != 1:
        raise NotFound(_("There is no such appeal among those of your shops."), code="appeal_not_found")
    return found[0]


def open_windows(*, user: User, at: datetime, token: ApiToken | None = None) -> QuerySet[Deadline]:
    """Windows in which nothing was drafted or handed in yet, with their case; the nearest end first."""
    cases = Case.objects.visible_to(user, token)
    return (
        Deadline.objects.filter(
            case__in=cases, clock=ClockKind.WINDOW, outcome=Outcome.RUNNING, due_at__gte=at, stopped_at__isnull=True
        )
        .filter(~Exists(Appeal.objects.open().filter(window=OuterRef("pk"))))
        .select_related("case__shop", "case__order")
        .order_by("due_at", "pk")
    )


def window_rows(clocks: Sequence[Deadline], at: datetime) -> list[WindowRow]:
    books = rule_books(sorted({clock.case.shop.platform for clock in clocks}))
    return [window_row(window, at) for window in with_reasons(clocks, books, at)]


def window_row(window: CaseWindow, at: datetime) -> WindowRow:
    clock, case, state = window.clock, window.case, window.state(at)
    is_open = state == WindowState.OPEN
    return WindowRow(
        type_code=window.rule.code,
        type_label=words(window.rule.name),
        urgency=urgency(clock.due_at, at) if clock and is_open else "none",
        is_open=is_open,
        state=state.value,
        state_label=str(state.label),
        opens_at=window.window.opens_at,
        closes_at=window.window.closes_at,
        source_label=str(DueSource(clock.due_source).label) if clock else "",
        money=case.refund_amount,
        note=window.reason if state == WindowState.CONFLICT else gate_note(window.gate),
        can_open=window.can_open,
        reason="" if state == WindowState.CONFLICT else window.reason,
        case_ref=case.ref,
        order_no=case.order.platform_order_no,
        shop_name=case.shop.name,
        product=case.order.product,
    )


def listed(tab: str, *, user: User, token: ApiToken | None = None) -> AppealQuerySet:
    """The appeals of a tab: drafts by time left, submitted and ended newest first."""
    appeals = Appeal.objects.visible_to(user, token)
    if tab == "drafts":
        return appeals.drafts().order_by(F("window__due_at").asc(nulls_last=True), "pk")
    if tab == "submitted":
        return appeals.filter(state=AppealState.SUBMITTED).order_by("-submitted_at", "-pk")
    return appeals.exclude(state__in=[AppealState.DRAFT, AppealState.SUBMITTED]).order_by("-ended_at", "-pk")


def asked_money(appeal: Appeal) -> Decimal:
    return sum((item.amount for item in appeal.items.all() if item.amount), Decimal(0))


def won_money(appeal: Appeal) -> Decimal | None:
    """None until something is decided."""
    items = appeal.items.all()
    if not any(item.outcome for item in items):
        return None
    return sum((item.amount_won for item in items if item.amount_won), Decimal(0))


def draft_rows(appeals: Sequence[Appeal], at: datetime) -> list[DraftRow]:
    """The appeals come from `loaded`."""
    rows = []
    for standing in standings(appeals, at):
        appeal, missing = standing.appeal, blocking(standing.checks)
        closes_at = standing.dossier.window.closes_at
        rows.append(
            DraftRow(
                pk=str(appeal.pk),
                number=appeal.number,
                type_label=words(standing.rule.name),
                urgency=urgency(closes_at, at) if closes_at else "none",
                closes_at=closes_at,
                money=asked_money(appeal),
                case_refs=[case.ref for case in cases_of(appeal)],
                shop_name=appeal.case.shop.name,
                is_ready=not missing,
                checks_done=standing.checks_done,
                checks_total=len(standing.checks),
                first_missing=missing[0].reason if missing else "",
                drafted_by=appeal.opened_by.display_name,
            )
        )
    return rows


def filed_rows(appeals: Sequence[Appeal]) -> list[FiledRow]:
    """The appeals come from `loaded`."""
    books = rule_books(sorted({appeal.case.shop.platform for appeal in appeals}))
    return [
        FiledRow(
            pk=str(appeal.pk),
            number=appeal.number,
            type_label=words(rule_of(appeal, books[appeal.case.shop.platform]).name),
            state_label=str(AppealState(appeal.state).label),
            state_tone=STATE_TONES[appeal.state],
            case_refs=[case.ref for case in cases_of(appeal)],
            order_no=appeal.case.order.platform_order_no,
            shop_name=appeal.case.shop.name,
            money=asked_money(appeal),
            won_money=won_money(appeal),
            items=[
                ItemResult(
                    label=str(ItemKind(item.kind).label),
                    outcome_label=str(ItemOutcome(item.outcome).label) if item.outcome else "",
                    outcome_tone=ITEM_TONES[item.outcome],
                )
                for item in appeal.items.all()
            ],
            submitted_at=appeal.submitted_at,
            submitted_by=appeal.submitted_by.display_name if appeal.submitted_by else "",
            decided_at=appeal.ended_at,
        )
        for appeal in appeals
    ]
