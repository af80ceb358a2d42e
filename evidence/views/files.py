"""Show a piece of proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from evidence import serving
from evidence.selectors.items import find_item

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase

    from aftersales.http import DeskRequest


@require_safe
def evidence_file(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    return serving.serve_file(request, find_item(pk, user=request.user))


@require_safe
def evidence_preview(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    return serving.serve_preview(request, find_item(pk, user=request.user))
