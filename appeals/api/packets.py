"""Build packets and fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from aftersales.api_support import ApiRequest, idempotent
from appeals.api.answers import PacketAnswer, packet_answer
from appeals.packet_files import file_answer
from appeals.selectors.appeals import find_appeal
from appeals.selectors.packets import find_packet
from appeals.services.packets import PDF, request_packet

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

router = Router()

FILE: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The packet: a PDF, or for a form of pictures a ZIP with them; one picture with `part`",
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in ("application/pdf", "application/zip", "image/jpeg", "image/png")
            },
        }
    }
}


class PacketIn(Schema):
    """`masked`: whether personal data are masked; null for what the destination says."""

    profile: Annotated[str, Field(max_length=40)] = PDF
    masked: bool | None = None


@router.post("/appeals/{appeal_id}/packets", response={202: PacketAnswer}, summary=gettext_noop("Build a packet"))
@idempotent
def create_packet(request: ApiRequest, appeal_id: str, asked: PacketIn) -> Status[dict[str, Any]]:
    """Of the appeal as it is now; ask `GET packets/{id}` until its state is done or failed."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    packet = request_packet(
        appeal=appeal, by=request.user, now=timezone.now(), profile=asked.profile, masked=asked.masked
    )
    return Status(202, packet_answer(packet))


@router.get("/packets/{packet_id}", response=PacketAnswer, summary=gettext_noop("A packet"))
def get_packet(request: ApiRequest, packet_id: UUID) -> dict[str, Any]:
    return packet_answer(find_packet(packet_id, user=request.user, token=request.auth))


@router.get("/packets/{packet_id}/file", openapi_extra=FILE, summary=gettext_noop("A packet's file"))
def get_packet_file(
    request: ApiRequest, packet_id: UUID, part: Annotated[int, Field(ge=1, le=999)] | None = None
) -> HttpResponseBase:
    """404 `packet_file_missing` until it is built. `part` is the number of one picture of a set."""
    return file_answer(find_packet(packet_id, user=request.user, token=request.auth), part)
