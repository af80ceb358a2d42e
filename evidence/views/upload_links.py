"""The code that a phone scans: made at the desk, watched, closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from aftersales.errors import DeskError
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.wording import words
from evidence.qr_codes import is_only_here, qr_image
from evidence.selectors.slots import slot_rule
from evidence.selectors.upload_links import link_status, upload_link_of
from evidence.services.upload_links import close_upload_link, make_upload_link
from evidence.views import answers

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from aftersales.http import DeskRequest
    from evidence.models import UploadLink


@never_cache
@require_POST
def upload_link_make(request: DeskRequest, ref: str) -> HttpResponse:
    """The code is shown this once: afterwards nobody knows its secret but the device that opens it."""
    at = timezone.now()
    case = find_case(ref, user=request.user)
    try:
        link, secret = make_upload_link(case=case, slot=request.POST.get("slot", ""), by=request.user, at=at)
    except DeskError as error:
        if request.htmx:
            return _told(error)
        raise
    address = request.build_absolute_uri(reverse("phone_upload", args=[secret]))
    host = urlsplit(address).hostname or ""
    context = {
        "case": case,
        "link": link,
        "slot_name": words(slot_rule(case, link.slot, at).name),
        "address": address,
        "qr": qr_image(address),
        "unreachable_host": host if is_only_here(host) else "",
        "status": link_status(link, user=request.user, at=at),
    }
    template = "evidence/_phone_dialog.html" if request.htmx else "evidence/phone_code.html"
    return render(request, template, context)


@require_GET
def upload_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Asked every few seconds; `seen` is how many pieces the page shows."""
    link = upload_link_of(pk, user=request.user)
    return _status(request, link, timezone.now())


@require_POST
def upload_link_close(request: DeskRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    link = upload_link_of(pk, user=request.user)
    close_upload_link(link=link, by=request.user, at=at)
    if not request.htmx:
        return answers.back_to_proof(request, link.case)
    return _status(request, link, at)


def _status(request: DeskRequest, link: UploadLink, at: datetime) -> HttpResponse:
    status = link_status(link, user=request.user, at=at)
    answer = render(request, "evidence/_phone_status.html", {"link": link, "status": status})
    if request.GET.get("seen", "") != str(len(status.arrivals)):
        answer["HX-Trigger"] = "phone-arrived"
    answer["Cache-Control"] = "no-store"
    return answer


def _told(error: DeskError) -> HttpResponse:
    """As a message in the corner: there is no place for it in the page."""
    answer = answers.refusal(error)
    answer["HX-Reswap"] = "none"
    answer["HX-Trigger"] = json.dumps({"toast": {"message": str(error), "tone": "error"}})
    return answer
