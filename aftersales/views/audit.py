"""The audit board: what is at risk, what was missed, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from aftersales.enums import BreachCause
from aftersales.errors import DeskError
from aftersales.forms import PeriodForm
from aftersales.models import Deadline
from aftersales.permissions import can_lead, check_lead
from aftersales.selectors.breaches import (
    BreachFilter,
    breach_groups,
    breach_row,
    breach_rows,
    breach_totals,
    corrected_count,
    find_breaches,
)
from aftersales.selectors.people import shops_of
from aftersales.selectors.policies import rule_book
from aftersales.selectors.risk import bars, risk_by_hour, risk_by_owner, risk_tiles
from aftersales.services.breaches import record_cause

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from aftersales.http import DeskRequest

PAGE = 50
PERIOD = 30  # days
TITLES = {
    "rule": _("By rule"),
    "shop": _("By shop"),
    "owner": _("By owner"),
    "cause": _("By cause"),
    "week": _("By week"),
}


@require_GET
def audit(request: DeskRequest) -> HttpResponse:
    """For leads: their shops' board, or the list alone when HTMX asks for it."""
    check_lead(request.user)
    at = timezone.localtime()
    context = breaches_context(request, at)
    if request.htmx and request.htmx.target == "breaches":
        return render(request, "aftersales/_breaches.html", context)
    context |= {
        "tiles": risk_tiles(user=request.user, at=at),
        "hours": risk_by_hour(user=request.user, at=at),
        "owners": risk_by_owner(user=request.user, at=at),
    }
    return render(request, "aftersales/audit.html", context)


@require_POST
def breach_cause(request: DeskRequest, pk: int) -> HttpResponse:
    """Record why a deadline was missed, in place."""
    check_lead(request.user)
    at = timezone.localtime()
    visible = find_breaches(BreachFilter(), user=request.user).select_related("case__shop", "owner_at_breach")
    deadline = get_object_or_404(visible, pk=pk)
    context: dict[str, Any] = {"causes": BreachCause.choices, "can_record_cause": True}
    status = 200
    try:
        record_cause(deadline=deadline, cause=request.POST.get("cause", ""), by=request.user)
        context["cause_saved"] = True
    except DeskError as error:
        context["cause_error"], status = error.message, error.status
    if not request.htmx:
        return redirect("audit")
    fresh = Deadline.objects.select_related("case__shop", "owner_at_breach").get(pk=pk)
    context["breach"] = breach_row(fresh, rule_book(fresh.case.shop.platform), at)
    return render(request, "aftersales/_breach_cause.html", context, status=status)


def breaches_context(request: DeskRequest, at: datetime) -> dict[str, Any]:
    form = PeriodForm(request.GET, shops=shops_of(request.user), at=at, days=PERIOD)
    asked = BreachFilter(
        **form.read(),
        rule=request.GET.get("rule", ""),
        owner=request.GET.get("owner", ""),
        cause=request.GET.get("cause", ""),
    )
    breaches = find_breaches(asked, user=request.user)
    count, money = breach_totals(breaches)
    groups = []
    for group_by, title in TITLES.items():
        rows = []
        for row in breach_groups(breaches, group_by):
            narrowed = request.GET.copy()
            narrowed[group_by] = row.key
            query = "" if group_by == "week" or not row.key else narrowed.urlencode()
            rows.append((row.label, row.count, row.money, query))
        if rows:
            groups.append({"title": title, "bars": bars(rows)})
    number = str(request.GET.get("page", "1"))
    page = Paginator(breaches.order_by("-breached_at", "-pk"), PAGE).get_page(number)
    onward = request.GET.copy()
    onward["page"] = str(page.number + 1)
    wanted = [row.pk for row in page.object_list]
    return {
        "breach_count": count,
        "breach_money": money,
        "corrected_count": corrected_count(asked, user=request.user),
        "filter_form": form,
        "groups": groups,
        "breaches": breach_rows(Deadline.objects.filter(pk__in=wanted), at=at),
        "causes": BreachCause.choices,
        "can_record_cause": can_lead(request.user),
        "next_query": onward.urlencode() if page.has_next() else "",
    }
