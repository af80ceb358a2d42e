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
    """One evidence page; `part` counts from 1. A page of a PDF has no picture and `pdf_page` from 0."""

    piece: Piece
    part: int
    parts: int
    is_landscape: bool
    picture: Picture | None = None
    window: Window = WHOLE
    pdf_page: int = 0

    @property
    def box(self) -> Box:
        return evidence_box(is_landscape=self.is_landscape)

    @property
    def place(self) -> Box:
        """Where the visible part of the picture lies."""
        if self.picture is None:
            raise ValueError("a page of a PDF is placed by its own measures")
        width, height = self.picture.upright_size
        # The parts of one picture are all as wide.
        largest = LARGEST_PIXEL if self.parts == 1 else READABLE_WIDTH / width
        return fit(self.box, width, height * (self.window.end - self.window.top), largest=largest)


def picture_sheets(piece: Piece, *, work_dir: Path) -> list[Sheet]:
    """The pages of one picture; raises what read_picture() raises."""
    converted = work_dir / f"picture-{piece.number}"
    picture = read_picture(piece.path, piece.media_type, converted=converted)
    width, height = picture.upright_size
    is_landscape = width > height
    parts = windows(picture.path, width=width, height=height, box=evidence_box(is_landscape=is_landscape))
    return [
        Sheet(piece, number, len(parts), is_landscape, picture, window) for number, window in enumerate(parts, start=1)
    ]


def document_sheets(piece: Piece, sizes: list[tuple[float, float]]) -> list[Sheet]:
    """The pages of one PDF; `sizes` are its pages' upright width and height."""
    return [
        Sheet(piece, number, len(sizes), width > height, pdf_page=number - 1)
        for number, (width, height) in enumerate(sizes, start=1)
    ]
