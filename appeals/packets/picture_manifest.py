"""What a set of pictures holds, and what became of every piece: in numbers, for reports in any language."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appeals.packets.ladder import PNG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftersales.policy_appeals import Destination
    from appeals.packets.content import PacketContent, Piece
    from appeals.packets.ladder import Rung
    from appeals.packets.picture_sheets import PictureSheet

# What Windows, phones and a platform's form make of a name differs: letters, digits and a few signs only.
UNSAFE = re.compile(r"[^\w.()（）-]+")
CAPTION_LETTERS = 30


@dataclass(frozen=True)
class BuiltPicture:
    """One picture of the set; an extra one is for the form's second, optional place."""

    name: str
    sheet: PictureSheet
    rung: Rung
    is_extra: bool


def file_name(number: int, sheet: PictureSheet, media_type: str, *, is_extra: bool) -> str:
    """Such as `02-凭证3-聊天记录.jpg`: in a folder of names the pictures lie in their order."""
    first, last = sheet.figures[0], sheet.figures[-1]
    label = _("Exhibit %(number)s") % {"number": first.piece.number}
    if first.piece.number != last.piece.number:
        label += f"-{last.piece.number}"
    else:
        if first.parts > 1:
            parts = f"{first.part}" if first.part == last.part else f"{first.part}-{last.part}"
            label += f"({parts})"
        label += f"-{first.piece.caption[:CAPTION_LETTERS]}"
    clean = UNSAFE.sub("", label).strip(".-")
    ending = "png" if media_type == PNG else "jpg"
    folder = pgettext("places of a form", "optional") + "/" if is_extra else ""
    return f"{folder}{number:02}-{clean}.{ending}"


def manifest(destination: Destination, content: PacketContent, built: Sequence[BuiltPicture]) -> dict[str, Any]:
    """`pieces` and their pages are as in a PDF's, a picture counting as a page."""
    return {
        "case_no": content.case_no,
        "prepared_at": content.prepared_at.isoformat(),
        "language": content.language,
        "pages": len(built),
        "files": [_file(number, picture) for number, picture in enumerate(built, start=1)],
        "pieces": [_piece(piece, built) for piece in content.pieces],
        "report": {
            "form": destination.form,
            "files": len(built),
            "bytes": sum(len(picture.rung.data) for picture in built),
            "warnings": _warnings(destination, content, built),
            "pieces": [_reduced(piece, built) for piece in content.pieces],
        },
    }


def _file(number: int, picture: BuiltPicture) -> dict[str, Any]:
    rung = picture.rung
    return {
        "number": number,
        "name": picture.name,
        "media_type": rung.media_type,
        "byte_size": len(rung.data),
        "width": rung.size[0],
        "height": rung.size[1],
        "sha256": hashlib.sha256(rung.data).hexdigest(),
        "is_extra": picture.is_extra,
        "pieces": sorted({figure.piece.number for figure in picture.sheet.figures}),
    }


def _piece(piece: Piece, built: Sequence[BuiltPicture]) -> dict[str, Any]:
    shown = _shown_in(piece, built)
    return {
        "number": piece.number,
        "caption": piece.caption,
        "slot": piece.slot_name,
        "name": piece.original_name,
        "sha256": piece.sha256,
        "byte_size": piece.byte_size,
        "first_page": shown[0],
        "last_page": shown[-1],
    }


def _shown_in(piece: Piece, built: Sequence[BuiltPicture]) -> list[int]:
    return [
        number
        for number, picture in enumerate(built, start=1)
        if any(figure.piece.number == piece.number for figure in picture.sheet.figures)
    ]


def _reduced(piece: Piece, built: Sequence[BuiltPicture]) -> dict[str, Any]:
    """How the piece is shown: in which pictures, alone or with others, cut into how many, and how much smaller.

    `scale` is the percentage of its own pixels, 0 for a PDF, whose pages have none. `quality` is 0 where none was
    lost, and `bytes_after` where it shares a picture.
    """
    numbers = _shown_in(piece, built)
    pictures = [built[number - 1] for number in numbers]
    seen = [
        (figure, picture.rung.size[0] if picture.sheet.is_plain else figure.size(picture.rung.zoom)[0])
        for picture in pictures
        for figure in picture.sheet.figures
        if figure.piece.number == piece.number
    ]
    is_alone = all(figure.piece.number == piece.number for picture in pictures for figure in picture.sheet.figures)
    qualities = [picture.rung.quality for picture in pictures if picture.rung.quality is not None]
    return {
        "number": piece.number,
        "caption": piece.caption,
        "kind": seen[0][0].kind.value,
        "pictures": numbers,
        "is_alone": is_alone,
        "parts": len(seen),
        "scale": min(
            (round(100 * width / figure.full_width) for figure, width in seen if figure.full_width), default=0
        ),
        "width": min(width for _figure, width in seen),
        "quality": min(qualities, default=0),
        "bytes_before": piece.byte_size,
        "bytes_after": sum(len(picture.rung.data) for picture in pictures) if is_alone else 0,
    }


def _warnings(destination: Destination, content: PacketContent, built: Sequence[BuiltPicture]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    most = destination.warn_bytes
    heavy = [number for number, one in enumerate(built, start=1) if most and len(one.rung.data) > most]
    if heavy:
        found.append({"code": "heavy", "pictures": heavy, "bytes": most})
    films = [piece.number for piece in content.pieces if piece.is_film]
    if films:
        found.append({"code": "film_beside", "pieces": films})
    return found
