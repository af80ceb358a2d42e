"""Which orders a complaint is about, and the reconsideration of a lost appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftersales.errors import DeskError
from aftersales.selectors.case_detail import find_case
from appeals.claims import DraftChange
from appeals.errors import AppealExists
from appeals.forms import read_refs, read_version
from appeals.models import Appeal
from appeals.selectors.appeals import find_appeal
from appeals.selectors.case_refs import find_case_by_any_number
from appeals.selectors.parts import cases_of
from appeals.services.drafts import open_appeal, update_appeal

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_POST
def change(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Add orders by any of their numbers, several at once, or take one out."""
    found = find_appeal(str(pk), user=request.user)
    ids = [case.pk for case in cases_of(found)][1:]
    try:
        if "remove" in request.POST:
            ids.remove(find_case(request.POST["remove"], user=request.user).pk)
        added = [find_case_by_any_number(ref, user=request.user).pk for ref in read_refs(request.POST)]
        asked = DraftChange(further=tuple(ids + added))
        version = read_version(request.POST)
        update_appeal(appeal=found, change=asked, by=request.user, now=timezone.now(), version=version)
    except DeskError as error:
        messages.error(request, str(error))
    except ValueError:
        messages.error(request, _("This case is not part of the appeal (any more)."))
    else:
        if added:
            said = ngettext("%(count)d order added.", "%(count)d orders added.", len(added)) % {"count": len(added)}
            messages.success(request, said)
    return redirect("appeal", pk)


@require_POST
def reconsider(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Start the draft of a reconsideration; where there is one, go on with it."""
    lost = find_appeal(str(pk), user=request.user)
    try:
        draft = open_appeal(case=lost.case, type=lost.type, by=request.user, now=timezone.now(), reconsiders=lost)
    except AppealExists as error:
        messages.info(request, str(error))
        draft = Appeal.objects.open().get(case=lost.case, type=lost.type)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("appeal", pk)
    return redirect("appeal", draft.pk)
