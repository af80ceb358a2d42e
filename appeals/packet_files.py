"""A packet's file as an answer to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from appeals.storage import PacketStore

if TYPE_CHECKING:
    from appeals.models import Packet


def file_answer(packet: Packet) -> FileResponse:
    """Raises PacketFileMissing."""
    name = f"{packet.appeal.case.ref}-{packet.appeal.number}.pdf"
    return FileResponse(
        PacketStore().open(packet.key), as_attachment=True, filename=name, content_type="application/pdf"
    )
