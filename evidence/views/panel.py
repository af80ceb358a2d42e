"""The slots of a case, loaded into its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.views.decorators.http import require_GET

from aftersales.selectors.case_detail import find_case
from evidence.views import answers

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aftersales.http import DeskRequest


@require_GET
def case_evidence_panel(request: DeskRequest, ref: str) -> HttpResponse:
    return answers.panel(request, find_case(ref, user=request.user), timezone.now())
