"""What a packet holds, as data: where each exhibit is, and in the archive where each file came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appeals.packets.content import PacketContent, Piece, Source
    from appeals.packets.pages import LaidOut


def packet_manifest(content: PacketContent, laid_out: LaidOut) -> dict[str, Any]:
    """Kept beside the packet; names nobody of the staff."""
    numbers: dict[int, list[int]] = {piece.number: [] for piece in content.pieces}
    for number, sheet in enumerate(laid_out.sheets, start=laid_out.front_pages + 1):
        numbers[sheet.piece.number].append(number)
    pieces = [
        {
            "number": piece.number,
            "caption": piece.caption,
            "slot": piece.slot_name,
            "case_no": piece.case_no or content.case_no,
            "name": piece.original_name,
            "sha256": piece.sha256,
            "byte_size": piece.byte_size,
            "first_page": numbers[piece.number][0],
            "last_page": numbers[piece.number][-1],
        }
        for piece in content.pieces
    ]
    return {
        "case_no": content.case_no,
        "prepared_at": content.prepared_at.isoformat(),
        "language": content.language,
        "masked": content.is_masked,
        "pages": laid_out.total,
        "pieces": pieces,
    }


def archive_manifest(content: PacketContent, manifest: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """With who added each file, when and how it came, what it was made from, and its name in the archive.

    `names` has the name of each attached file by its SHA-256.
    """
    entries = [
        {**entry, **_custody(piece, names)} for entry, piece in zip(manifest["pieces"], content.pieces, strict=True)
    ]
    return {
        **manifest,
        "title": content.title,
        "shop": content.shop,
        "order_no": content.order_no,
        "cases": [order.case_no for order in content.orders] or [content.case_no],
        "pieces": entries,
    }


def _custody(piece: Piece, names: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "file": names[piece.sha256],
        "media_type": piece.media_type,
        "added_at": piece.added_at.isoformat(),
        "added_by": piece.added_by,
        "origin": piece.origin,
        "confirmed": list(piece.confirmed),
    }
    if piece.is_film:
        entry["duration_ms"] = piece.duration_ms
        entry["stills"] = {"file": names[piece.stills_sha256], "sha256": piece.stills_sha256}
    if piece.source:
        entry["made_from"] = _source(piece.source, names)
    return entry


def _source(source: Source, names: dict[str, str]) -> dict[str, Any]:
    return {
        "how": source.how,
        "name": source.original_name,
        "sha256": source.sha256,
        "byte_size": source.byte_size,
        "added_at": source.added_at.isoformat(),
        "added_by": source.added_by,
        "file": names.get(source.sha256),
    }
