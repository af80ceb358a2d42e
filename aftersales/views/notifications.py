"""The bell in the head of every page, and the list behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from aftersales.selectors.notifications import bell_of, notification_page
from aftersales.services.notifications import see_all

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from aftersales.http import DeskRequest

LARGEST = 18  # digits of a key that the database can hold


@require_GET
def notifications(request: DeskRequest) -> HttpResponse:
    """The whole page, the bell with its count, or the list: in the bell's panel or on the page."""
    target = str(request.htmx.target) if request.htmx else ""
    if target == "bell":
        return render(request, "aftersales/_bell.html", {"bell": bell_of(request.user)})
    if target in {"notifications", "bell_panel"}:
        return _list(request, timezone.localtime(), is_page=target == "notifications")
    return _list(request, timezone.localtime(), is_page=True, template="aftersales/notifications.html")


@require_POST
def notifications_seen(request: DeskRequest) -> HttpResponse:
    """Mark as seen what the list showed, and not what came since."""
    now = timezone.localtime()
    last = request.POST.get("up_to", "")
    see_all(by=request.user, now=now, up_to=int(last) if last.isdecimal() and len(last) <= LARGEST else None)
    if not request.htmx:
        return redirect("notifications")
    return trigger_client_event(_list(request, now, is_page="is_page" in request.POST), "bell-changed")


def _list(
    request: DeskRequest, at: datetime, *, is_page: bool, template: str = "aftersales/_notifications.html"
) -> HttpResponse:
    rows = notification_page(request.user, at=at)
    last = max((row.pk for row in rows if not row.is_seen), default=0)
    return render(request, template, {"rows": rows, "up_to": last, "is_page": is_page})
