"""How the app's views answer: the panel, or why not, to a script and to a plain form."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from evidence.limits import Limits
from evidence.selectors.slots import evidence_panel

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from aftersales.errors import DeskError
    from aftersales.http import DeskRequest
    from aftersales.models import Case


def panel(
    request: DeskRequest, case: Case, at: datetime, *, problem: _StrOrPromise = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """`problem` is shown above the slots."""
    found = evidence_panel(case, user=request.user, at=at)
    context = {
        "case": case,
        "slots": found.slots,
        "proof_filled": found.proof_filled,
        "proof_required": found.proof_required,
        "upload_error": problem,
        "max_bytes": Limits().bytes_of("image"),
        "max_film_bytes": Limits().bytes_of("video"),
    }
    return render(request, "evidence/_slots.html", context, status=status)


def added(name: str, warnings: list[str], **more: int) -> JsonResponse:
    """For a script, which looks after its own rows."""
    body = {"name": name, "warnings": warnings, **more}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refusal(error: DeskError) -> JsonResponse:
    """For a script, which shows the message where the file was dropped."""
    fields = {name: str(fault) for name, fault in error.fields.items()}
    body = {"error": error.error_code, "message": str(error), "fields": fields}
    return JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False})


def back_to_proof(request: DeskRequest, case: Case, problem: _StrOrPromise = "") -> HttpResponseRedirect:
    """To the case's page, for a form without script."""
    if problem:
        messages.error(request, str(problem))
    return HttpResponseRedirect(f"{reverse('case', args=[case.ref])}#slots")
