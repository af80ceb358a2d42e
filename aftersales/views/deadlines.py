"""A lead moves a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from aftersales.errors import Conflict, Unprocessable
from aftersales.forms import MoveForm
from aftersales.permissions import check_lead
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.deadlines import deadline_row, find_deadline, kept_proof
from aftersales.selectors.policies import rule_book
from aftersales.services.deadlines import move_deadline

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_http_methods(["GET", "POST"])
def deadline_move(request: DeskRequest, ref: str, pk: int) -> HttpResponse:
    """The form, and what it does; a refusal gives back what was typed."""
    check_lead(request.user)
    now = timezone.localtime()
    case = find_case(ref, user=request.user)
    deadline = find_deadline(case, pk)
    book = rule_book(case.shop.platform)
    asked = request.POST if request.method == "POST" else None
    form = MoveForm(asked, initial={"due_at": deadline.due_at}, proofs=kept_proof(case, book.newest))
    status = 200
    if asked is not None:
        status = _move(form, deadline=deadline, by=request.user, now=now)
        if not status:
            messages.success(request, _("The deadline was moved."))
            return redirect("case", case.ref)
    context: dict[str, Any] = {"case": case, "deadline": deadline_row(deadline, book, now), "form": form}
    return render(request, "aftersales/deadline_move.html", context, status=status)


def _move(form: MoveForm, **known: Any) -> int:
    """The status of the refusal; 0 where the deadline was moved."""
    if not form.is_valid():
        return 422
    try:
        move_deadline(**known, **form.cleaned_data)
    except (Conflict, Unprocessable) as error:
        for field, fault in (error.fields or {"": error.message}).items():
            form.add_error(field if field in form.fields else None, str(fault))
        return error.status
    return 0
