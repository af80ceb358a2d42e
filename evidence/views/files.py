"""Show a piece of proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from evidence import serving
from evidence.errors import NoPreview
from evidence.media import MEDIA_TYPES
from evidence.selectors.edit_page import film_page
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


@require_safe
def evidence_whole(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    item = find_item(pk, user=request.user)
    if MEDIA_TYPES[item.media_type].kind != "image":
        raise NoPreview(_("This is not a picture."))
    return serving.serve_whole(request, item)


@require_safe
def evidence_stills(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    return serving.serve_stills(request, find_item(pk, user=request.user))


@require_safe
def evidence_film(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    item = find_item(pk, user=request.user)
    if not item.stills_key:
        raise NoPreview(_("This is not a film."))
    return render(request, "evidence/film.html", {"page": film_page(item)})
