"""A page to draw screens and forms on: wrapped text and smooth corners, which Pillow lacks."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from evidence.drawings.drawing import Point, Rgb
from evidence.drawings.fonts import Weight, font

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (28, 30, 34)
GREY: Rgb = (138, 143, 152)
PALE: Rgb = (240, 241, 244)
RULE: Rgb = (228, 230, 235)

_NEVER_FIRST = "，。！？；：、）》”’…,.!?;:)%"
_SMOOTH = 4


class Canvas:
    """Pixels from the top left; text positions are the left top of the line unless anchored."""

    def __init__(self, width: int, height: int, fill: Rgb = WHITE) -> None:
        self.image = Image.new("RGB", (width, height), fill)
        self.draw = ImageDraw.Draw(self.image)

    @property
    def width(self) -> int:
        return self.image.width

    def text(
        self,
        at: Point,
        words: str,
        *,
        size: int,
        fill: Rgb = INK,
        weight: Weight = Weight.REGULAR,
        anchor: str = "la",
    ) -> None:
        self.draw.text(at, words, font=font(size, weight), fill=fill, anchor=anchor)

    def lines(self, at: Point, rows: list[str], *, size: int, leading: int, fill: Rgb = INK) -> None:
        for number, row in enumerate(rows):
            self.text((at[0], at[1] + number * leading), row, size=size, fill=fill)

    def rectangle(self, box: tuple[float, float, float, float], fill: Rgb) -> None:
        self.draw.rectangle(box, fill=fill)

    def rounded(self, box: tuple[int, int, int, int], radius: int, fill: Rgb) -> None:
        left, top, right, bottom = box
        radius = min(radius, (right - left) // 2, (bottom - top) // 2)
        self.image.paste(fill, box, _rounded_mask(right - left, bottom - top, radius))

    def framed(self, box: tuple[int, int, int, int], radius: int, fill: Rgb, edge: Rgb, thickness: int = 2) -> None:
        self.rounded(box, radius, edge)
        left, top, right, bottom = box
        inner = (left + thickness, top + thickness, right - thickness, bottom - thickness)
        self.rounded(inner, max(radius - thickness, 0), fill)

    def disc(self, centre: tuple[int, int], radius: int, fill: Rgb) -> None:
        x, y = centre
        self.rounded((x - radius, y - radius, x + radius, y + radius), radius, fill)

    def paste_rounded(self, picture: Image.Image, at: tuple[int, int], radius: int) -> None:
        self.image.paste(picture, at, _rounded_mask(picture.width, picture.height, radius))


def wrap(words: str, *, size: int, width: int, weight: Weight = Weight.REGULAR) -> list[str]:
    """Break anywhere, as Chinese does, but never start a line with closing punctuation."""
    face = font(size, weight)
    rows: list[str] = []
    for paragraph in words.split("\n"):
        row = ""
        for letter in paragraph:
            if row and letter not in _NEVER_FIRST and face.getlength(row + letter) > width:
                rows.append(row)
                row = ""
            row += letter
        rows.append(row)
    return rows


def text_width(words: str, *, size: int, weight: Weight = Weight.REGULAR) -> int:
    return round(font(size, weight).getlength(words))


@lru_cache(maxsize=128)
def _corner(radius: int) -> Image.Image:
    big = Image.new("L", (radius * _SMOOTH, radius * _SMOOTH), 0)
    ImageDraw.Draw(big).ellipse((0, 0, radius * _SMOOTH * 2 - 1, radius * _SMOOTH * 2 - 1), fill=255)
    return big.resize((radius, radius), Image.Resampling.BOX)


def _rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    mask = Image.new("L", (width, height), 255)
    if radius > 0:
        corner = _corner(radius)
        flipped = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        mask.paste(corner, (0, 0))
        mask.paste(flipped, (width - radius, 0))
        mask.paste(corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, height - radius))
        mask.paste(flipped.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (width - radius, height - radius))
    return mask
