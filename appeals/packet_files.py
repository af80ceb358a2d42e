"""A packet's file: its name in the store, and as an answer to download."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from appeals.errors import PacketFileMissing
from appeals.storage import PacketStore

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from appeals.models import Packet

# By the form of the destination; a set of pictures is kept as one file as well.
ENDINGS = {"pdf": "pdf", "archive": "pdf", "images": "zip"}
MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


def key_of(packet: Packet) -> str:
    return f"{packet.pk}.{ending_of(packet)}"


def ending_of(packet: Packet) -> str:
    form = packet.manifest.get("destination", {}).get("form", "pdf")
    return ENDINGS[form]


def download_name(packet: Packet) -> str:
    """Such as `C-000012-A-1B2C3D4E-ticket_images.zip`; the usual PDF has the shortest name."""
    parts = [packet.appeal.case.ref, packet.appeal.number]
    if packet.profile != "pdf":
        parts.append(packet.profile)
    return f"{'-'.join(parts)}.{ending_of(packet)}"


def pictures_of(packet: Packet) -> list[dict[str, Any]]:
    """The files of a set of pictures, as the manifest lists them; none of a PDF."""
    files: list[dict[str, Any]] = packet.manifest.get("files", []) if packet.key else []
    return files


def file_answer(packet: Packet, part: int | None = None) -> HttpResponseBase:
    """The whole file, or one picture of a set by its number. Raises PacketFileMissing."""
    if part is not None:
        return _picture(packet, part)
    return FileResponse(
        PacketStore().open(packet.key),
        as_attachment=True,
        filename=download_name(packet),
        content_type=MEDIA_TYPES[ending_of(packet)],
    )


def _picture(packet: Packet, part: int) -> HttpResponse:
    picture = next((file for file in pictures_of(packet) if file["number"] == part), None)
    if picture is None:
        raise PacketFileMissing(_("This packet has no such picture."))
    with PacketStore().open(packet.key) as file, zipfile.ZipFile(file) as archive:
        data = archive.read(picture["name"])
    name = picture["name"].rpartition("/")[2]
    answer = HttpResponse(data, content_type=picture["media_type"])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
