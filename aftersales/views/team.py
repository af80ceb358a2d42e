"""The team: who takes new cases, and how many each person may have open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aftersales.forms import ReceptionForm
from aftersales.permissions import can_lead
from aftersales.selectors.reception import find_colleague, reception_of
from aftersales.services.reception import set_reception

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_GET
def team(request: DeskRequest) -> HttpResponse:
    return _page(request)


@require_POST
def team_member(request: DeskRequest, pk: int) -> HttpResponse:
    """Set one person's switch and limit; a refusal gives back what was typed."""
    person = find_colleague(request.user, pk)
    form = ReceptionForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, {pk: form}, status=422)
    set_reception(person=person, by=request.user, **form.changes())
    messages.success(request, _("Saved."))
    return redirect("team")


def _page(request: DeskRequest, forms: dict[int, ReceptionForm] | None = None, *, status: int = 200) -> HttpResponse:
    """`forms` are those that were refused, by the person's key."""
    reception = reception_of(request.user)
    refused = forms or {}
    rows = [(row, refused.get(row.person.pk) or ReceptionForm(person=row.person)) for row in reception.rows]
    context = {
        "rows": rows,
        "advice": reception.advice,
        "waiting": reception.waiting,
        "saturation": reception.saturation,
        "can_limit": can_lead(request.user),
    }
    return render(request, "aftersales/team.html", context, status=status)
