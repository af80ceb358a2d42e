"""An opened carton from above: nothing in it, or one of three pieces gone."""

from __future__ import annotations

import math

from PIL import Image

from evidence.drawings.drawing import Point, Rgb
from evidence.drawings.scenes import Scene, on_plane, patch

_RIM: list[Point] = [(286, 196), (738, 190), (764, 606), (262, 612)]
_FLOOR: list[Point] = [(332, 246), (690, 242), (706, 546), (318, 552)]
_LIGHT: Rgb = (214, 178, 134)
_MIDDLE: Rgb = (188, 150, 108)
_DARK: Rgb = (138, 106, 74)
_LIDS: tuple[Rgb, ...] = ((196, 72, 62), (70, 118, 164), (88, 138, 92))


def paint_open_carton(scene: Scene, *, pieces: int, places: int = 3) -> None:
    """`pieces` of `places` jars are there; with no places there is only crumpled paper."""
    scene.shadow([(150, 190), (890, 184), (920, 660), (120, 668)], depth=130, soft=34)
    far, right, near, left = ((_RIM[i], _RIM[(i + 1) % 4]) for i in range(4))
    scene.plane([(270, 92), (756, 84), far[1], far[0]], (206, 168, 124), _LIGHT)
    scene.plane([right[0], (888, 168), (926, 640), right[1]], _LIGHT, (200, 162, 118), sideways=True)
    scene.plane([left[1], (140, 176), (100, 650), left[0]], (206, 170, 126), _MIDDLE, sideways=True)
    scene.plane([near[1], near[0], (800, 736), (226, 742)], _MIDDLE, (208, 170, 124))
    scene.plane([*far, _FLOOR[1], _FLOOR[0]], _MIDDLE, _DARK)
    scene.plane([right[0], right[1], _FLOOR[2], _FLOOR[1]], _DARK, _MIDDLE, sideways=True)
    scene.plane([left[1], left[0], _FLOOR[3], _FLOOR[0]], _MIDDLE, _DARK, sideways=True)
    scene.plane([near[0], near[1], _FLOOR[3], _FLOOR[2]], _DARK, _MIDDLE)
    scene.plane(_FLOOR, (150, 116, 80), (172, 136, 96))
    scene.shadow([_FLOOR[0], _FLOOR[1], on_plane(_FLOOR, 1, 0.3), on_plane(_FLOOR, 0, 0.3)], depth=90, soft=16)
    for edge in (far, right, near, left):
        scene.line(edge, (232, 202, 160), 2.4)
    _paper(scene)
    for number in range(places):
        _place(
            scene,
            patch(_FLOOR, 0.04 + number * 0.32, 0.14, 0.32 + number * 0.32, 0.86),
            number,
            has_piece=number < pieces,
        )


def lay_slip(scene: Scene, slip: Image.Image) -> None:
    """A packing slip on the table or on the near flap."""
    shift = scene.rng.uniform(-8, 8)
    quad: list[Point] = [(636 + shift, 494), (900 + shift, 512), (884 + shift, 700), (618 + shift, 680)]
    scene.shadow([(x + 6, y + 8) for x, y in quad], depth=130, soft=8)
    scene.lay(slip, quad)


def _paper(scene: Scene) -> None:
    rng = scene.rng
    for _number in range(170):
        x, y = on_plane(_FLOOR, rng.uniform(0.06, 0.94), rng.uniform(0.06, 0.94))
        turn, run, bend = rng.uniform(0, math.pi), rng.uniform(14, 34), rng.uniform(-12, 12)
        across, down = math.cos(turn) * run, math.sin(turn) * run
        strip = [(x - across, y - down), (x + bend, y + bend / 2), (x + across, y + down)]
        tone = rng.randint(168, 240)
        scene.line([(px + 1.5, py + 2) for px, py in strip], (104, 82, 58), 3.4)
        scene.line(strip, (tone, tone - 16, tone - 44), 3.2)


def _place(scene: Scene, quad: list[Point], number: int, *, has_piece: bool) -> None:
    scene.plane(quad, (222, 218, 208), (238, 234, 226))
    scene.shadow([quad[0], quad[1], on_plane(quad, 1, 0.2), on_plane(quad, 0, 0.2)], depth=110, soft=8)
    x, y = on_plane(quad, 0.5, 0.5)
    radius = (quad[1][0] - quad[0][0]) * 0.42
    if not has_piece:
        scene.tint(
            [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in range(7)],
            (120, 112, 100),
            depth=150,
            soft=10,
        )
        scene.ellipse((x - radius * 0.8, y - radius * 0.8, x + radius * 0.8, y + radius * 0.8), (186, 180, 168))
        return
    lid = _LIDS[number % len(_LIDS)]
    scene.shadow([(x + radius * math.cos(turn) + 8, y + radius * math.sin(turn) + 12) for turn in range(7)], soft=10)
    for share, tone in ((1.0, 0.66), (0.95, 1.0), (0.72, 0.9), (0.69, 1.08)):
        reach = radius * share
        red, green, blue = (min(round(part * tone), 255) for part in lid)
        scene.ellipse((x - reach, y - reach, x + reach, y + reach), (red, green, blue))
    shine = [(x - radius * 0.5, y - radius * 0.6), (x, y - radius * 0.7), (x - radius * 0.2, y - radius * 0.3)]
    scene.tint(shine, (255, 255, 255), depth=120, soft=8)
