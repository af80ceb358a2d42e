"""What the token's person has been told of."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field

from aftersales.api_support import ApiRequest, Moment, PageQuery
from aftersales.enums import Telling
from aftersales.selectors.notifications import my_notifications
from aftersales.selectors.paging import page_of
from aftersales.services.notifications import see_all

router = Router()
LARGEST = 9_223_372_036_854_775_807
AT_ONCE = 500


class NotificationsQuery(PageQuery):
    seen: bool = Field(default=False, description="Those that were seen already instead of the unseen.")


class NotificationAnswer(Schema):
    """`due_at` is the deadline's end as it is now."""

    id: int
    case: str
    shop: str
    rule: str
    tells: Telling
    due_at: Moment
    created_at: Moment
    seen_at: Moment | None


class NotificationPage(Schema):
    items: list[NotificationAnswer]
    next_cursor: str


class SeenIn(Schema):
    ids: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST)]], Field(max_length=AT_ONCE)] | None = Field(
        default=None, description="All of them where nothing is said."
    )


class SeenAnswer(Schema):
    seen: int = Field(description="How many were unseen until now.")


@router.get("/notifications", response=NotificationPage, summary=gettext_noop("My notifications"))
def list_notifications(request: ApiRequest, asked: Query[NotificationsQuery]) -> dict[str, Any]:
    """Of deadlines that still run or are still owed; the newest first."""
    mine = my_notifications(request.user, request.auth).filter(seen_at__isnull=not asked.seen)
    rows, next_cursor = page_of(
        mine.select_related("case__shop", "deadline"), by=("-pk",), cursor=asked.cursor, limit=asked.limit
    )
    items = [
        {
            "id": row.pk,
            "case": row.case.ref,
            "shop": row.case.shop.code,
            "rule": row.deadline.rule,
            "tells": row.tells,
            "due_at": row.deadline.due_at,
            "created_at": row.created_at,
            "seen_at": row.seen_at,
        }
        for row in rows
    ]
    return {"items": items, "next_cursor": next_cursor}


@router.post("/notifications/seen", response=SeenAnswer, summary=gettext_noop("Mark notifications as seen"))
def post_seen(request: ApiRequest, asked: SeenIn) -> dict[str, int]:
    """The named ones, or all; twice does nothing more."""
    return {"seen": see_all(by=request.user, token=request.auth, now=timezone.now(), only=asked.ids)}
