"""Add proof to a case, and withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from aftersales.errors import Conflict, DeskError, Unprocessable
from aftersales.selectors.case_detail import find_case
from evidence.checks import FileWarning
from evidence.forms import WithdrawForm, said, said_with_upload
from evidence.receiving import MOST_AT_ONCE, open_gate, received_files
from evidence.selectors.items import find_item
from evidence.selectors.slots import kinds_taken
from evidence.services.uploads import add_evidence, withdraw_evidence
from evidence.views import answers

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpResponse

    from aftersales.http import DeskRequest
    from aftersales.models import Case


# The gate must stand before the first look at the body, and looking for the CSRF token is one: so the
# check of the token moves inwards, to the functions behind the gate.
@csrf_exempt
@require_POST
def evidence_upload(request: DeskRequest, ref: str) -> HttpResponse:
    """A script sends one file a request and gets JSON, or the panel where it asks for that; a form may send several."""
    at = timezone.now()  # before the body: of files sent at once the order of setting out counts, not of arriving
    try:
        case = find_case(ref, user=request.user)
        kinds = kinds_taken(case, at)
        open_gate(request, files=1 if request.htmx else MOST_AT_ONCE, kinds=kinds)
        return _upload(request, case, at) if request.htmx else _upload_form(request, case, at)
    except DeskError as error:
        if request.htmx:
            return answers.refusal(error)
        raise


@csrf_protect
def _upload(request: DeskRequest, case: Case, at: datetime) -> HttpResponse:
    given = said_with_upload(request)
    items = [
        add_evidence(case=case, path=path, name=name, by=request.user, at=at, **given)
        for path, name in received_files(request)
    ]
    if answers.wants_json(request):
        return answers.added(items[0].original_name, [str(FileWarning(code).label) for code in items[0].warnings])
    return answers.panel(request, case, timezone.now())


@csrf_protect
def _upload_form(request: DeskRequest, case: Case, at: datetime) -> HttpResponse:
    """Good files are kept, whatever the others are."""
    try:
        given = said_with_upload(request)
        files = received_files(request)
    except Unprocessable as error:
        return answers.back_to_proof(request, case, error.message)
    for path, name in files:
        try:
            item = add_evidence(case=case, path=path, name=name, by=request.user, at=at, **given)
        except DeskError as error:
            messages.error(request, f"{name}: {error}")
        else:
            messages.success(request, _("Added: {name}").format(name=item.original_name))
    return answers.back_to_proof(request, case)


@require_POST
def evidence_withdraw(request: DeskRequest, pk: UUID) -> HttpResponse:
    at = timezone.now()
    try:
        item = find_item(pk, user=request.user)
    except DeskError as error:
        if request.htmx:
            return answers.refusal(error)
        raise
    case = find_case(item.case.ref, user=request.user)
    try:
        withdraw_evidence(item=item, by=request.user, at=at, **said(WithdrawForm(request.POST)))
    except (Conflict, Unprocessable) as error:
        if request.htmx:
            return answers.panel(request, case, at, problem=error.message, status=error.status)
        return answers.back_to_proof(request, case, error.message)
    except DeskError as error:
        if request.htmx:
            return answers.refusal(error)
        raise
    if not request.htmx:
        return answers.back_to_proof(request, case)
    answer = answers.panel(request, case, at)
    answer["HX-Trigger"] = "evidence-changed"
    return answer
