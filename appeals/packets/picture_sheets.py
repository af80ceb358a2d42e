"""One picture of a set: a figure by itself, or several with their exhibit numbers and captions below them."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw
from PIL.JpegImagePlugin import JpegImageFile

from appeals.packets.build import UNUSABLE
from appeals.packets.figures import Kind
from appeals.packets.ladder import JPEG, QUALITIES, ROUGH, Ladder, Limits, Rung, highest, jpeg
from appeals.packets.refusals import unusable
from appeals.packets.sheet_plan import MARGIN, Arrangement, Place, arrange
from evidence.decoder.pictures import orientation
from evidence.drawings.fonts import Weight, font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from appeals.packets.figures import Figure

PAPER, INK, GREY, LINE, ACCENT = "#ffffff", "#1a1a1a", "#666666", "#b8bec6", "#1f4e79"
LETTERS = (24, 44)  # pixels of a caption's letters, at least and at most
LETTERS_A_LINE = 22  # of the narrowest figure
LINES = 2
SPACING, HEAD_SPACING = 1.35, 1.8
ABOVE = 10
LEAST_CELL = 360  # for the caption of a small picture
CORES = 2  # files that are decoded at a time; more would only need more memory
METADATA = 200_000  # what a file may lose before its picture is touched


@dataclass(frozen=True)
class PictureSheet:
    """The figures of one picture; `head` stands above several of them."""

    figures: tuple[Figure, ...]
    head: tuple[str, str] = ("", "")
    drawn: list[Image.Image] = field(default_factory=list, compare=False, repr=False)
    arranged: dict[float, Arrangement] = field(default_factory=dict, compare=False, repr=False)

    @property
    def has_text(self) -> bool:
        return any(figure.kind != Kind.PHOTO for figure in self.figures)

    @property
    def is_plain(self) -> bool:
        return len(self.figures) == 1

    def file(self, limits: Limits) -> Rung:
        """Raises TooLarge, and PacketError for a file that cannot be used."""
        try:
            kept = _as_it_is(self.figures[0], limits) if self.is_plain else None
        except UNUSABLE as error:
            raise unusable(self.figures[0].piece) from error
        try:
            return kept or self.ladder(limits).climb()
        finally:
            self.drawn.clear()

    def ladder(self, limits: Limits) -> Ladder:
        return Ladder(
            draw=self.draw,
            area=lambda zoom: self.arrangement(zoom).area,
            limits=limits,
            has_text=self.has_text,
            is_lossless=all(figure.is_lossless for figure in self.figures),
        )

    def smallest(self, *, has_text: bool) -> int:
        """Bytes when it is just legible."""
        return len(jpeg(self.draw(0.0, ROUGH), QUALITIES[-1], has_text=has_text))

    def arrangement(self, zoom: float) -> Arrangement:
        if zoom not in self.arranged:
            self.arranged[zoom] = self._arrangement(zoom)
        return self.arranged[zoom]

    def _arrangement(self, zoom: float) -> Arrangement:
        sizes = [figure.size(zoom) for figure in self.figures]
        if self.is_plain:
            return Arrangement(sizes[0], (Place(0, 0),))
        letters = _letters(sizes)
        cells = [(max(LEAST_CELL, width), height) for width, height in sizes]
        feet = [
            ABOVE + round(letters * SPACING) * len(_lines(figure, letters, width))
            for figure, (width, _height) in zip(self.figures, cells, strict=True)
        ]
        return arrange(cells, head=round(letters * HEAD_SPACING), feet=feet)

    def draw(self, zoom: float, resampling: Image.Resampling) -> Image.Image:
        """The picture at a zoom from 1 to 0. Raises PacketError."""
        sizes = [figure.size(zoom) for figure in self.figures]
        gap = 1.0 if resampling == ROUGH else 2.0  # how far the quick way may go

        def resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
            return picture if picture.size == size else picture.resize(size, resampling, reducing_gap=gap)

        with ThreadPoolExecutor(CORES) as pool:
            pictures = list(pool.map(resized, self._largest(), sizes))
        if self.is_plain:
            return pictures[0]
        arrangement, letters = self.arrangement(zoom), _letters(sizes)
        sheet = Image.new("RGB", arrangement.size, PAPER)
        brush = ImageDraw.Draw(sheet)
        _write_head(brush, self.head, arrangement.size[0], letters)
        for figure, picture, place in zip(self.figures, pictures, arrangement.places, strict=True):
            sheet.paste(picture, (place.left, place.top))
            right, bottom = place.left + picture.width, place.top + picture.height
            brush.rectangle((place.left - 1, place.top - 1, right, bottom), outline=LINE)
            _write_caption(brush, figure, (place.left, bottom + ABOVE), max(LEAST_CELL, picture.width), letters)
        return sheet

    def _largest(self) -> list[Image.Image]:
        """Each figure from its file, once, as large as it may become."""
        if not self.drawn:
            zoom = highest(lambda zoom: self.arrangement(zoom).area)
            with ThreadPoolExecutor(CORES) as pool:
                drawing = [pool.submit(figure.draw, figure.size(zoom)) for figure in self.figures]
                for figure, drawn in zip(self.figures, drawing, strict=True):
                    try:
                        self.drawn.append(drawn.result())
                    except UNUSABLE as error:
                        raise unusable(figure.piece) from error
        return self.drawn


def _as_it_is(figure: Figure, limits: Limits) -> Rung | None:
    """A JPEG that fits, with its own quality and without its metadata; None for what has to be changed to be right."""
    if figure.page is not None or figure.parts > 1 or figure.path.stat().st_size > limits.most + METADATA:
        return None
    with Image.open(figure.path) as image:
        has_quality = isinstance(image, JpegImageFile) and image.format == "JPEG" and image.quantization
        plain = has_quality and image.mode in ("L", "RGB") and not image.info.get("icc_profile")
        if not plain or image.size != (figure.width, figure.height) or orientation(image) != 1:
            return None
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality="keep", comment=b"")
    data = buffer.getvalue()
    return Rung(data, JPEG, (figure.width, figure.height), 1.0, None) if len(data) <= limits.most else None


def exhibit(figure: Figure) -> str:
    """Such as “Exhibit 3 (1/4)”, the first of four parts."""
    label = _("Exhibit %(number)s") % {"number": figure.piece.number}
    return label if figure.parts == 1 else f"{label} ({figure.part}/{figure.parts})"


def _letters(sizes: Sequence[tuple[int, int]]) -> int:
    """Pixels of a caption's letters: as readable as what the figures show."""
    least, most = LETTERS
    return max(least, min(most, min(width for width, _height in sizes) // LETTERS_A_LINE))


@lru_cache(maxsize=512)
def _wrapped(first: str, caption: str, letters: int, width: int) -> tuple[str, ...]:
    """The caption in lines, the first of which leaves room for the exhibit's number."""
    plain, bold = font(letters), font(letters, Weight.BOLD)
    lines, room = [""], width - bold.getlength(f"{first}  ")
    for letter in caption:
        if plain.getlength(lines[-1] + letter) > room:
            if len(lines) == LINES:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
            room = width
        lines[-1] += letter
    return tuple(line.strip() for line in lines)


def _lines(figure: Figure, letters: int, width: int) -> tuple[str, ...]:
    return _wrapped(exhibit(figure), " ".join(figure.piece.caption.split()), letters, width)


def _write_caption(
    brush: ImageDraw.ImageDraw, figure: Figure, corner: tuple[int, int], width: int, letters: int
) -> None:
    left, top = corner
    label = exhibit(figure)
    plain, bold = font(letters), font(letters, Weight.BOLD)
    brush.text((left, top), label, ACCENT, bold)
    first, *others = _lines(figure, letters, width)
    brush.text((left + bold.getlength(f"{label}  "), top), first, INK, plain)
    for number, line in enumerate(others, start=1):
        brush.text((left, top + number * round(letters * SPACING)), line, INK, plain)


def _write_head(brush: ImageDraw.ImageDraw, head: tuple[str, str], width: int, letters: int) -> None:
    plain = font(letters)
    brush.text((MARGIN, MARGIN), head[0], GREY, plain)
    right = width - MARGIN - plain.getlength(head[1])
    if right > MARGIN + plain.getlength(f"{head[0]}  "):
        brush.text((right, MARGIN), head[1], GREY, plain)
