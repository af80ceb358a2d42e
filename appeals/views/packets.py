"""Build a packet, follow it, fetch its file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from aftersales.errors import DeskError, NotFound
from appeals.forms import read_version
from appeals.packet_files import file_answer
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.packet_section import packet_context
from appeals.selectors.packets import find_packet
from appeals.services.packets import PDF, request_packet
from appeals.views.partials import checks_context, partials

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import QueryDict
    from django.http.response import HttpResponseBase

    from aftersales.http import DeskRequest
    from appeals.models import Packet

LONGEST_NUMBER = 3


@require_POST
def build(request: DeskRequest, pk: UUID) -> HttpResponse:
    appeal = find_appeal(str(pk), user=request.user)
    profile = request.POST.get("profile") or PDF
    try:
        packet = request_packet(
            appeal=appeal, by=request.user, now=timezone.now(), profile=profile, masked=_masked(request.POST, profile)
        )
    except DeskError as error:
        if not request.htmx:
            raise
        said = {"message": str(error), "tone": "error"}
        return trigger_client_event(HttpResponse(status=204), "toast", said)
    return _answer(request, packet, read_version(request.POST)) if request.htmx else redirect("appeal", pk)


def _masked(posted: QueryDict, profile: str) -> bool | None:
    """Each destination has a box of its own; a box that is not ticked is not sent, so the form says that it has any."""
    return f"masked_{profile}" in posted if "boxes" in posted else None


@require_GET
def packet(request: DeskRequest, pk: UUID) -> HttpResponse:
    """How far a packet is, as a partial that asks again by itself until it is done."""
    found = find_packet(pk, user=request.user)
    return _answer(request, found, read_version(request.GET)) if request.htmx else redirect("appeal", found.appeal_id)


def _answer(request: DeskRequest, packet: Packet, version: int | None) -> HttpResponse:
    """The packet; once it is ready, the checks as well, of which it is one.

    The checks carry the version that the page shows: where somebody changed the draft meanwhile they say so, and
    what the page saves later is still refused.
    """
    appeal = find_appeal(str(packet.appeal_id), user=request.user)
    standing = standing_of(appeal, timezone.now())
    context = {**checks_context(standing), **packet_context(standing)}
    if version is None or packet.is_building:
        return partials(request, ["packet"], context)
    context["appeal"] = replace(context["appeal"], version=version)
    context["stale"] = appeal.is_draft and version != appeal.version
    return partials(request, ["packet", "readiness"], context)


@require_GET
def packet_file(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """The whole file; with `?part=2`, the second picture of a set."""
    return file_answer(find_packet(pk, user=request.user), _part(request.GET.get("part", "")))


def _part(number: str) -> int | None:
    if not number:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > LONGEST_NUMBER:
        raise NotFound(_("This packet has no such picture."), code="packet_file_missing")
    return int(number)
