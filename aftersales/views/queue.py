"""The queue page and what is done to several cases at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from aftersales.errors import DeskError
from aftersales.forms import QueueFilterForm
from aftersales.models import User
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.people import people_of, shops_of, staff_of
from aftersales.selectors.policies import rule_books
from aftersales.selectors.queue import QUEUES, QueueFilter, queue_counts, queue_page
from aftersales.selectors.reception import saturation_of
from aftersales.selectors.rows import case_rows
from aftersales.selectors.wording import words
from aftersales.services.cases import assign_case

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from aftersales.http import DeskRequest

WHOLE = "aftersales/queue.html"
FILTERS = ("shop", "platform", "kind", "state", "assignee", "q", "sort")


def asked_in(query: QueryDict) -> QueueFilter:
    """The filter that a page's address holds; what it cannot read asks for nothing."""
    values: dict[str, Any] = {name: str(query[name]).strip() for name in FILTERS if query.get(name)}
    due_before = parse_datetime(str(query.get("due_before", "")).replace(" ", "+"))
    return QueueFilter(
        queue=query.get("queue", "") if query.get("queue") in QUEUES else "all",
        due_before=due_before if due_before and due_before.tzinfo else None,
        breached=True if query.get("breached") == "1" else None,
        cursor=query.get("cursor", ""),
        **values,
    )


@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """The whole page, or the part that HTMX asks for."""
    at = timezone.localtime()
    context = queue_context(request, request.GET, at)
    template = {
        "queue_table": "aftersales/_queue_table.html",
        "queue_rail": "aftersales/_queue_rail.html",
    }.get(str(request.htmx.target) if request.htmx else "", WHOLE)
    if template == WHOLE:
        context["saturation"] = saturation_of(request.user)
    return render(request, template, context)


@require_POST
def cases_bulk(request: DeskRequest) -> HttpResponse:
    """Assign the chosen cases; each has its own answer, and one that fails stops no other."""
    now = timezone.localtime()
    query = QueryDict(request.POST.get("query", ""))
    results = []
    chosen = User.objects.filter(pk=request.POST["user"]).first() if request.POST.get("user", "").isdecimal() else None
    for ref in request.POST.getlist("refs"):
        try:
            case = find_case(ref, user=request.user)
            assign_case(case=case, to=chosen, by=request.user, now=now)
            results.append({"ref": ref, "ok": True, "message": _("assigned")})
        except DeskError as error:
            results.append({"ref": ref, "ok": False, "message": str(error)})
    if not request.htmx:
        return redirect(f"{reverse('queue')}?{query.urlencode()}")
    return render(
        request, "aftersales/_queue_table.html", queue_context(request, query, now) | {"bulk_results": results}
    )


def queue_context(request: DeskRequest, query: QueryDict, at: datetime) -> dict[str, Any]:
    user = request.user
    asked = asked_in(query)
    page = queue_page(asked, user=user, at=at)
    shops = shops_of(user)
    staff = staff_of(shops)
    books = rule_books(sorted({shop.platform for shop in shops}))
    form = QueueFilterForm(
        query | _defaults(asked),
        shops=shops,
        platforms=[(code, words(book.newest.name)) for code, book in books.items()],
        people=staff,
    )
    here = _without(query, "cursor")
    return {
        "queues": _rail(queue_counts(user=user, at=at), asked, query),
        "current_queue": {
            "code": asked.queue,
            "label": QUEUES[asked.queue].label,
            "empty_text": QUEUES[asked.queue].empty,
        },
        "rows": case_rows(page.cases, user=user, at=at),
        "filter_form": form,
        "filter_selects": [form[name] for name in ("shop", "platform", "kind", "assignee")],
        "is_filtered": asked.is_narrowed,
        "assignees": people_of(shops),
        "query": here.urlencode(),
        "first_query": here.urlencode() or "queue=all" if asked.cursor else "",
        "next_query": _with(here, cursor=page.next_cursor).urlencode() if page.next_cursor else "",
    }


def _defaults(asked: QueueFilter) -> QueryDict:
    return _with(QueryDict(mutable=True), queue=asked.queue, sort=asked.sort)


def _rail(counts: dict[str, int], asked: QueueFilter, query: QueryDict) -> list[dict[str, Any]]:
    kept = {name: str(query[name]) for name in ("shop", "platform", "sort") if query.get(name)}
    return [
        {
            "code": code,
            "label": item.label,
            "count": counts[code],
            "tone": item.tone,
            "key": item.key,
            "query": _with(QueryDict(mutable=True), queue=code, **kept).urlencode(),
            "is_current": code == asked.queue,
            "starts_group": item.starts_group,
        }
        for code, item in QUEUES.items()
    ]


def _without(query: QueryDict, *names: str) -> QueryDict:
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def _with(query: QueryDict, **values: str) -> QueryDict:
    changed = query.copy()
    for name, value in values.items():
        changed[name] = value
    return changed
