"""Take one row of an import: open its case, or bring the case up to what the row says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType, RowOutcome, Source, State
from aftersales.errors import Conflict
from aftersales.imports.news import closing_moment, first_facts, news_of, refund_moment
from aftersales.imports.rows import RowError
from aftersales.models import Case, Direction, Order, Shipment
from aftersales.services.case_opening import add_cases, keep_order
from aftersales.services.cases import NewCase
from aftersales.services.clocks import apply_clocks
from aftersales.services.facts import keep_parcel
from aftersales.services.ledger import EventDraft, append
from aftersales.services.locks import lock_case, save_case
from aftersales.services.transitions import open_following, perform
from aftersales.states import CLOSED_STATES
from aftersales.transition_data import FollowData
from aftersales.transitions import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.deadlines import Fact
    from aftersales.imports.news import News
    from aftersales.imports.rows import ParsedRow
    from aftersales.models import CaseEvent, Shop, User
    from aftersales.selectors.policies import RuleBook

ATTEMPTS = 5
FOLLOW = TRANSITIONS["follow_platform"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row, and what a person should look at."""

    outcome: RowOutcome
    warnings: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Whose rows are taken in, by whom and when; the person's right to the shop was checked before."""

    shop: Shop
    book: RuleBook
    by: User | None
    now: datetime


def fitted(row: ParsedRow) -> ParsedRow:
    """The row with its texts cut to what the tables hold."""
    return replace(
        row,
        platform_status=_cut(Case, "platform_status", row.platform_status),
        reason=_cut(Case, "reason", row.reason),
        product=_cut(Order, "product", row.product),
        sku=_cut(Order, "sku", row.sku),
        buyer=_cut(Order, "buyer", row.buyer),
        return_courier=_cut(Shipment, "courier", row.return_courier),
        outbound_courier=_cut(Shipment, "courier", row.outbound_courier),
        return_tracking_no=_cut(Shipment, "tracking_no", row.return_tracking_no),
        outbound_tracking_no=_cut(Shipment, "tracking_no", row.outbound_tracking_no),
    )


def _cut(model: type[Case | Order | Shipment], name: str, text: str) -> str:
    length: int = getattr(model._meta.get_field(name), "max_length")  # noqa: SLF001, B009 - Django's way to a model's fields
    return text[:length]


@transaction.atomic
def take_row(*, row: ParsedRow, intake: Intake) -> Taken:
    """Open the row's case or update it, under its lock. Raises `DeskError`.

    Where somebody else opens or hands over the same case meanwhile, the unique constraint decides, and the row is
    taken as an update of what is there then.
    """
    for _attempt in range(ATTEMPTS):
        found = active_cases(shop=intake.shop, numbers=[row.platform_case_no]).values_list("pk", flat=True).first()
        if found is None:
            try:
                open_rows(rows=[row], intake=intake)
            except Conflict as conflict:
                if conflict.error_code != "case_exists":
                    raise
                continue
            return Taken(RowOutcome.CREATED)
        case = lock_case(found)
        if case.state != State.TRANSFERRED:
            return _update(case, row, intake)
    message = _("The case is being changed by somebody else: import the file again.")
    raise Conflict(message, code="case_busy")


def active_cases(*, shop: Shop, numbers: Iterable[str]) -> Any:
    """The case that goes by each number now: those that handed over keep their number but are past."""
    return Case.objects.filter(shop=shop, platform_case_no__in=numbers).exclude(state=State.TRANSFERRED)


def open_rows(*, rows: Sequence[ParsedRow], intake: Intake) -> None:
    """Open the cases of rows that are new. Raises `Conflict` where one is not, and then opens none."""
    add_cases(
        shop=intake.shop,
        new=[_opened(row, intake.now) for row in rows],
        book=intake.book,
        by=intake.by,
        now=intake.now,
        source=Source.IMPORT,
    )


def _opened(row: ParsedRow, now: datetime) -> NewCase:
    return new_case(
        row,
        state=row.state or State.PENDING,
        closed_at=closing_moment(row, now) if row.state in CLOSED_STATES else None,
        refunded_at=refund_moment(row) if row.state == State.REFUNDED else None,
        facts=_drafts(first_facts(row), now),
        parcels=parcels(row),
    )


def new_case(row: ParsedRow, **known: Any) -> NewCase:
    """A row as the case service takes it."""
    return NewCase(
        platform_case_no=row.platform_case_no,
        order_no=row.order_no,
        kind=row.kind,
        requested_at=row.requested_at,
        issue=row.issue or "",
        reason=row.reason,
        product=row.product,
        sku=row.sku,
        quantity=row.quantity or 1,
        buyer=row.buyer,
        refund_amount=row.refund_amount,
        order_amount=row.order_amount,
        platform_status=row.platform_status,
        is_status_known=row.status_known,
        platform_updated_at=row.known_until,
        **known,
    )


def _update(case: Case, row: ParsedRow, intake: Intake) -> Taken:
    before = case.order
    kinds = earlier_kinds(case) if row.kind != case.kind else frozenset[str]()
    news = news_of(row, case, list(case.events.order_by("seq")), now=intake.now, earlier_kinds=kinds)
    if news.hands_over:
        following = _hand_over(case, row, news, intake)
        events = list(following.events.order_by("seq"))
        _learn(following, row, news_of(row, following, events, now=intake.now, has_moved=True), intake)
    elif news:
        _learn(case, row, news, intake)
    warnings = tuple(doubts(row, case, order_no=before.platform_order_no))
    is_new = _fill_order(before, row, intake.shop)
    is_new = _keep_parcels(before.pk, row) or is_new
    return Taken(RowOutcome.UPDATED if news or is_new else RowOutcome.UNCHANGED, warnings)


def _learn(case: Case, row: ParsedRow, news: News, intake: Intake) -> None:
    """Write what is new; the clocks are folded once."""
    if "refund_amount" in news.fields:
        apply_clocks(case=case, book=intake.book, now=intake.now)  # what is overdue put the old amount at risk
    for name, value in news.fields.items():
        setattr(case, name, value)
    drafts = _drafts(news.facts, intake.now)
    if news.follow is not None:
        case.closed_at = closing_moment(row, news.at) if news.follow in CLOSED_STATES else None
        said = FollowData(state=State(news.follow), status=row.platform_status)
        perform(
            case=case,
            rule=FOLLOW,
            said=said,
            by=intake.by,
            at=min(news.at, intake.now),
            now=intake.now,
            source=Source.IMPORT,
            facts=drafts,
        )
    elif drafts:
        append(case=case, drafts=drafts, by=intake.by, now=intake.now)
        apply_clocks(case=case, book=intake.book, now=intake.now)
        save_case(case)
    elif news.fields.keys() == {"platform_updated_at"}:
        case.save(update_fields=["platform_updated_at"])  # no page shows it, so none becomes stale
    elif news.fields:
        save_case(case)


def _hand_over(case: Case, row: ParsedRow, news: News, intake: Intake) -> Case:
    """The platform changed the kind of a case: the old one is past, one of the new kind follows it."""
    transferred = EventDraft(EventType.CASE_TRANSFERRED, min(news.at, intake.now), {}, Source.IMPORT)
    said = FollowData(state=State.TRANSFERRED, status=row.platform_status)
    case.closed_at = transferred.at
    perform(
        case=case,
        rule=FOLLOW,
        said=said,
        by=intake.by,
        at=transferred.at,
        now=intake.now,
        source=Source.IMPORT,
        facts=[transferred],
    )
    return open_following(case=case, kind=row.kind, by=intake.by, now=intake.now)


def earlier_kinds(case: Case) -> frozenset[str]:
    """The kinds of the cases that handed over to this one."""
    kinds = set()
    follows = case.follows
    while follows is not None:
        kinds.add(follows.kind)
        follows = follows.follows
    return frozenset(kinds)


def doubts(row: ParsedRow, case: Case, *, order_no: str) -> Iterable[RowError]:
    """Where the row and the desk disagree and the desk's word stays."""
    if row.order_no != order_no:
        message = _("The file names another order for this case: the known one stays.")
        yield RowError(row.number, "", "other_order", message, row.order_no)
    is_open_there = row.state is not None and row.state not in CLOSED_STATES
    if is_open_there and row.updated_at and case.closed_at and row.updated_at > case.closed_at:
        message = _("The platform still has this case open, while it is closed here: please check.")
        yield RowError(row.number, "", "closed_here", message, row.platform_status)


def is_filled(order: Order, row: ParsedRow) -> bool:
    """Whether the row knows nothing of the order that is not known yet."""
    return not any(
        value and not getattr(order, name)
        for name, value in {
            "buyer": row.buyer, "product": row.product, "sku": row.sku, "amount": row.order_amount,
        }.items()
    )  # fmt: skip


def _fill_order(order: Order, row: ParsedRow, shop: Shop) -> bool:
    if row.order_no != order.platform_order_no or is_filled(order, row):
        return False
    keep_order(shop=shop, new=new_case(row))
    return True


def parcels(row: ParsedRow) -> list[tuple[str, str, str]]:
    """Direction, number and courier of the parcels that the row names."""
    both = (
        (Direction.OUTBOUND.value, row.outbound_tracking_no, row.outbound_courier),
        (Direction.RETURN.value, row.return_tracking_no, row.return_courier),
    )
    return [parcel for parcel in both if parcel[1]]


def _keep_parcels(order_id: int, row: ParsedRow) -> bool:
    kept = [
        keep_parcel(order_id=order_id, direction=direction, number=number, courier=courier)
        for direction, number, courier in parcels(row)
    ]
    return any(kept)


def _drafts(facts: Iterable[Fact], now: datetime) -> list[EventDraft]:
    """In the order in which they happened."""
    ordered = sorted(facts, key=lambda fact: fact.order)
    return [EventDraft(fact.type, min(fact.at, now), dict(fact.data), Source.IMPORT) for fact in ordered]


def is_known(
    *, row: ParsedRow, case: Case, events: Sequence[CaseEvent], shipments: Iterable[Shipment], now: datetime
) -> bool:
    """Whether the row says nothing new of a case, so that its lock is not needed; a doubt counts as new."""
    if row.kind != case.kind or news_of(row, case, events, now=now):
        return False
    held = {(parcel.direction, parcel.tracking_no): parcel.courier for parcel in shipments}
    has_parcels = all(
        held.get((direction, number)) or ((direction, number) in held and not courier)
        for direction, number, courier in parcels(row)
    )
    order = case.order
    return has_parcels and is_filled(order, row) and not list(doubts(row, case, order_no=order.platform_order_no))
