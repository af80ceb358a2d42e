"""Open an appeal, work on its draft, hand it in, record its result."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema, Status
from pydantic import Field

from aftersales.api_support import ApiRequest, Line, MomentIn, MoneyIn, PageQuery, idempotent
from aftersales.enums import Source
from aftersales.errors import Unprocessable
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.paging import page_of
from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import words
from appeals.api.answers import AppealAnswer, AppealPage, brief, full
from appeals.claims import Claim, DraftChange, PieceChoice
from appeals.enums import AppealState, ItemKind, ItemOutcome
from appeals.models import Appeal
from appeals.selectors.appeals import find_appeal
from appeals.selectors.parts import loaded
from appeals.selectors.rules import rule_of
from appeals.selectors.windows import gates_of, window_of
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import Result, record_outcome, submit_appeal, withdraw_appeal

router = Router()

LARGEST = 2_147_483_647
MOST_CASES = 100
Ref = Annotated[str, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(max_length=60)]
Version = Annotated[int, Field(ge=1, le=LARGEST, description="As you read it; older ones are refused with 409.")]
Statement = Annotated[str, Field(max_length=10_000)]


class ItemIn(Schema):
    """`amount` in yuan; the liability item has none."""

    kind: ItemKind
    amount: MoneyIn | None = None


class PieceIn(Schema):
    item: UUID
    caption: Annotated[Line, Field(max_length=200)] | None = None


class AppealIn(Schema):
    """Without `items` all whose amount is known are asked for; all proof of the cases is chosen."""

    type: Code
    cases: Annotated[list[Ref], Field(min_length=1, max_length=MOST_CASES, description="Most types take one.")]
    reconsiders: Annotated[str, Field(max_length=40, description="A lost appeal, to be looked at again.")] = ""
    items: Annotated[list[ItemIn], Field(max_length=10)] | None = None
    ground: Code | None = None
    statement: Statement | None = None


class AppealPatch(Schema):
    """What is left out stays as it is; `pieces` come in their order. The first of `cases` is the appeal's own."""

    version: Version | None = None
    cases: Annotated[list[Ref], Field(min_length=1, max_length=MOST_CASES)] | None = None
    items: Annotated[list[ItemIn], Field(max_length=10)] | None = None
    ground: Code | None = None
    statement: Statement | None = None
    pieces: Annotated[list[PieceIn], Field(max_length=200)] | None = None


class AppealsQuery(PageQuery):
    state: AppealState | None = None
    type: Code = ""
    shop: Annotated[str, Field(max_length=40)] = Field("", description="The shop's code.")
    case: Annotated[str, Field(max_length=120)] = Field("", description="A case's ref.")


class SubmitIn(Schema):
    version: Version | None = None
    platform_appeal_no: Annotated[Line, Field(max_length=64)] = ""


class ResultIn(Schema):
    kind: ItemKind
    outcome: ItemOutcome
    amount_won: MoneyIn | None = None


class OutcomeIn(Schema):
    """`items` has every item of the appeal; `outcome` is for an appeal without items. `at`: when it was decided."""

    version: Version | None = None
    items: Annotated[list[ResultIn], Field(max_length=10)] = []
    outcome: ItemOutcome | None = None
    at: MomentIn | None = None
    platform_appeal_no: Annotated[Line, Field(max_length=64)] = ""


class WithdrawIn(Schema):
    version: Version | None = None
    reason: Line = ""


@router.get("/appeals", response=AppealPage, summary=gettext_noop("Appeals"))
def list_appeals(request: ApiRequest, asked: Query[AppealsQuery]) -> dict[str, Any]:
    """The newest first."""
    found = Appeal.objects.visible_to(request.user, request.auth)
    wanted = {"state": asked.state, "type": asked.type, "case__shop__code": asked.shop}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if asked.case:
        found = found.filter(case=find_case(asked.case, user=request.user, token=request.auth))
    rows, next_cursor = page_of(loaded(found), by=("-opened_at", "-pk"), cursor=asked.cursor, limit=asked.limit)
    books = rule_books(sorted({appeal.case.shop.platform for appeal in rows}))
    gates = gates_of(appeal.case_id for appeal in rows)
    items = []
    for appeal in rows:
        rule = rule_of(appeal, books[appeal.case.shop.platform])
        window = window_of(appeal.window, gates.get((appeal.case_id, rule.gate)))
        items.append(brief(appeal, words(rule.name), window))
    return {"items": items, "next_cursor": next_cursor}


@router.post("/appeals", response={201: AppealAnswer}, summary=gettext_noop("Open an appeal"))
@idempotent
def create_appeal(request: ApiRequest, asked: AppealIn) -> Status[dict[str, Any]]:
    """409: `cannot_appeal` (no window, the order is locked, no reconsideration), `appeal_exists`."""
    cases = [find_case(ref, user=request.user, token=request.auth) for ref in asked.cases]
    lost = find_appeal(asked.reconsiders, user=request.user, token=request.auth) if asked.reconsiders else None
    if lost is not None and lost.case_id != cases[0].pk:
        message = _("The appeal to be reconsidered is of another case.")
        raise Unprocessable(message, fields={"reconsiders": message})
    change = DraftChange(
        ground=asked.ground,
        statement=asked.statement,
        items=_claims(asked.items),
        further=tuple(case.pk for case in cases[1:]) or None,
    )
    appeal = open_appeal(
        case=cases[0],
        type=asked.type,
        by=request.user,
        now=timezone.now(),
        change=change if change != DraftChange() else None,
        source=Source.API,
        reconsiders=lost,
    )
    return Status(201, _told(request, appeal))


@router.get("/appeals/{appeal_id}", response=AppealAnswer, summary=gettext_noop("An appeal"))
def get_appeal(request: ApiRequest, appeal_id: str) -> dict[str, Any]:
    """With its window, what is still missing, and its packet. By id or by number (`A-1B2C3D4E`)."""
    return full(find_appeal(appeal_id, user=request.user, token=request.auth), timezone.now())


@router.patch("/appeals/{appeal_id}", response=AppealAnswer, summary=gettext_noop("Change a draft"))
def patch_appeal(request: ApiRequest, appeal_id: str, asked: AppealPatch) -> dict[str, Any]:
    """409: `appeal_frozen`, `stale_version`."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    pieces = None if asked.pieces is None else tuple(PieceChoice(piece.item, piece.caption) for piece in asked.pieces)
    change = DraftChange(
        ground=asked.ground,
        statement=asked.statement,
        items=_claims(asked.items),
        pieces=pieces,
        further=_further(request, appeal, asked.cases),
    )
    update_appeal(appeal=appeal, change=change, by=request.user, now=timezone.now(), version=asked.version)
    return _told(request, appeal)


@router.post("/appeals/{appeal_id}/submit", response=AppealAnswer, summary=gettext_noop("Submit"))
@idempotent
def post_submit(request: ApiRequest, appeal_id: str, asked: SubmitIn) -> Status[dict[str, Any]]:
    """Freezes proof and packet. 409 `not_ready`: `fields` has the reason of each check that fails."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    submit_appeal(
        appeal=appeal,
        by=request.user,
        now=timezone.now(),
        version=asked.version,
        platform_appeal_no=asked.platform_appeal_no,
        source=Source.API,
    )
    return Status(200, _told(request, appeal))


@router.post("/appeals/{appeal_id}/outcome", response=AppealAnswer, summary=gettext_noop("Record the result"))
@idempotent
def post_outcome(request: ApiRequest, appeal_id: str, asked: OutcomeIn) -> Status[dict[str, Any]]:
    """Of every item at once. A lost one locks the order where the platform's rules say so."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    now = timezone.now()
    results = {item.kind.value: Result(item.outcome.value, item.amount_won) for item in asked.items}
    if asked.outcome is not None:
        results[""] = Result(asked.outcome.value)
    record_outcome(
        appeal=appeal,
        results=results,
        by=request.user,
        at=asked.at or now,
        now=now,
        version=asked.version,
        platform_appeal_no=asked.platform_appeal_no,
        source=Source.API,
    )
    return Status(200, _told(request, appeal))


@router.post("/appeals/{appeal_id}/withdraw", response=AppealAnswer, summary=gettext_noop("Take back"))
@idempotent
def post_withdraw(request: ApiRequest, appeal_id: str, asked: WithdrawIn) -> Status[dict[str, Any]]:
    """A draft, or, by a lead, what was submitted."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    withdraw_appeal(
        appeal=appeal,
        by=request.user,
        now=timezone.now(),
        version=asked.version,
        reason=asked.reason,
        source=Source.API,
    )
    return Status(200, _told(request, appeal))


def _claims(items: list[ItemIn] | None) -> tuple[Claim, ...] | None:
    return None if items is None else tuple(Claim(item.kind.value, item.amount) for item in items)


def _further(request: ApiRequest, appeal: Appeal, refs: list[str] | None) -> tuple[int, ...] | None:
    """Raises `NotFound`, `Unprocessable` (the appeal's own case is not the first)."""
    if refs is None:
        return None
    cases = [find_case(ref, user=request.user, token=request.auth).pk for ref in refs]
    if cases[0] != appeal.case_id:
        message = _("The appeal's own case stays the first.")
        raise Unprocessable(message, fields={"cases": message})
    return tuple(cases[1:])


def _told(request: ApiRequest, appeal: Appeal) -> dict[str, Any]:
    """As it is now."""
    return full(find_appeal(str(appeal.pk), user=request.user, token=request.auth), timezone.now())
