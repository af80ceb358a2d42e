"""Many packets in one ZIP: ask for it, follow it, fetch it, build again what failed. For leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from aftersales.api_support import ApiRequest, Moment, idempotent
from appeals.bundle_files import MEDIA_TYPE, file_answer
from appeals.enums import PacketState
from appeals.permissions import check_bundles
from appeals.selectors.bundle_choices import find_appeals
from appeals.selectors.bundles import bundle_percent, entries_of, find_bundle, number_of
from appeals.services.bundles import MOST, request_bundle, retry_bundle
from appeals.services.packets import PDF

if TYPE_CHECKING:
    from django.http import FileResponse

    from appeals.models import Bundle, BundleEntry

router = Router()

FILE: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The bundle",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
Ref = Annotated[str, Field(min_length=1, max_length=64)]


class BundleIn(Schema):
    """`appeals`: ids or numbers (`A-1B2C3D4E`), each once; the ZIP has its folders in this order."""

    appeals: Annotated[list[Ref], Field(min_length=1, max_length=MOST)]
    profile: Annotated[str, Field(max_length=40)] = PDF


class EntryAnswer(Schema):
    """`packet` is the id of its packet, empty where there is none yet."""

    appeal: str
    number: str
    position: int
    state: str
    packet: str
    pages: int
    byte_size: int
    sha256: str
    error: str
    error_code: str


class BundleAnswer(Schema):
    """`percent` is 0 to 100; `file` is where to fetch the ZIP, empty until it is done.

    A bundle is done as soon as one of its packets is: `entries` says which failed, and why.
    """

    id: str
    number: str
    profile: str
    state: str
    percent: int
    requested_at: Moment
    finished_at: Moment | None
    done: int
    failed: int
    byte_size: int
    sha256: str
    error: str
    error_code: str
    entries: list[EntryAnswer]
    file: str


@router.post("/bundles", response={202: BundleAnswer}, summary=gettext_noop("Build a bundle"))
@idempotent
def create_bundle(request: ApiRequest, asked: BundleIn) -> Status[dict[str, Any]]:
    """For leads. One that fails does not stop the others; ask `GET bundles/{id}` until its state is done or failed."""
    check_bundles(request.user)
    bundle = request_bundle(
        appeals=find_appeals(asked.appeals, user=request.user, token=request.auth),
        by=request.user,
        now=timezone.now(),
        profile=asked.profile,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    return Status(202, bundle_answer(bundle))


@router.get("/bundles/{bundle_id}", response=BundleAnswer, summary=gettext_noop("A bundle"))
def get_bundle(request: ApiRequest, bundle_id: UUID) -> dict[str, Any]:
    """For leads who work for the shops of all its appeals."""
    return bundle_answer(find_bundle(bundle_id, user=request.user, token=request.auth))


@router.get("/bundles/{bundle_id}/file", openapi_extra=FILE, summary=gettext_noop("A bundle's ZIP"))
def get_bundle_file(request: ApiRequest, bundle_id: UUID) -> FileResponse:
    """404 `bundle_file_missing` until it is built."""
    return file_answer(find_bundle(bundle_id, user=request.user, token=request.auth))


@router.post("/bundles/{bundle_id}/retry", response={202: BundleAnswer}, summary=gettext_noop("Retry a bundle"))
@idempotent
def post_retry(request: ApiRequest, bundle_id: UUID) -> Status[dict[str, Any]]:
    """What is done stays; the ZIP is written anew. 409 `nothing_failed`."""
    bundle = find_bundle(bundle_id, user=request.user, token=request.auth)
    return Status(202, bundle_answer(retry_bundle(bundle=bundle, by=request.user, now=timezone.now())))


def bundle_answer(bundle: Bundle) -> dict[str, Any]:
    entries = entries_of(bundle)
    states = [entry.state for entry in entries]
    return {
        "id": str(bundle.pk),
        "number": number_of(bundle),
        "profile": bundle.profile,
        "state": bundle.state,
        "percent": bundle_percent(bundle, entries),
        "requested_at": bundle.requested_at,
        "finished_at": bundle.finished_at,
        "done": states.count(PacketState.DONE),
        "failed": states.count(PacketState.FAILED),
        "byte_size": bundle.byte_size,
        "sha256": bundle.sha256,
        "error": bundle.error,
        "error_code": bundle.error_code,
        "entries": [_entry_answer(entry) for entry in entries],
        "file": f"/api/v1/bundles/{bundle.pk}/file" if bundle.state == PacketState.DONE else "",
    }


def _entry_answer(entry: BundleEntry) -> dict[str, Any]:
    packet = entry.packet
    return {
        "appeal": str(entry.appeal_id),
        "number": entry.appeal.number,
        "position": entry.position,
        "state": entry.state,
        "packet": str(packet.pk) if packet else "",
        "pages": packet.pages if packet else 0,
        "byte_size": packet.byte_size if packet else 0,
        "sha256": packet.sha256 if packet else "",
        "error": entry.error,
        "error_code": entry.error_code,
    }
