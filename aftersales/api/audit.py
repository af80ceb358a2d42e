"""Breaches and the ledger: the lead's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field

from aftersales.api_support import ApiRequest, Moment, MomentIn, Money, PageQuery
from aftersales.enums import BreachCause
from aftersales.errors import LedgerBroken, NotFound, Unprocessable
from aftersales.models import Deadline
from aftersales.permissions import check_lead
from aftersales.selectors.breaches import GROUPS, BreachFilter, breach_groups, find_breaches
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.ledger import ledger_is_longer_than
from aftersales.selectors.paging import page_of
from aftersales.services.breaches import record_cause
from aftersales.services.ledger import verify

router = Router()

if TYPE_CHECKING:
    GroupedBy = str
else:
    GroupedBy = Literal[tuple(GROUPS)]
Code = Annotated[str, Field(max_length=60)]
VERIFIED_AT_ONCE = 20_000  # events: about two seconds


class BreachesQuery(PageQuery):
    since: MomentIn | None = Field(None, alias="from", description="Included.")
    until: MomentIn | None = Field(None, alias="to", description="Not included.")
    shop: Code = Field("", description="The shop's code.")
    rule: Code = Field("", description="A deadline rule's code.")
    owner: Annotated[str, Field(max_length=150)] = Field("", description="Who owned the case then: a username.")
    cause: Annotated[str, Field(max_length=200)] = ""
    group_by: GroupedBy | None = Field(None, description="Fills `groups`: count and money of all pages.")


class BreachAnswer(Schema):
    """`amount_at_risk` and `owner` as they were at the breach."""

    id: int
    case: str
    shop: str
    rule: str
    due_at: Moment
    breached_at: Moment
    stopped_at: Moment | None
    owner: str
    amount_at_risk: Money
    cause: str


class GroupAnswer(Schema):
    key: str
    label: str
    count: int
    money: Money


class BreachPage(Schema):
    items: list[BreachAnswer]
    groups: list[GroupAnswer]
    next_cursor: str


class VerifyQuery(Schema):
    case: Annotated[str, Field(max_length=120)] = Field("", description="Only this case; needed for a long ledger.")


class VerifyAnswer(Schema):
    """`broken` names the first row that was altered."""

    is_intact: bool
    checked_events: int
    broken: str


@router.get("/audit/breaches", response=BreachPage, summary=gettext_noop("Breached deadlines"))
def list_breaches(request: ApiRequest, asked: Query[BreachesQuery]) -> dict[str, Any]:
    """The newest first, each with the case that it belongs to."""
    check_lead(request.user)
    wanted = asked.model_dump(include={"since", "until", "shop", "rule", "owner", "cause"})
    breaches = find_breaches(BreachFilter(**wanted), user=request.user, token=request.auth)
    rows, next_cursor = page_of(
        breaches.select_related("case__shop", "owner_at_breach"),
        by=("-breached_at", "-pk"),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return {
        "items": [_breach(row) for row in rows],
        "groups": breach_groups(breaches, asked.group_by) if asked.group_by else [],
        "next_cursor": next_cursor,
    }


def _breach(row: Deadline) -> dict[str, Any]:
    return {
        "id": row.pk,
        "case": row.case.ref,
        "shop": row.case.shop.code,
        "rule": row.rule,
        "due_at": row.due_at,
        "breached_at": row.breached_at,
        "stopped_at": row.stopped_at,
        "owner": row.owner_at_breach.username if row.owner_at_breach else "",
        "amount_at_risk": row.amount_at_risk,
        "cause": row.cause,
    }


class CauseIn(Schema):
    cause: BreachCause | Literal[""] = Field(description="Empty takes it back.")


@router.post("/audit/breaches/{int:pk}/cause", response=BreachAnswer, summary=gettext_noop("Record a breach's cause"))
def post_cause(request: ApiRequest, pk: int, asked: CauseIn) -> dict[str, Any]:
    """For leads: why a deadline was missed."""
    check_lead(request.user)
    visible = find_breaches(BreachFilter(), user=request.user, token=request.auth)
    deadline = visible.select_related("case__shop", "owner_at_breach").filter(pk=pk).first()
    if deadline is None:
        raise NotFound(_("There is no such breach."), code="breach_not_found")
    record_cause(deadline=deadline, cause=asked.cause, by=request.user)
    deadline.cause = asked.cause
    return _breach(deadline)


@router.get("/audit/ledger/verify", response=VerifyAnswer, summary=gettext_noop("Prove the ledger"))
def verify_ledger(request: ApiRequest, asked: Query[VerifyQuery]) -> dict[str, Any]:
    """Of one case, or of all while that takes seconds; `manage.py verify_ledger` proves any length."""
    case = None
    if asked.case:
        case = find_case(asked.case, user=request.user, token=request.auth)
    else:
        check_lead(request.user)
        if ledger_is_longer_than(VERIFIED_AT_ONCE):
            message = _("The ledger is too long for one call: name a case, or run verify_ledger.")
            raise Unprocessable(message, code="ledger_too_long", fields={"case": message})
    try:
        checked = verify(case=case)
    except LedgerBroken as broken:
        return {"is_intact": False, "checked_events": 0, "broken": str(broken)}
    return {"is_intact": True, "checked_events": checked, "broken": ""}
