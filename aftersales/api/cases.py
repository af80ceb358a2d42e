"""The queue, a case, and what is done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from aftersales.api.case_answers import CaseAnswer, CaseBrief, CaseDone, CasePage, brief, done, full
from aftersales.api_support import ApiRequest, Line, MomentIn, MoneyIn, PageQuery, idempotent, told_by_name
from aftersales.enums import Issue, Kind, Source, State
from aftersales.errors import Unprocessable
from aftersales.models import Case, User
from aftersales.selectors.case_detail import case_detail, find_case
from aftersales.selectors.people import staff_of
from aftersales.selectors.queue import QUEUES, QueueFilter, queue_page
from aftersales.selectors.shops import find_shop
from aftersales.services.cases import NewCase, assign_case, open_case
from aftersales.services.transitions import take_transition
from aftersales.transitions import TRANSITIONS

router = Router()

if TYPE_CHECKING:
    QueueCode = str
else:
    QueueCode = Literal[tuple(QUEUES)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Code = Annotated[str, Field(max_length=40)]
LARGEST = 2_147_483_647


class CasesQuery(PageQuery):
    queue: QueueCode = "all"
    shop: Code = Field("", description="The shop's code.")
    platform: Code = ""
    kind: Kind | None = None
    state: State | None = Field(None, description="With queue=all, closed cases in this state as well.")
    assignee: Annotated[str, Field(max_length=150)] = Field("", description="A username.")
    due_before: MomentIn | None = None
    breached: bool | None = None
    q: Annotated[str, Field(max_length=100)] = Field(
        "", description="Case, order or tracking number, or the beginning of the product; closed cases as well."
    )
    sort: Literal["urgency", "money", "newest"] = "urgency"


class CaseIn(Schema):
    """What the ERP or the platform knows of a new case; amounts in yuan."""

    shop: Code
    platform_case_no: Number
    order_no: Number
    kind: Kind
    requested_at: MomentIn
    issue: Issue | Literal[""] = ""
    reason: Annotated[Line, Field(max_length=200)] = ""
    product: Line = ""
    sku: Annotated[Line, Field(max_length=100)] = ""
    quantity: Annotated[int, Field(ge=1, le=LARGEST)] = 1
    buyer: Annotated[Line, Field(max_length=100)] = ""
    refund_amount: MoneyIn | None = None
    order_amount: MoneyIn | None = None
    platform_status: Annotated[Line, Field(max_length=200)] = ""


class TransitionIn(Schema):
    """`at` is when it happened, now where nothing is said; `data` depends on the transition."""

    name: Annotated[str, Field(max_length=60)]
    version: Annotated[int, Field(ge=1, le=LARGEST)]
    at: MomentIn | None = None
    data: dict[str, Any] = Field({}, description=told_by_name({name: rule.says for name, rule in TRANSITIONS.items()}))
    note: Annotated[str, Field(max_length=1000)] = ""


class AssignIn(Schema):
    user: Annotated[str, Field(max_length=150)] | None = Field(description="A username; null takes the owner away.")


@router.get("/cases", response=CasePage, summary=gettext_noop("The queue"))
def list_cases(request: ApiRequest, asked: Query[CasesQuery]) -> dict[str, Any]:
    """Open cases by default, the most urgent first."""
    now = timezone.now()
    wanted = {name: value for name, value in asked.model_dump().items() if value is not None}
    page = queue_page(QueueFilter(**wanted), user=request.user, token=request.auth, at=timezone.localtime(now))
    return {"items": [brief(case, now) for case in page.cases], "next_cursor": page.next_cursor}


@router.post("/cases", response={201: CaseBrief}, summary=gettext_noop("Open a case"))
@idempotent
def create_case(request: ApiRequest, asked: CaseIn) -> Status[dict[str, Any]]:
    """For what no import brings. 409 `case_exists` where the shop has this case number already."""
    now = timezone.now()
    shop = find_shop(asked.shop, user=request.user, token=request.auth)
    known = asked.model_dump(exclude={"shop"})
    case = open_case(shop=shop, new=NewCase(**known), by=request.user, now=now, source=Source.API)
    return Status(201, brief(case, now))


@router.get("/cases/{ref}", response=CaseAnswer, summary=gettext_noop("A case"))
def get_case(request: ApiRequest, ref: str) -> dict[str, Any]:
    """With deadlines, transitions and why not, proof slots, other cases of the order, parcels."""
    now = timezone.now()
    case = find_case(ref, user=request.user, token=request.auth)
    return full(case_detail(case, user=request.user, at=now, source=Source.API), now)


@router.post("/cases/{ref}/transitions", response=CaseDone, summary=gettext_noop("Take a transition"))
@idempotent
def post_transition(request: ApiRequest, ref: str, asked: TransitionIn) -> Status[dict[str, Any]]:
    """Answers the case as it is then; a hand-over answers the case that follows.

    409: `stale_version` (somebody changed the case: read it again), `illegal_transition`, or the code of what is
    missing.
    """
    now = timezone.now()
    case = take_transition(
        case=find_case(ref, user=request.user, token=request.auth),
        name=asked.name,
        version=asked.version,
        by=request.user,
        at=asked.at or now,
        now=now,
        data=asked.data,
        note=asked.note,
        source=Source.API,
    )
    return Status(200, done(case, now, asked.data))


@router.post("/cases/{ref}/assign", response=CaseBrief, summary=gettext_noop("Assign a case"))
def assign(request: ApiRequest, ref: str, asked: AssignIn) -> dict[str, Any]:
    """Give a case to somebody who works for its shop, or to nobody."""
    now = timezone.now()
    case = find_case(ref, user=request.user, token=request.auth)
    case = assign_case(case=case, to=_colleague(case, asked.user), by=request.user, now=now)
    return brief(case, now)


def _colleague(case: Case, username: str | None) -> User | None:
    """Raises `Unprocessable` also for somebody who works elsewhere: their names are nobody's business here."""
    if username is None:
        return None
    found = next((person for person in staff_of([case.shop]) if person.username == username), None)
    if found is None:
        message = _("Nobody with this username works for the case's shop.")
        raise Unprocessable(message, fields={"user": message})
    return found
