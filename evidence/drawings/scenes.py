"""A photographed scene: shaded planes, soft shadows, grain and lens light, without numpy."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from evidence.drawings.drawing import Point, Rgb

WIDTH, HEIGHT = 1024, 768
_GRAIN_TILE = 512
_COARSE = 4
_MEGA = 1_000_000


class Scene:
    """Coordinates are in a frame of 1024 x 768, whatever the size in pixels (scale x frame)."""

    def __init__(self, rng: random.Random, scale: float = 1.5, variant: int | None = None) -> None:
        self.rng = rng
        self.scale = scale
        # Two scenes of one variant show the same goods, in another room.
        self.variant = rng.randrange(1000) if variant is None else variant
        self.origin: Point = (0.0, 0.0)
        self.image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)))
        self.draw = ImageDraw.Draw(self.image)

    def pixels(self, points: Sequence[Point]) -> list[Point]:
        left, top = self.origin
        return [((x + left) * self.scale, (y + top) * self.scale) for x, y in points]

    def plane(self, points: Sequence[Point], top: Rgb, bottom: Rgb, *, sideways: bool = False) -> None:
        """A polygon shaded from one colour to the other, downwards or to the right."""
        corners = self.pixels(points)
        left, upper = (round(min(axis)) for axis in zip(*corners, strict=True))
        right, lower = (round(max(axis)) for axis in zip(*corners, strict=True))
        size = (max(right - left, 1), max(lower - upper, 1))
        ramp = Image.linear_gradient("L")
        if sideways:
            ramp = ramp.transpose(Image.Transpose.ROTATE_90)
        shade = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp.resize(size))
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in corners], fill=255)
        self.image.paste(shade, (left, upper), mask)

    def line(self, points: Sequence[Point], fill: Rgb, width: float) -> None:
        self.draw.line(self.pixels(points), fill=fill, width=max(round(width * self.scale), 1), joint="curve")

    def ellipse(self, box: tuple[float, float, float, float], fill: Rgb) -> None:
        left, top, right, bottom = box
        corners = self.pixels([(left, top), (right, bottom)])
        self.draw.ellipse((*corners[0], *corners[1]), fill=fill)

    def shadow(self, points: Sequence[Point], *, depth: int = 110, soft: float = 14) -> None:
        self.tint(points, (18, 16, 20), depth=depth, soft=soft)

    def tint(self, points: Sequence[Point], colour: Rgb, *, depth: int, soft: float) -> None:
        """A blurred patch of colour; worked out at a quarter of the frame, since it has no edges."""
        reach = soft * 2.5
        points = [(x + self.origin[0], y + self.origin[1]) for x, y in points]
        left, upper = (max(min(axis) - reach, 0) for axis in zip(*points, strict=True))
        right = min(max(x for x, _y in points) + reach, WIDTH)
        lower = min(max(y for _x, y in points) + reach, HEIGHT)
        if right - left < _COARSE or lower - upper < _COARSE:
            return
        mask = Image.new("L", (round((right - left) / _COARSE), round((lower - upper) / _COARSE)), 0)
        corners = [((x - left) / _COARSE, (y - upper) / _COARSE) for x, y in points]
        ImageDraw.Draw(mask).polygon(corners, fill=depth)
        area = (
            round(left * self.scale),
            round(upper * self.scale),
            round(right * self.scale),
            round(lower * self.scale),
        )
        size = (area[2] - area[0], area[3] - area[1])
        mask = mask.filter(ImageFilter.GaussianBlur(soft / _COARSE)).resize(size, Image.Resampling.BILINEAR)
        self.image.paste(colour, area, mask)

    def streaks(self, box: tuple[float, float, float, float], *, strength: float, along: int = 10) -> None:
        """Long fibres from left to right, as in wood and brushed steel."""
        (left, top), (right, bottom) = self.pixels([(box[0], box[1]), (box[2], box[3])])
        area = (round(left), round(top), round(right), round(bottom))
        size = (area[2] - area[0], area[3] - area[1])
        rows = max(round(box[3] - box[1]), 1)
        fibres = Image.frombytes("L", (along, rows), self.rng.randbytes(along * rows))
        fibres = _around_middle(fibres, strength).resize(size, Image.Resampling.BICUBIC)
        self.image.paste(_add(self.image.crop(area), fibres), area[:2])

    def blurred_backdrop(self, picture: Image.Image, height: float) -> None:
        """A small blurred picture over the whole width, as things out of focus look."""
        size = (self.image.width, round(height * self.scale))
        self.image.paste(picture.resize(size, Image.Resampling.BICUBIC), (0, 0))

    def lay(self, picture: Image.Image, quad: Sequence[Point], shade: float = 1.0) -> None:
        """Put a flat picture on a plane; quad runs from top left clockwise."""
        corners = self.pixels(quad)
        left, upper = (round(min(axis)) for axis in zip(*corners, strict=True))
        right, lower = (round(max(axis)) for axis in zip(*corners, strict=True))
        local = [(x - left, y - upper) for x, y in corners]
        width, height = picture.size
        # A little inside the picture, so that pixels on the rim never look past its edge.
        near, far_x, far_y = 2.0, width - 2.0, height - 2.0
        flat = [(near, near), (far_x, near), (far_x, far_y), (near, far_y)]
        size = (max(right - left, 1), max(lower - upper, 1))
        if shade != 1.0:
            picture = picture.point([min(round(value * shade), 255) for value in range(256)] * 3)
        face = picture.transform(
            size, Image.Transform.PERSPECTIVE, _perspective(local, flat), Image.Resampling.BILINEAR
        )
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon(local, fill=255)
        self.image.paste(face, (left, upper), mask)

    def photograph(self, megapixels: float) -> Image.Image:
        """Tilt, lens light, softness and grain; 4:3, so 12.2 megapixels are 4032 x 3024."""
        width = round((megapixels * _MEGA * 4 / 3) ** 0.5 / 16) * 16
        size = (width, width * 3 // 4)
        # Light first: the scene has fewer pixels than the photo, and enlarging softens what was drawn hard.
        lit = ImageChops.multiply(self.image, self._lens_light(self.image.size))
        angle = math.radians(self.rng.uniform(-1.6, 1.6))
        share = lit.width / size[0] * 0.95
        cos, sin = math.cos(angle) * share, math.sin(angle) * share
        x, y = lit.width / 2 - (cos - sin * 0.75) * size[0] / 2, lit.height / 2 - (sin + cos * 0.75) * size[0] / 2
        tilt = (cos, -sin, x, sin, cos, y)
        photo = lit.transform(size, Image.Transform.AFFINE, tilt, Image.Resampling.BILINEAR)
        return _add(photo, self._grain(size))

    def _lens_light(self, size: tuple[int, int]) -> Image.Image:
        """Darker towards the corners, brightest where the lamp hangs, a little warm or cold."""
        columns, rows = 32, 24
        lamp_x, lamp_y = self.rng.uniform(0.3, 0.7), self.rng.uniform(0.15, 0.5)
        warmth = self.rng.uniform(-7, 9)
        values = []
        for row in range(rows):
            for column in range(columns):
                far = (column / columns - lamp_x) ** 2 + (row / rows - lamp_y) ** 2
                values.append(max(round(255 - 118 * far), 120))
        light = Image.frombytes("L", (columns, rows), bytes(values))
        light = light.resize(size, Image.Resampling.BICUBIC)
        red = light.point([min(max(round(value + warmth), 0), 255) for value in range(256)])
        blue = light.point([min(max(round(value - warmth), 0), 255) for value in range(256)])
        return Image.merge("RGB", (red, light, blue))

    def _grain(self, size: tuple[int, int]) -> Image.Image:
        side = _GRAIN_TILE
        first = Image.frombytes("L", (side, side), self.rng.randbytes(side * side))
        second = Image.frombytes("L", (side, side), self.rng.randbytes(side * side))
        # A sensor with more pixels gives coarser, softer grain for each of them.
        step = 2 if size[0] > WIDTH * 3 else 1
        tile = _around_middle(Image.blend(first, second, 0.5), 0.075).resize(
            (side * step, side * step), Image.Resampling.BICUBIC
        )
        grain = Image.new("L", size)
        for left in range(0, size[0], tile.width):
            for top in range(0, size[1], tile.height):
                grain.paste(tile.transpose(self.rng.choice(list(Image.Transpose)[:4])), (left, top))
        return grain


def _around_middle(noise: Image.Image, strength: float) -> Image.Image:
    return noise.point([round(128 + (value - 128) * strength) for value in range(256)])


def _add(picture: Image.Image, noise: Image.Image) -> Image.Image:
    """Brighten above 128, darken below."""
    return ImageChops.add(picture, Image.merge("RGB", (noise, noise, noise)), 1, -128)


def between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def on_plane(quad: Sequence[Point], across: float, down: float) -> Point:
    """The point at these shares (0 to 1) of a plane given from its top left clockwise."""
    return between(between(quad[0], quad[1], across), between(quad[3], quad[2], across), down)


def patch(quad: Sequence[Point], left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [on_plane(quad, x, y) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]


def _perspective(source: Sequence[Point], target: Sequence[Point]) -> list[float]:
    """The eight numbers that Pillow wants, by Gauss-Jordan elimination."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                pairs = zip(rows[row], rows[column], strict=True)
                rows[row] = [value - factor * base for value, base in pairs]
    return [row[8] for row in rows]
