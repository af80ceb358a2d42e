"""The page of one appeal, and the panel of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aftersales.errors import DeskError, StaleVersion
from aftersales.selectors.case_detail import find_case
from aftersales.selectors.policies import rule_book
from appeals.errors import AppealExists
from appeals.forms import OutcomeForm, WithdrawForm, read_draft, read_version
from appeals.models import Appeal
from appeals.selectors.appeal_detail import appeal_context, case_panel_appeals
from appeals.selectors.appeals import find_appeal, window_row
from appeals.selectors.dossiers import standing_of, standings
from appeals.selectors.packet_section import packet_context
from appeals.selectors.parts import loaded
from appeals.selectors.windows import case_windows
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import record_outcome, submit_appeal, withdraw_appeal
from appeals.views.partials import checks_context, partials

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_GET
def case_panel(request: DeskRequest, ref: str) -> HttpResponse:
    """A case's appeals and the windows in which more could be opened."""
    at = timezone.now()
    case = find_case(ref, user=request.user)
    appeals = list(loaded(Appeal.objects.filter(case=case)).order_by("-opened_at", "-pk"))
    windows = [
        window_row(window, at)
        for window in case_windows(case, rule_book(case.shop.platform), at)
        if not window.has_open_appeal
    ]
    context = {"case": case, "appeals": case_panel_appeals(standings(appeals, at)), "windows": windows}
    return render(request, "appeals/_panel.html", context)


@require_POST
def open_(request: DeskRequest) -> HttpResponse:
    """Start a draft; where there is one, go on with it."""
    case = find_case(request.POST.get("case", ""), user=request.user)
    type = request.POST.get("type", "")
    try:
        appeal = open_appeal(case=case, type=type, by=request.user, now=timezone.now())
    except AppealExists as error:
        messages.info(request, str(error))
        appeal = Appeal.objects.open().get(case=case, type=type)
    return redirect("appeal", appeal.pk)


@require_GET
def appeal(request: DeskRequest, pk: UUID) -> HttpResponse:
    return _page(request, find_appeal(str(pk), user=request.user))


@require_POST
def update(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Save the draft: as it is typed (HTMX: the checks come back), or by the button."""
    found = find_appeal(str(pk), user=request.user)
    try:
        _save(request, found)
    except DeskError as error:
        return _refused(request, found, error)
    if request.htmx:
        return _checks(request, found)
    messages.success(request, _("Saved."))
    return redirect("appeal", pk)


@require_POST
def submit(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Save what the page shows, then hand in exactly that."""
    found = find_appeal(str(pk), user=request.user)
    try:
        saved = _save(request, found)
        submit_appeal(appeal=saved, by=request.user, now=timezone.now(), version=saved.version)
    except DeskError as error:
        return _refused(request, found, error)
    messages.success(request, _("The appeal is submitted: proof and packet are frozen."))
    return redirect("appeal", pk)


@require_POST
def outcome(request: DeskRequest, pk: UUID) -> HttpResponse:
    found = find_appeal(str(pk), user=request.user)
    form = OutcomeForm(found.items.all(), request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            record_outcome(
                appeal=found,
                results=form.results(),
                by=request.user,
                at=form.cleaned_data["at"] or now,
                now=now,
                version=read_version(request.POST),
                platform_appeal_no=form.cleaned_data["platform_appeal_no"],
            )
        except DeskError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("The result is recorded."))
            return redirect("appeal", pk)
    return _page(request, found, status=422, outcome_form=form)


@require_POST
def withdraw(request: DeskRequest, pk: UUID) -> HttpResponse:
    found = find_appeal(str(pk), user=request.user)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        withdraw_appeal(
            appeal=found, by=request.user, now=timezone.now(), version=read_version(request.POST), reason=reason
        )
    except DeskError as error:
        return _refused(request, found, error)
    messages.success(request, _("The appeal is taken back."))
    return redirect("appeal", pk)


def _save(request: DeskRequest, found: Appeal) -> Appeal:
    return update_appeal(
        appeal=found,
        change=read_draft(request.POST),
        by=request.user,
        now=timezone.now(),
        version=read_version(request.POST),
    )


def _add_errors(form: OutcomeForm, error: DeskError) -> None:
    """A fault goes to its field; what belongs to no field stands above them."""
    known = {name: text for name, text in error.fields.items() if name in form.fields}
    for name, text in known.items():
        form.add_error(name, str(text))
    if not known:
        form.add_error(None, str(error))


def _refused(request: DeskRequest, found: Appeal, error: DeskError) -> HttpResponse:
    """The reason beside the checks; what was typed stays in the page."""
    said = {"is_stale": True} if isinstance(error, StaleVersion) else {"update_error": error.message}
    if request.htmx:
        return _checks(request, found, status=error.status, **said)
    return _page(request, found, status=error.status, is_typed=True, **said)


def _page(
    request: DeskRequest,
    found: Appeal,
    *,
    status: int = 200,
    is_typed: bool = False,
    is_stale: bool = False,
    **more: Any,
) -> HttpResponse:
    at = timezone.now()
    standing = standing_of(find_appeal(str(found.pk), user=request.user), at)
    context = {
        **appeal_context(standing, user=request.user, at=at),
        "appeal_url": reverse("appeal", args=[found.pk]),
        "outcome_form": OutcomeForm(standing.appeal.items.all()),
        **more,
    }
    if is_typed and standing.appeal.is_draft:
        context["appeal"] = replace(
            context["appeal"],
            ground=request.POST.get("ground", standing.appeal.ground),
            statement=request.POST.get("statement", standing.appeal.statement),
        )
    return render(request, "appeals/appeal.html", _as_old(request, context, is_stale=is_stale), status=status)


def _checks(
    request: DeskRequest, found: Appeal, *, status: int = 200, is_stale: bool = False, **more: Any
) -> HttpResponse:
    """The checks, and beside them the packet: a change of the draft makes it an old one."""
    standing = standing_of(find_appeal(str(found.pk), user=request.user), timezone.now())
    context = {**checks_context(standing), **packet_context(standing), **more}
    return partials(request, ["readiness", "packet"], _as_old(request, context, is_stale=is_stale), status=status)


def _as_old(request: DeskRequest, context: dict[str, Any], *, is_stale: bool) -> dict[str, Any]:
    """A stale page keeps the version that it shows, so that it cannot overwrite what it has not seen."""
    version = read_version(request.POST)
    if is_stale and version is not None:
        context["appeal"] = replace(context["appeal"], version=version)
    return {**context, "stale": is_stale}
