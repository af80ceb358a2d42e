"""Deadlines moved by hand."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from aftersales.api.case_answers import CaseAnswer, full
from aftersales.api_support import ApiRequest, MomentIn
from aftersales.enums import Source
from aftersales.selectors.case_detail import case_detail, find_case
from aftersales.selectors.deadlines import find_deadline
from aftersales.services.deadlines import move_deadline

router = Router()


class MoveIn(Schema):
    """`evidence` is the id of a piece of the case's proof that shows it."""

    due_at: MomentIn
    reason: Annotated[str, Field(max_length=300)]
    evidence: Annotated[str, Field(max_length=60)]


@router.post("/cases/{ref}/deadlines/{int:pk}/move", response=CaseAnswer, summary=gettext_noop("Move a deadline"))
def post_move(request: ApiRequest, ref: str, pk: int, asked: MoveIn) -> dict[str, Any]:
    """For leads, where the rule can be extended; a later move undoes it, the computed end stays beside it."""
    now = timezone.now()
    case = find_case(ref, user=request.user, token=request.auth)
    move_deadline(
        deadline=find_deadline(case, pk),
        due_at=asked.due_at,
        reason=asked.reason,
        proof=asked.evidence,
        by=request.user,
        now=now,
    )
    fresh = find_case(case.ref, user=request.user, token=request.auth)
    return full(case_detail(fresh, user=request.user, at=now, source=Source.API), now)
