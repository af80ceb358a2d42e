"""Build packets and fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status

from aftersales.api_support import ApiRequest, idempotent
from appeals.api.answers import PacketAnswer, packet_answer
from appeals.enums import Profile
from appeals.packet_files import file_answer
from appeals.selectors.appeals import find_appeal
from appeals.selectors.packets import find_packet
from appeals.services.packets import request_packet

if TYPE_CHECKING:
    from django.http import FileResponse

router = Router()

FILE: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The packet",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class PacketIn(Schema):
    profile: Profile = Profile.PDF


@router.post("/appeals/{appeal_id}/packets", response={202: PacketAnswer}, summary=gettext_noop("Build a packet"))
@idempotent
def create_packet(request: ApiRequest, appeal_id: str, asked: PacketIn) -> Status[dict[str, Any]]:
    """Of the appeal as it is now; ask `GET packets/{id}` until its state is done or failed."""
    appeal = find_appeal(appeal_id, user=request.user, token=request.auth)
    packet = request_packet(appeal=appeal, by=request.user, now=timezone.now(), profile=asked.profile.value)
    return Status(202, packet_answer(packet))


@router.get("/packets/{packet_id}", response=PacketAnswer, summary=gettext_noop("A packet"))
def get_packet(request: ApiRequest, packet_id: UUID) -> dict[str, Any]:
    return packet_answer(find_packet(packet_id, user=request.user, token=request.auth))


@router.get("/packets/{packet_id}/file", openapi_extra=FILE, summary=gettext_noop("A packet's PDF"))
def get_packet_file(request: ApiRequest, packet_id: UUID) -> FileResponse:
    """404 `packet_file_missing` until it is built."""
    return file_answer(find_packet(packet_id, user=request.user, token=request.auth))
