"""Rooms and cartons: what most warehouse photos are made of."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFilter

from evidence.drawings.drawing import Point, Rgb
from evidence.drawings.scenes import HEIGHT, WIDTH, Scene, on_plane, patch

_WALLS: tuple[tuple[Rgb, Rgb], ...] = (
    ((196, 202, 206), (170, 176, 180)),
    ((214, 208, 196), (186, 178, 166)),
    ((180, 192, 200), (150, 162, 172)),
)
_TABLES: tuple[tuple[Rgb, Rgb], ...] = (
    ((150, 112, 78), (186, 146, 106)),
    ((120, 124, 130), (164, 168, 173)),
    ((196, 190, 180), (222, 217, 208)),
)
_TAPE: Rgb = (206, 176, 128)


def paint_room(scene: Scene, horizon: float) -> None:
    """A wall with blurred shelves, and a table in front."""
    rng = scene.rng
    wall_top, wall_bottom = rng.choice(_WALLS)
    scene.blurred_backdrop(_shelves(scene.rng, wall_top, wall_bottom, round(horizon / 4)), horizon)
    paint_table(scene, horizon)


def paint_table(scene: Scene, horizon: float) -> None:
    table_far, table_near = scene.rng.choice(_TABLES)
    scene.plane([(0, horizon), (WIDTH, horizon), (WIDTH, HEIGHT), (0, HEIGHT)], table_far, table_near)
    scene.streaks((0, horizon, WIDTH, HEIGHT), strength=0.11)
    scene.shadow([(0, horizon - 6), (WIDTH, horizon - 6), (WIDTH, horizon + 8), (0, horizon + 8)], depth=70, soft=8)


def _shelves(rng: random.Random, top: Rgb, bottom: Rgb, height: int) -> Image.Image:
    """At a quarter of the frame."""
    width = WIDTH // 4
    size = (width, height)
    wall = Image.composite(
        Image.new("RGB", size, bottom), Image.new("RGB", size, top), Image.linear_gradient("L").resize(size)
    )
    stock = ImageDraw.Draw(wall)
    for shelf in (height // 2 - 4, height - 8):
        stock.rectangle((0, shelf, width, shelf + 3), fill=(112, 116, 122))
        left = rng.uniform(-12, 10)
        while left < width:
            wide, high = rng.uniform(14, 40), rng.uniform(12, 30)
            tone = rng.randint(110, 190)
            stock.rectangle(
                (left, shelf - high, left + wide, shelf), fill=(tone, round(tone * 0.84), round(tone * 0.66))
            )
            left += wide + rng.choice((1, 3, 12, 26))
    return wall.filter(ImageFilter.GaussianBlur(3.2))


def paint_carton(
    scene: Scene,
    *,
    corner: Point,
    size: tuple[float, float],
    waybill: Image.Image | None,
    is_crushed: bool = False,
) -> None:
    """A closed carton seen from a little above its front; corner is the top left of the front face."""
    rng = scene.rng
    x, y = corner
    width, height = size
    depth = width * rng.uniform(0.44, 0.54)
    slope = rng.uniform(8, 20)
    front: list[Point] = [(x, y), (x + width, y + slope), (x + width - 6, y + slope + height), (x + 6, y + height)]
    right_back: Point = (x + width + depth, y - depth * 0.22)
    side: list[Point] = [front[1], right_back, (right_back[0] - 10, y + height - depth * 0.2), front[2]]
    top: list[Point] = [(x + depth * 0.94, y - depth * 0.32), right_back, front[1], front[0]]
    if is_crushed:
        front[1] = (front[1][0] - width * 0.1, front[1][1] + height * 0.2)
        side[0], top[2] = front[1], front[1]
    foot: list[Point] = [front[3], front[2], side[2], (side[2][0] + 16, side[2][1] + 12)]
    foot += [(front[2][0] + 12, front[2][1] + 16), (front[3][0] - 14, front[3][1] + 14)]
    scene.shadow(foot, depth=190, soft=7)
    scene.shadow([(px + 10, py + 8) for px, py in foot], depth=90, soft=24)
    tone = rng.randint(-10, 8)
    light: Rgb = (206 + tone, 168 + tone, 122 + tone)
    middle: Rgb = (186 + tone, 146 + tone, 102 + tone)
    dark: Rgb = (142 + tone, 108 + tone, 74 + tone)
    scene.plane(front, light, middle)
    scene.plane(side, middle, dark, sideways=True)
    scene.plane(top, (218 + tone, 184 + tone, 140 + tone), light)
    scene.lay(_tape_strip(), patch(top, 0.44, 0.0, 0.56, 1.0))
    scene.lay(_tape_strip(), patch(front, 0.44, 0.0, 0.56, 0.22), shade=0.95)
    scene.line([front[0], front[1], top[1]], (164, 126, 86), 1.6)
    scene.line([front[1], front[2]], (128, 96, 64), 1.6)
    if is_crushed:
        _paint_creases(scene, front, side)
    if waybill is not None:
        left = rng.uniform(0.06, 0.12)
        share = min(0.74 * height * waybill.width / waybill.height / width, 0.62)
        scene.lay(waybill, patch(front, left, 0.16, left + share, 0.16 + 0.76), shade=0.97)


def _tape_strip() -> Image.Image:
    strip = Image.new("RGB", (60, 200), _TAPE)
    strip.paste((224, 200, 158), (8, 0, 20, 200))
    return strip


def _paint_creases(scene: Scene, front: list[Point], side: list[Point]) -> None:
    rng = scene.rng
    dent = front[1]
    scene.plane([dent, on_plane(front, 0.66, 0.02), on_plane(front, 0.84, 0.5)], (154, 117, 80), (194, 154, 110))
    scene.plane([dent, on_plane(side, 0.42, 0.04), on_plane(side, 0.16, 0.5)], (118, 90, 62), (168, 130, 90))
    scene.shadow([dent, on_plane(front, 0.5, 0.06), on_plane(front, 0.9, 0.6)], depth=50, soft=20)
    for _number in range(8):
        end = on_plane(front, rng.uniform(0.5, 0.95), rng.uniform(0.1, 0.62))
        knee = on_plane(front, rng.uniform(0.78, 0.95), rng.uniform(0.05, 0.3))
        scene.line([dent, knee, end], (120, 90, 60), rng.uniform(1, 2.4))
        scene.line([(dent[0] + 2, dent[1] + 3), (knee[0] + 2, knee[1] + 3)], (226, 192, 150), 1.4)
