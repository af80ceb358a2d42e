"""The submission ledger: what was handed in, when, by whom, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from aftersales.forms import PeriodForm
from aftersales.selectors.people import shops_of
from appeals.selectors.parts import loaded
from appeals.selectors.submissions import SubmissionFilter, submission_rows, submissions, win_rates

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aftersales.http import DeskRequest

PAGE = 50
PERIOD = 90  # days


@require_GET
def ledger(request: DeskRequest) -> HttpResponse:
    form = PeriodForm(request.GET, shops=shops_of(request.user), at=timezone.localtime(), days=PERIOD)
    found = submissions(SubmissionFilter(**form.read()), user=request.user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page", "1"))
    shown = found.filter(pk__in=[appeal.pk for appeal in page.object_list])
    onward = request.GET.copy()
    onward["page"] = str(page.number + 1)
    context = {
        "filter_form": form,
        "rows": submission_rows(list(loaded(shown))),
        "count": page.paginator.count,
        "rates": win_rates(found),
        "next_query": onward.urlencode() if page.has_next() else "",
    }
    return render(request, "appeals/submissions.html", context)
