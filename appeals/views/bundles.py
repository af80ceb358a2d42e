"""Bundles: choose appeals, follow the building, fetch the ZIP, build again what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from aftersales.errors import DeskError
from appeals.bundle_files import file_answer
from appeals.permissions import check_bundles
from appeals.selectors.appeal_filter import AppealFilter
from appeals.selectors.appeals import listed
from appeals.selectors.bundle_choices import find_appeals
from appeals.selectors.bundles import bundle_detail, bundle_rows, bundles_of, find_bundle, newest
from appeals.selectors.parts import loaded
from appeals.services.bundles import MOST, request_bundle, retry_bundle
from appeals.services.packets import PDF

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import FileResponse

    from aftersales.http import DeskRequest
    from appeals.models import Appeal, Bundle

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def bundles(request: DeskRequest) -> HttpResponse:
    check_bundles(request.user)
    if request.method == "POST":
        return _answered(request, lambda: _request(request))
    page = Paginator(newest(bundles_of(request.user)), PAGE).get_page(request.GET.get("page", "1"))
    next_query = f"page={page.next_page_number()}" if page.has_next() else ""
    return render(request, "appeals/bundles.html", {"rows": bundle_rows(list(page)), "next_query": next_query})


def _request(request: DeskRequest) -> Bundle:
    now = timezone.now()
    return request_bundle(
        appeals=_chosen(request, now),
        by=request.user,
        now=now,
        profile=request.POST.get("profile") or PDF,
        language=get_language() or settings.LANGUAGE_CODE,
    )


def _chosen(request: DeskRequest, at: datetime) -> list[Appeal]:
    """Those with a tick, or all that the list's filter leaves, one more than a bundle takes at most."""
    if not request.POST.get("all"):
        return find_appeals(request.POST.getlist("refs")[: MOST + 1], user=request.user)
    tab = "submitted" if request.POST.get("tab") == "submitted" else "drafts"
    asked = AppealFilter.of(request.POST, tab=tab)
    return list(loaded(asked.narrow(listed(tab, user=request.user), at))[: MOST + 1])


@require_GET
def bundle(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Its page; to HTMX the part that asks again by itself until it has ended."""
    detail = bundle_detail(find_bundle(pk, user=request.user))
    name = "appeals/_bundle.html" if request.htmx else "appeals/bundle.html"
    return render(request, name, {"bundle": detail})


@require_POST
def retry(request: DeskRequest, pk: UUID) -> HttpResponse:
    found = find_bundle(pk, user=request.user)
    return _answered(request, lambda: retry_bundle(bundle=found, by=request.user, now=timezone.now()))


@require_GET
def bundle_file(request: DeskRequest, pk: UUID) -> FileResponse:
    return file_answer(find_bundle(pk, user=request.user))


def _answered(request: DeskRequest, act: Any) -> HttpResponse:
    """To the bundle's page; a refusal is said where the person is."""
    try:
        place = reverse("bundle", args=[act().pk])
    except DeskError as error:
        if not request.htmx:
            raise
        said = {"message": str(error), "tone": "error"}
        return trigger_client_event(HttpResponse(status=204), "toast", said)
    return HttpResponseClientRedirect(place) if request.htmx else redirect(place)
