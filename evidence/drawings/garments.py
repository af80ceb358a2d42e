"""A folded T-shirt on a table, from above: clean, or worn and stained at the collar."""

from __future__ import annotations

import math

from PIL import Image

from evidence.drawings.canvas import GREY, INK, WHITE, Canvas
from evidence.drawings.drawing import Point, Rgb
from evidence.drawings.fonts import Weight
from evidence.drawings.scenes import Scene

_CLOTHS: tuple[Rgb, ...] = ((236, 236, 232), (196, 208, 222), (222, 202, 190))
_OTHER_CLOTH: Rgb = (58, 96, 150)


def paint_shirt(scene: Scene, *, is_stained: bool = False, is_other: bool = False) -> None:
    rng = scene.rng
    cloth = _OTHER_CLOTH if is_other else _CLOTHS[scene.variant % len(_CLOTHS)]
    light, dark = _shaded(cloth, 1.04), _shaded(cloth, 0.84)
    body: list[Point] = [(322, 150), (700, 144), (742, 640), (286, 650)]
    scene.shadow([(x + 14, y + 18) for x, y in body], depth=150, soft=20)
    scene.plane(body, light, dark)
    scene.plane([(322, 150), (400, 146), (352, 640), (286, 650)], _shaded(cloth, 0.97), _shaded(cloth, 0.8))
    scene.plane([(628, 145), (700, 144), (742, 640), (676, 646)], _shaded(cloth, 0.95), _shaded(cloth, 0.78))
    for _number in range(9):
        x, y = rng.uniform(330, 640), rng.uniform(260, 610)
        run, rise = rng.uniform(50, 150), rng.uniform(-26, 26)
        fold = [(x, y), (x + run, y + rise), (x + run, y + rise + 9), (x, y + 7)]
        scene.tint(fold, _shaded(cloth, 0.62), depth=72, soft=9)
        scene.tint([(px, py - 10) for px, py in fold], (255, 255, 255), depth=60, soft=8)
    _collar(scene, cloth)
    if is_stained:
        for _number in range(6):
            x, y = rng.uniform(430, 610), rng.uniform(236, 330)
            reach = rng.uniform(10, 34)
            blot = [
                (x + reach * rng.uniform(0.6, 1.3) * math.cos(turn), y + reach * rng.uniform(0.4, 0.9) * math.sin(turn))
                for turn in range(7)
            ]
            scene.tint(blot, (166, 112, 72), depth=rng.randint(110, 180), soft=6)
        return
    scene.shadow([(560, 350), (660, 360), (652, 500), (552, 490)], depth=110, soft=9)
    scene.lay(_hang_tag(), [(552, 342), (650, 352), (640, 492), (542, 482)])


def _collar(scene: Scene, cloth: Rgb) -> None:
    for inset, share in ((0.0, 0.7), (9.0, 0.98), (24.0, 0.72), (28.0, 0.5)):
        reach = [
            (514 + (104 - inset) * math.cos(step / 24 * math.pi), 148 + (84 - inset) * math.sin(step / 24 * math.pi))
            for step in range(25)
        ]
        scene.draw.polygon(scene.pixels(reach), fill=_shaded(cloth, share))
    scene.lay(_neck_label(), [(486, 150), (542, 150), (540, 182), (488, 182)])


def _neck_label() -> Image.Image:
    label = Canvas(112, 64, (44, 46, 52))
    label.text((56, 32), "L", size=38, fill=WHITE, weight=Weight.BOLD, anchor="mm")
    return label.image


def _hang_tag() -> Image.Image:
    tag = Canvas(200, 280, (248, 246, 240))
    tag.disc((100, 28), 10, (150, 146, 140))
    tag.text((100, 86), "演示服饰", size=34, weight=Weight.BOLD, anchor="mm")
    tag.text((100, 136), "合格证", size=28, anchor="mm")
    tag.rectangle((30, 168, 170, 170), GREY)
    for number in range(16):
        tag.rectangle((36 + number * 8, 188, 39 + number * 8 + number % 3, 238), INK)
    tag.text((100, 258), "L / 175", size=22, fill=GREY, anchor="mm")
    return tag.image


def _shaded(colour: Rgb, share: float) -> Rgb:
    red, green, blue = (min(round(part * share), 255) for part in colour)
    return (red, green, blue)
