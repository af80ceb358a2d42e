"""Words as a ballpoint writes them: every sign a little turned, leaning, and bent."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from evidence.drawings.drawing import Rgb
from evidence.drawings.fonts import font

_OVER = 2
_CELLS = 4


def write_by_hand(words: str, *, size: int, ink: Rgb, rng: random.Random, paper: Rgb) -> Image.Image:
    """On a sheet of `paper` colour that fits the words; sizes in pixels."""
    signs = [_sign(character, size, rng) for character in words]
    gap = -round(size * 0.92)
    width = sum(sign.width + gap for sign in signs) - gap
    width += round(size * 0.05 * len(signs))
    height = signs[0].height + round(size * 0.3)
    mask = Image.new("L", (width, height), 0)
    x, drift = 0, 0.0
    for sign in signs:
        drift = drift * 0.7 + rng.uniform(-0.03, 0.03) * size
        place = (x, round(size * 0.15 + drift))
        lighter = Image.composite(sign, mask.crop((*place, place[0] + sign.width, place[1] + sign.height)), sign)
        mask.paste(lighter, place)
        x += sign.width + gap + round(rng.uniform(-0.03, 0.05) * size)
    sheet = Image.new("RGB", mask.size, paper)
    sheet.paste(ink, (0, 0), mask)
    return sheet


def _sign(character: str, size: int, rng: random.Random) -> Image.Image:
    """Drawn large, thinned to a pen line, bent on a grid, leaned and turned, then made small."""
    face = font(size * _OVER)
    side = size * _OVER * 2
    across = face.getlength(character)
    tile = Image.new("L", (round(across) + size * _OVER, side), 0)
    ImageDraw.Draw(tile).text((size * _OVER / 2, side / 2), character, font=face, fill=255, anchor="lm")
    tile = _bent(tile.filter(ImageFilter.MinFilter(3)), size * _OVER * 0.035, rng)
    lean = rng.uniform(0.1, 0.2)
    grow = rng.uniform(0.96, 1.1)
    middle_x, middle_y = tile.width / 2, tile.height / 2
    shape = (
        1 / grow,
        lean,
        middle_x - middle_x / grow - lean * middle_y,
        0.0,
        grow,
        middle_y - middle_y * grow,
    )
    tile = tile.transform(tile.size, Image.Transform.AFFINE, shape, Image.Resampling.BILINEAR)
    tile = tile.rotate(rng.uniform(-5, 4), Image.Resampling.BILINEAR)
    # Blur and a steep curve round off the corners of print, as a ball does.
    tile = tile.filter(ImageFilter.GaussianBlur(1.5)).point([min(max((v - 56) * 3, 0), 255) for v in range(256)])
    pressure = rng.uniform(0.88, 0.99)
    small = tile.resize((tile.width // _OVER, tile.height // _OVER), Image.Resampling.BOX)
    return small.point([round(value * pressure) for value in range(256)])


def _bent(tile: Image.Image, reach: float, rng: random.Random) -> Image.Image:
    """Move the knots of a grid, and all between them smoothly."""
    width, height = tile.size
    knots = {
        (column, row): (
            width * column / _CELLS + reach * math.sin(rng.uniform(-2, 2)),
            height * row / _CELLS + reach * math.sin(rng.uniform(-2, 2)),
        )
        for column in range(_CELLS + 1)
        for row in range(_CELLS + 1)
    }
    mesh = []
    for column in range(_CELLS):
        for row in range(_CELLS):
            box = (
                width * column // _CELLS,
                height * row // _CELLS,
                width * (column + 1) // _CELLS,
                height * (row + 1) // _CELLS,
            )
            corners = ((column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row))
            mesh.append((box, tuple(value for corner in corners for value in knots[corner])))
    return tile.transform(tile.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
