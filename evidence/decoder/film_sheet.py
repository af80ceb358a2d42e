"""Draws frames of a film as one picture, each with its moment below."""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil

from PIL import Image, ImageDraw, ImageFont, JpegImagePlugin

# Of a page as it stands: the sheet is at most so wide, and as high as fits under a heading.
WIDTH, HEIGHT = 1_680, 2_200
GAP = 16
LABEL = 36
NARROWEST = 96  # a label fits
WHITE, INK = (255, 255, 255), (60, 60, 60)
QUALITY = 88
FORMAT = str(JpegImagePlugin.JpegImageFile.format)


@dataclass(frozen=True)
class Still:
    picture: Image.Image
    seconds: float


def clock(seconds: float) -> str:
    """As a player shows it: m:ss."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def sheet(stills: list[Still]) -> Image.Image:
    """In reading order, in as many columns as show them largest."""
    width, height = stills[0].picture.size
    columns = max(range(1, len(stills) + 1), key=lambda columns: _fitted(columns, len(stills), height / width))
    shown = min(_fitted(columns, len(stills), height / width), width)
    cell = (max(round(shown), NARROWEST), max(round(shown * height / width), 1) + LABEL)
    rows = ceil(len(stills) / columns)
    page = Image.new("RGB", (columns * (cell[0] + GAP) + GAP, rows * (cell[1] + GAP) + GAP), WHITE)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=LABEL - 12)
    for place, still in enumerate(stills):
        left, top = (
            GAP + number * (side + GAP) for number, side in zip(divmod(place, columns)[::-1], cell, strict=True)
        )
        small = still.picture.resize((max(round(shown), 1), cell[1] - LABEL))
        page.paste(small, (left + (cell[0] - small.width) // 2, top))
        pen.text((left + cell[0] / 2, top + cell[1] - 4), clock(still.seconds), fill=INK, font=font, anchor="md")
    return page


def _fitted(columns: int, number: int, ratio: float) -> float:
    """How wide a still may be so that all of them fit the page."""
    across = (WIDTH - GAP) / columns - GAP
    down = ((HEIGHT - GAP) / ceil(number / columns) - GAP - LABEL) / ratio
    return max(min(across, down), 1)


def sheet_jpeg(page: Image.Image) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, FORMAT, quality=QUALITY)
    return buffer.getvalue()
