"""Turn, crop and black out a picture; say anew what a piece shows."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.errors import Conflict, DeskError, NotFound, Unprocessable
from aftersales.selectors.case_detail import find_case
from evidence.forms import CaptionForm, said, said_with_edit
from evidence.selectors.edit_page import edit_page
from evidence.selectors.items import find_item
from evidence.services.captions import edit_caption
from evidence.services.derivations import derive_evidence
from evidence.views import answers

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from aftersales.http import DeskRequest
    from evidence.models import EvidenceItem


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_edit(request: DeskRequest, pk: UUID) -> HttpResponse:
    at = timezone.now()
    item = find_item(pk, user=request.user)
    if request.method != "POST":
        return _page(request, item, at)
    try:
        made = derive_evidence(item=item, by=request.user, at=at, **said_with_edit(request))
    except NotFound:
        raise
    except DeskError as error:
        return _page(request, find_item(pk, user=request.user), at, problem=error)
    messages.success(request, _("Added: {name}").format(name=made.original_name))
    return HttpResponseRedirect(f"{reverse('case', args=[item.case.ref])}#slots")


def _page(request: DeskRequest, item: EvidenceItem, at: datetime, *, problem: DeskError | None = None) -> HttpResponse:
    """After a refusal with what was drawn: none of it is lost."""
    context = {
        "page": edit_page(item, user=request.user, at=at),
        "problem": problem.message if problem else "",
        "given": request.POST,
        "confirmed": request.POST.getlist("confirmed") if problem else item.confirmed,
    }
    return render(request, "evidence/edit.html", context, status=problem.status if problem else HTTPStatus.OK)


@require_POST
def evidence_caption(request: DeskRequest, pk: UUID) -> HttpResponse:
    at = timezone.now()
    try:
        item = find_item(pk, user=request.user)
    except DeskError as error:
        if request.htmx:
            return answers.refusal(error)
        raise
    case = find_case(item.case.ref, user=request.user)
    try:
        edit_caption(item=item, by=request.user, at=at, **said(CaptionForm(request.POST)))
    except (Conflict, Unprocessable) as error:
        if request.htmx:
            return answers.panel(request, case, at, problem=error.message, status=error.status)
        return answers.back_to_proof(request, case, error.message)
    return answers.panel(request, case, at) if request.htmx else answers.back_to_proof(request, case)
