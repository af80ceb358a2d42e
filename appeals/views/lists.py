"""The list of appeals: open windows, drafts, what was handed in, what has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from appeals.permissions import can_bundle
from appeals.selectors.appeal_filter import CLOSES_WITHIN, AppealFilter, filter_shops
from appeals.selectors.appeals import draft_rows, filed_rows, listed, open_windows, window_rows
from appeals.selectors.bundle_choices import destinations_for
from appeals.selectors.parts import loaded
from appeals.selectors.quotas import quota_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from aftersales.http import DeskRequest

Row = TypeVar("Row", bound=Model)

PAGE = 50
TABS = {
    "windows": _("Open windows"),
    "drafts": _("Drafts"),
    "submitted": _("Submitted appeals"),
    "ended": _("Ended"),
}


@require_GET
def appeals(request: DeskRequest) -> HttpResponse:
    at = timezone.localtime()
    tab = request.GET.get("tab", "windows")
    if tab not in TABS:
        tab = "windows"
    counts = {code: listed(code, user=request.user).count() for code in TABS if code != "windows"}
    counts["windows"] = open_windows(user=request.user, at=at).count()
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "count": counts[code], "is_current": code == tab}
            for code, label in TABS.items()
        ],
        "quotas": quota_lines(user=request.user, at=at),
        **_rows(request, tab, at),
    }
    return render(request, "appeals/appeals.html", context)


def _rows(request: DeskRequest, tab: str, at: datetime) -> dict[str, Any]:
    """The rows of one page, and the address of the next."""
    rows: Sequence[Any]
    more: dict[str, Any] = {}
    if tab == "windows":
        clocks = _page(request, open_windows(user=request.user, at=at))
        rows, has_next, number = window_rows(list(clocks), at), clocks.has_next(), clocks.number
    else:
        asked = AppealFilter.of(request.GET, tab=tab)
        found = _page(request, loaded(asked.narrow(listed(tab, user=request.user), at)))
        more = _choices(request, asked, matched=found.paginator.count)
        rows = draft_rows(list(found), at) if tab == "drafts" else filed_rows(list(found))
        has_next, number = found.has_next(), found.number
    onward = request.GET.copy()
    onward["page"] = str(number + 1)
    return {**more, "rows": rows, "next_query": onward.urlencode() if has_next else ""}


def _choices(request: DeskRequest, asked: AppealFilter, *, matched: int) -> dict[str, Any]:
    """What the list can be narrowed to, and, for a lead, what a bundle can be made for."""
    is_lead = can_bundle(request.user)
    return {
        "filter": asked,
        "matched": matched,
        "closes_choices": [(code, name) for code, (name, _span) in CLOSES_WITHIN.items()],
        "filter_shops": filter_shops(request.user),
        "can_bundle": is_lead,
        "bundle_destinations": destinations_for(request.user) if is_lead else [],
    }


def _page(request: DeskRequest, found: QuerySet[Row]) -> Page[Row]:
    return Paginator(found, PAGE).get_page(request.GET.get("page", "1"))
