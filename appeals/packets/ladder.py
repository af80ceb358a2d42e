"""A picture as a file of so many bytes: first the quality goes down, then the size, and never below what is legible."""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

JPEG, PNG = "image/jpeg", "image/png"
QUALITIES = (92, 86, 80, 70, 60)
STEPS = 20  # of the zoom, from 1 to 0
# More pixels than this never come under a megabyte; drawing them would only cost time and memory.
MOST_PIXELS = 13_000_000
# Up to this size the largest is tried at once; beyond it, the smallest tells how large it may become.
QUICK_PIXELS = 4_500_000
# Bytes grow with this power of the pixels, until two sizes are known; what is aimed at stays a little below the limit.
LEAST_POWER, USUAL_POWER, MOST_POWER = 0.5, 0.8, 1.5
CARE = 0.98
TRIES = 2
ROUGH, FINE = Image.Resampling.BILINEAR, Image.Resampling.LANCZOS


class TooLarge(Exception):
    """Even the smallest legible picture has more bytes than its form takes; the argument is how many."""


@dataclass(frozen=True)
class Limits:
    """Bytes of one file: up to `most` is wanted, up to `refused` taken where it cannot be made smaller (A11)."""

    most: float = float("inf")
    refused: float = float("inf")


@dataclass(frozen=True)
class Rung:
    """A file that fits. `quality` is None where nothing was lost in packing it."""

    data: bytes
    media_type: str
    size: tuple[int, int]
    zoom: float
    quality: int | None


@dataclass(frozen=True)
class Ladder:
    """`draw` and `area` give the picture and its pixels at a zoom from 1 to 0, where it is just legible.

    What is drawn ROUGH is there sooner, and as large in bytes but for a little.
    """

    draw: Callable[[float, Image.Resampling], Image.Image]
    area: Callable[[float], int]
    limits: Limits
    has_text: bool
    is_lossless: bool

    def climb(self) -> Rung:
        """The best file within the limits. Raises TooLarge."""
        top = highest(self.area)
        if self.area(top) <= QUICK_PIXELS:
            picture = self.draw(top, FINE)
            rung = self._png(picture, top) if self.is_lossless else None
            if rung or self._least(picture) <= self.limits.most:
                return rung or self._packed(picture, top)
        zoom = self._reached()
        while True:
            picture = self.draw(zoom, FINE)
            if not zoom or self._least(picture) <= self.limits.most:
                return self._packed(picture, zoom)
            zoom = max(0.0, round(zoom * STEPS - 1) / STEPS)

    def _reached(self) -> float:
        """About the largest zoom that fits in the lowest quality, 0 where none does."""
        area, size = self.area(0.0), self._least(self.draw(0.0, ROUGH))
        if size > self.limits.most:
            return 0.0
        found, too_high, power = 0.0, 2.0, USUAL_POWER
        for _try in range(TRIES):
            zoom = self._hoped(area, size, power, too_high)
            if zoom <= found:
                break
            before, area = (area, size), self.area(zoom)
            size = self._least(self.draw(zoom, ROUGH))
            if size <= self.limits.most * CARE:
                found = zoom
            else:
                too_high = zoom
            if area == before[0]:
                break  # all figures are as small as they may be
            # Grain grows fast with the pixels, plain colour hardly.
            power = min(MOST_POWER, max(LEAST_POWER, log(size / before[1]) / log(area / before[0])))
        return max(found, self._hoped(area, size, power, too_high))

    def _hoped(self, area: int, size: int, power: float, below: float) -> float:
        """The zoom that reaches the limit, if bytes grow with this power of the pixels."""
        pixels = area * (self.limits.most * CARE / size) ** (1 / power)
        return highest(self.area, within=min(pixels, MOST_PIXELS), below=below)

    def _packed(self, picture: Image.Image, zoom: float) -> Rung:
        """In the best quality that fits. Raises TooLarge."""
        low, high = 0, len(QUALITIES) - 1
        data = jpeg(picture, QUALITIES[high], has_text=self.has_text)
        if len(data) > self.limits.refused:
            raise TooLarge(len(data))
        while low < high:
            middle = (low + high) // 2
            better = jpeg(picture, QUALITIES[middle], has_text=self.has_text)
            if len(better) <= self.limits.most:
                high, data = middle, better
            else:
                low = middle + 1
        return Rung(data, JPEG, picture.size, zoom, QUALITIES[high])

    def _png(self, picture: Image.Image, zoom: float) -> Rung | None:
        """Where nothing has to be lost: letters on plain colours are smaller so than as a good JPEG."""
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=6)
        size = buffer.tell()
        if size > self.limits.most or size > len(jpeg(picture, QUALITIES[0], has_text=True)):
            return None
        return Rung(buffer.getvalue(), PNG, picture.size, zoom, None)

    def _least(self, picture: Image.Image) -> int:
        return len(jpeg(picture, QUALITIES[-1], has_text=self.has_text))


def jpeg(picture: Image.Image, quality: int, *, has_text: bool) -> bytes:
    """Letters lose their edges where colours are stored coarser than light; photos show no difference."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=0 if has_text else 2)
    return buffer.getvalue()


def highest(area: Callable[[float], int], *, within: float = MOST_PIXELS, below: float = 2.0) -> float:
    """The largest zoom below another at which there are no more than so many pixels; 0 where there is none."""
    zooms = (step / STEPS for step in range(STEPS, 0, -1))
    return next((zoom for zoom in zooms if zoom < below and area(zoom) <= within), 0.0)
