"""A parcel on an electronic scale, as a warehouse worker's phone sees it."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from evidence.drawings.canvas import Canvas
from evidence.drawings.drawing import Drawing, Point, Rgb, chance
from evidence.drawings.fonts import Weight
from evidence.drawings.labels import paint_waybill
from evidence.drawings.marks import as_jpeg
from evidence.drawings.parcels import paint_carton, paint_room
from evidence.drawings.scenes import Scene

PHONE_MEGAPIXELS = 12.2
SCREEN_MEGAPIXELS = 2.0
MAX_WEIGHT_G = 30_000

_PLATE: list[Point] = [(236, 470), (790, 470), (876, 566), (150, 566)]
_FRONT: list[Point] = [(150, 572), (876, 572), (866, 702), (160, 702)]
_LIT: tuple[Rgb, ...] = ((255, 62, 48), (72, 255, 128), (255, 176, 58))

# Which of the seven bars (top, upper right, lower right, bottom, lower left, upper left, middle) a digit lights.
_BARS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
}
_BAR_SHAPES: dict[str, list[Point]] = {
    "a": [(6, 2), (54, 2), (46, 12), (14, 12)],
    "b": [(56, 5), (56, 52), (51, 56), (46, 51), (46, 14)],
    "c": [(51, 60), (56, 64), (56, 111), (46, 102), (46, 65)],
    "d": [(14, 104), (46, 104), (54, 114), (6, 114)],
    "e": [(9, 60), (14, 65), (14, 102), (4, 111), (4, 64)],
    "f": [(4, 5), (14, 14), (14, 51), (9, 56), (4, 52)],
    "g": [(14, 53), (46, 53), (51, 58), (46, 63), (14, 63), (9, 58)],
}


def draw_scale_photo(
    *,
    weight_g: int,
    label: str,
    seed: int,
    courier: str = "示例快递",
    recipient: str = "张**",
    shop: str = "演示旗舰店",
    megapixels: float = SCREEN_MEGAPIXELS,
) -> Drawing:
    """label is the tracking number on the parcel. Pass PHONE_MEGAPIXELS for a full-size phone photo.

    JPEG. Raises ValueError when the weight is not within 0 and MAX_WEIGHT_G.
    """
    if not 0 <= weight_g <= MAX_WEIGHT_G:
        raise ValueError(f"the scale shows 0 to {MAX_WEIGHT_G} g, not {weight_g}")
    rng = chance("scale", seed)
    scene = Scene(rng)
    paint_room(scene, horizon=rng.uniform(300, 350))
    waybill = paint_waybill(courier=courier, tracking_no=label, recipient=recipient, shop=shop, rng=rng)
    scene.shadow([(130, 600), (900, 600), (930, 730), (110, 730)], depth=150, soft=26)
    scene.plane(_PLATE, (176, 180, 184), (222, 225, 228))
    scene.line([_PLATE[3], _PLATE[2]], (246, 248, 250), 4)
    scene.plane([_PLATE[3], _PLATE[2], _FRONT[1], _FRONT[0]], (120, 123, 127), (98, 101, 105))
    scene.plane(_FRONT, (66, 70, 76), (38, 41, 46))
    _paint_panel(scene, weight_g, rng.choice(_LIT))
    lift = min(weight_g / 6000, 1.0)
    height = rng.uniform(170, 215) + 55 * lift
    paint_carton(scene, corner=(268, 506 - height), size=(352, height), waybill=waybill)
    return as_jpeg(scene.photograph(megapixels), f"称重-{label}")


def _paint_panel(scene: Scene, weight_g: int, lit: Rgb) -> None:
    scene.lay(paint_display(weight_g, lit), [(352, 590), (674, 590), (672, 682), (354, 682)])
    for number, words in enumerate(("去皮", "置零")):
        left = 716 + number * 70
        scene.lay(_button(words), [(left, 614), (left + 56, 614), (left + 55, 656), (left - 1, 656)])
    plate = Canvas(260, 100, (58, 61, 67))
    plate.text((130, 36), "演示衡器", size=34, fill=(190, 194, 200), weight=Weight.BOLD, anchor="mm")
    plate.text((130, 76), "Max 30kg  d=1g", size=22, fill=(150, 154, 160), anchor="mm")
    scene.lay(plate.image, [(184, 606), (320, 606), (320, 658), (186, 658)])


def paint_display(weight_g: int, lit: Rgb) -> Image.Image:
    """Lit digits with their glow, behind dark glass."""
    glass = Image.new("RGB", (640, 184), (14, 15, 17))
    digits = ImageDraw.Draw(glass)
    unlit: Rgb = (lit[0] // 14 + 10, lit[1] // 14 + 10, lit[2] // 14 + 10)
    reading = f"{weight_g / 1000:6.3f}"
    x = 34
    for character in reading:
        if character == ".":
            digits.ellipse((x - 16, 139, x - 4, 151), fill=lit)
            x += 12
            continue
        for name, shape in _BAR_SHAPES.items():
            colour = lit if name in _BARS.get(character, "") else unlit
            digits.polygon([(x + px + (116 - py) * 0.08, 34 + py) for px, py in shape], fill=colour)
        x += 86
    unit = Canvas(100, 60, (14, 15, 17))
    unit.text((0, 8), "kg", size=44, fill=lit, weight=Weight.BOLD)
    glass.paste(unit.image, (540, 96))
    glow = glass.filter(ImageFilter.GaussianBlur(9))
    return ImageChops.screen(glass, glow)


def _button(words: str) -> Image.Image:
    key = Canvas(112, 84, (50, 53, 59))
    key.rounded((4, 4, 108, 80), 18, (92, 97, 105))
    key.text((56, 42), words, size=34, fill=(232, 234, 238), anchor="mm")
    return key.image
