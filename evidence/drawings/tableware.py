"""A mug on a table: whole, cracked and chipped, or stained."""

from __future__ import annotations

import math

from evidence.drawings.drawing import Point, Rgb
from evidence.drawings.scenes import Scene

_GLAZES: tuple[Rgb, ...] = ((236, 230, 216), (122, 158, 176), (196, 106, 84), (108, 134, 104))
_CENTRE, _RIM, _FOOT = 480.0, 262.0, 596.0
_RIM_RADIUS, _FOOT_RADIUS, _FLATNESS = 152.0, 128.0, 0.25
_STRIPS = 64


def paint_mug(scene: Scene, *, is_broken: bool = False, is_stained: bool = False) -> None:
    rng = scene.rng
    glaze = _GLAZES[scene.variant % len(_GLAZES)]
    scene.shadow([(340, 590), (640, 560), (860, 640), (600, 690), (380, 660)], depth=135, soft=26)
    _handle(scene, glaze)
    for number in range(_STRIPS):
        start, end = (-1 + 2 * step / _STRIPS for step in (number, number + 1.2))
        light = 0.5 + 0.5 * math.cos((start + 0.42) * 1.7)
        corners = [_wall(start, 0), _wall(end, 0), _wall(end, 1), _wall(start, 1)]
        scene.draw.polygon(scene.pixels(corners), fill=_shaded(glaze, 0.5 + 0.55 * light))
    deep = _RIM_RADIUS * _FLATNESS
    scene.ellipse((_CENTRE - _RIM_RADIUS, _RIM - deep, _CENTRE + _RIM_RADIUS, _RIM + deep), _shaded(glaze, 1.08))
    inner = _RIM_RADIUS - 11
    scene.ellipse((_CENTRE - inner, _RIM - deep + 6, _CENTRE + inner, _RIM + deep - 5), _shaded(glaze, 0.62))
    scene.tint(
        [(_CENTRE - 90, _RIM + 70), (_CENTRE - 66, _RIM + 74), (_CENTRE - 70, 540), (_CENTRE - 88, 530)],
        (255, 255, 255),
        depth=120,
        soft=12,
    )
    if is_broken:
        _break(scene, glaze)
    if is_stained:
        for _number in range(5):
            x, y = _CENTRE + rng.uniform(-80, 70), rng.uniform(340, 520)
            blot = [(x + rng.uniform(14, 44) * math.cos(a), y + rng.uniform(14, 44) * math.sin(a)) for a in range(7)]
            scene.tint(blot, (112, 78, 44), depth=150, soft=7)


def _wall(across: float, down: float) -> Point:
    """A point of the outer wall: across from -1 to 1, down from the rim (0) to the foot (1)."""
    across = min(across, 1.0)
    radius = _RIM_RADIUS + (_FOOT_RADIUS - _RIM_RADIUS) * down
    bulge = math.sqrt(max(1 - across * across, 0)) * radius * _FLATNESS
    return (_CENTRE + across * radius, _RIM + (_FOOT - _RIM) * down + bulge)


def _handle(scene: Scene, glaze: Rgb) -> None:
    for width, share, out in ((40, 0.56, 0), (30, 0.86, -3), (12, 1.04, -8)):
        bend = [
            (
                606 + (104 + out) * math.sin(step / 30 * math.pi) ** 0.55,
                410 - 98 * math.cos(step / 30 * math.pi) + out / 3,
            )
            for step in range(31)
        ]
        scene.line(bend, _shaded(glaze, share), width)


def _break(scene: Scene, glaze: Rgb) -> None:
    rng = scene.rng
    at = rng.uniform(-0.5, 0.1)
    left, right = _wall(at - 0.2, 0), _wall(at + 0.26, 0)
    low = _wall(at + rng.uniform(-0.05, 0.1), rng.uniform(0.3, 0.42))
    mid_left, mid_right = _wall(at - 0.13, 0.15), _wall(at + 0.2, 0.2)
    hole = [left, mid_left, low, mid_right, right, (_CENTRE + at * 130, _RIM + 6)]
    scene.plane(hole, _shaded(glaze, 0.42), _shaded(glaze, 0.66))
    clay = _shaded((232, 222, 204), 1.0)
    scene.line([left, mid_left, low, mid_right, right], clay, 5)
    for start in (low, mid_right, mid_left):
        _crack(scene, start)
    for _number in range(7):
        x, y = rng.uniform(180, 820), rng.uniform(640, 722)
        size = rng.uniform(12, 42)
        shard = [
            (x + size * rng.uniform(0.5, 1) * math.cos(turn), y + size * rng.uniform(0.3, 0.55) * math.sin(turn))
            for turn in (0.2, 1.7, 3.0, 4.6)
        ]
        scene.shadow([(px + 5, py + 7) for px, py in shard], depth=150, soft=5)
        scene.plane(shard, _shaded(glaze, 1.05), _shaded(glaze, 0.74))
        scene.line([shard[1], shard[2]], clay, 2.4)


def _crack(scene: Scene, start: Point) -> None:
    rng = scene.rng
    points = [start]
    drift = rng.uniform(-10, 10)
    for _step in range(rng.randint(4, 7)):
        x, y = points[-1]
        points.append((x + drift + rng.uniform(-16, 16), y + rng.uniform(14, 30)))
        if points[-1][1] > _FOOT - 20:
            break
    scene.line(points, (74, 62, 54), 2.2)
    scene.line([(x + 2, y + 1) for x, y in points], (246, 240, 230), 1)


def _shaded(colour: Rgb, share: float) -> Rgb:
    red, green, blue = (min(round(part * share), 255) for part in colour)
    return (red, green, blue)
