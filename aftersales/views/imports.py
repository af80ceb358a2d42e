"""Imports: choose a file, watch it being taken in, read what became of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from aftersales.errors import DeskError
from aftersales.forms import ImportForm
from aftersales.permissions import can_lead
from aftersales.selectors.imports import (
    find_import,
    import_runs,
    report_lines,
    run_of,
    unknown_codes,
    unknown_statuses,
)
from aftersales.selectors.people import shops_of
from aftersales.services.imports import start_import

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: DeskRequest) -> HttpResponse:
    """The form and the imports so far; a file that cannot be taken at all is refused with the form."""
    shops = shops_of(request.user)
    if request.method != "POST":
        initial = {"shop": shops[0].code} if len(shops) == 1 else {}
        return _page(request, ImportForm(shops=shops, initial=initial), status=200)
    form = ImportForm(request.POST, request.FILES, shops=shops)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    try:
        job = start_import(
            shop=said["shop"],
            upload=said["file"],
            file_name=said["file"].name,
            by=request.user,
            now=timezone.now(),
            dry_run=said["dry_run"],
        )
    except DeskError as error:
        form.add_error("file", str(error))
        return _page(request, form, status=error.status)
    messages.success(request, _("The import has started."))
    return redirect("import_detail", pk=job.pk)


@require_GET
def import_detail(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Progress and report; HTMX asks for the report alone while the import runs."""
    job = find_import(pk, user=request.user)
    context = {
        "run": run_of(job),
        "rejects": report_lines(job, "rejected"),
        "warnings": report_lines(job, "warnings"),
        "unknown_codes": unknown_codes(job),
    }
    template = "aftersales/_import_report.html" if request.htmx else "aftersales/import_detail.html"
    return render(request, template, context)


def _page(request: DeskRequest, form: ImportForm, *, status: int) -> HttpResponse:
    runs, next_cursor = import_runs(user=request.user, cursor=request.GET.get("cursor", ""))
    context = {
        "form": form,
        "runs": runs,
        "next_query": urlencode({"cursor": next_cursor}) if next_cursor else "",
        "unknown_statuses": unknown_statuses(request.user) if can_lead(request.user) else [],
    }
    return render(request, "aftersales/imports.html", context, status=status)
