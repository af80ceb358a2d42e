"""Builds what a destination takes: one table from its form to the builder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils import translation

from appeals.packets.build import PacketResult, build_archive, build_packet
from appeals.packets.images import build_images
from appeals.packets.masking import masked_content
from appeals.packets.refusals import too_heavy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aftersales.policy_appeals import Destination
    from appeals.packets.content import PacketContent

BUILDERS = {"pdf": build_packet, "archive": build_archive}


def build_for(
    destination: Destination,
    content: PacketContent,
    *,
    output: Path,
    work_dir: Path,
    progress: Callable[[int, int, str], None],
) -> PacketResult:
    """Write the file that the destination takes to `output`, as a whole or not at all, masked if that is asked for.

    The manifest's `report` says what of it is how large, and what was reduced. Raises PacketError.
    """
    content = masked_content(content)
    if destination.form == "images":
        return build_images(destination, content, output=output, work_dir=work_dir, progress=progress)
    result = BUILDERS[destination.form](content, output=output, work_dir=work_dir, progress=progress)
    if destination.refuse_bytes and result.byte_size > destination.refuse_bytes:
        output.unlink()
        with translation.override(content.language):
            raise too_heavy(result.byte_size, destination.refuse_bytes)
    return replace(result, manifest={**result.manifest, "report": _report(destination, content, result)})


def _report(destination: Destination, content: PacketContent, result: PacketResult) -> dict[str, Any]:
    """Of a PDF: nothing in it is reduced, and films are seen as stills."""
    warnings: list[dict[str, Any]] = []
    if destination.warn_bytes and result.byte_size > destination.warn_bytes:
        warnings.append({"code": "heavy", "pictures": [], "bytes": destination.warn_bytes})
    films = [piece.number for piece in content.pieces if piece.is_film]
    if films and destination.form == "pdf":
        warnings.append({"code": "film_beside", "pieces": films})
    return {"form": destination.form, "files": 1, "bytes": result.byte_size, "warnings": warnings, "pieces": []}
