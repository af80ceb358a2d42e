"""The evidence pages of a packet: which piece, which part of it, on which paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appeals.packets.cuts import READABLE_WIDTH, windows
from appeals.packets.geometry import WHOLE, Box, Window, evidence_box, fit
from appeals.packets.pictures import Picture, read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.packets.content import Piece

# 96 pixels an inch: a small picture is not blown up.
LARGEST_PIXEL = 0.75


@dataclass(frozen=True)
class Sheet:
    """One evidence page; `part` counts from 1. A page of a PDF has no picture, `pdf_page` from 0 and a size in points.

    `pixel` bounds the points that a pixel takes.
    """

    piece: Piece
    part: int
    parts: int
    is_landscape: bool
    picture: Picture | None = None
    window: Window = WHOLE
    pdf_page: int = 0
    pdf_size: tuple[float, float] = (0, 0)
    pixel: float = LARGEST_PIXEL

    @property
    def box(self) -> Box:
        return evidence_box(is_landscape=self.is_landscape)

    @property
    def place(self) -> Box:
        """Where the visible part of the picture lies, or the page of a PDF, which is not blown up."""
        if self.picture is None:
            return fit(self.box, *self.pdf_size, largest=1)
        width, height = self.picture.upright_size
        return fit(self.box, width, height * (self.window.end - self.window.top), largest=self.pixel)


def picture_sheets(piece: Piece, *, work_dir: Path, is_archival: bool = False) -> list[Sheet]:
    """The pages of one picture, or of a film's stills; raises what read_picture() raises."""
    path, media_type = piece.path, piece.media_type
    if piece.is_film:
        if piece.stills is None:
            raise ValueError("a film without stills")
        path, media_type = piece.stills, "image/jpeg"
    picture = read_picture(path, media_type, converted=work_dir / f"picture-{piece.number}", is_archival=is_archival)
    width, height = picture.upright_size
    is_landscape = width > height
    box = evidence_box(is_landscape=is_landscape)
    parts = windows(picture.path, width=width, height=height, box=box, turn=picture.orientation)
    # The parts of one picture are all as wide.
    pixel = LARGEST_PIXEL if len(parts) == 1 else READABLE_WIDTH / width
    return [
        Sheet(piece, number, len(parts), is_landscape, picture, window, pixel=pixel)
        for number, window in enumerate(parts, start=1)
    ]


def document_sheets(piece: Piece, sizes: list[tuple[float, float]]) -> list[Sheet]:
    """The pages of one PDF; `sizes` are its pages' upright width and height."""
    return [
        Sheet(piece, number, len(sizes), width > height, pdf_page=number - 1, pdf_size=(width, height))
        for number, (width, height) in enumerate(sizes, start=1)
    ]
