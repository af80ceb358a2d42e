"""A round red company seal: ring, star, name along the arc, worn like rubber on paper."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from evidence.drawings.drawing import Rgb
from evidence.drawings.fonts import Weight, font

_SIDE = 840
_SMALL = 380
_RED: Rgb = (206, 32, 38)


def paint_seal(around: str, below: str, *, rng: random.Random) -> Image.Image:
    """On white, 380 pixels square, to be multiplied onto a page."""
    mask = Image.new("L", (_SIDE, _SIDE), 0)
    pen = ImageDraw.Draw(mask)
    middle = _SIDE // 2
    pen.ellipse((20, 20, _SIDE - 20, _SIDE - 20), outline=255, width=18)
    pen.polygon(_star(middle, middle - 10, 118), fill=255)
    pen.text((middle, middle + 196), below, font=font(72, Weight.BOLD), fill=255, anchor="mm")
    _write_along_arc(mask, around)
    mask = ImageChops.multiply(mask, _worn(rng)).rotate(rng.uniform(-16, 12), Image.Resampling.BILINEAR)
    mask = mask.resize((_SMALL, _SMALL), Image.Resampling.BOX)
    seal = Image.new("RGB", mask.size, (255, 255, 255))
    seal.paste(_RED, (0, 0), mask)
    return seal


def _write_along_arc(mask: Image.Image, words: str) -> None:
    face = font(76, Weight.BOLD)
    step = min(17.5, 232 / max(len(words) - 1, 1))
    middle, radius = _SIDE / 2, _SIDE / 2 - 108
    for number, character in enumerate(words):
        degrees = (number - (len(words) - 1) / 2) * step
        tile = Image.new("L", (140, 140), 0)
        ImageDraw.Draw(tile).text((70, 70), character, font=face, fill=255, anchor="mm")
        tile = tile.resize((round(140 * 0.86), 160)).rotate(-degrees, Image.Resampling.BILINEAR, expand=True)
        turn = math.radians(degrees)
        x = round(middle + radius * math.sin(turn) - tile.width / 2)
        y = round(middle - radius * math.cos(turn) - tile.height / 2)
        mask.paste(255, (x, y), tile)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        turn = math.radians(corner * 36)
        points.append((x + reach * math.sin(turn), y - reach * math.cos(turn)))
    return points


def _worn(rng: random.Random) -> Image.Image:
    """Where the rubber took ink: uneven in patches, with fine holes."""
    patches = Image.frombytes("L", (7, 7), bytes(rng.randint(150, 255) for _cell in range(49)))
    patches = patches.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    holes = Image.frombytes("L", (210, 210), rng.randbytes(210 * 210)).filter(ImageFilter.GaussianBlur(0.9))
    holes = holes.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    holes = holes.point([min(max((value - 78) * 8, 60), 255) for value in range(256)])
    return ImageChops.multiply(patches, holes)
