"""A courier's red-stamp statement: a printed form, four fields filled in by hand, and a round seal (PD-33)."""

from __future__ import annotations

import random
from datetime import date

from PIL import Image, ImageChops, ImageFilter

from evidence.drawings.canvas import INK, Canvas, wrap
from evidence.drawings.drawing import Drawing, Rgb, chance
from evidence.drawings.fonts import Weight
from evidence.drawings.handwriting import write_by_hand
from evidence.drawings.labels import CITIES
from evidence.drawings.marks import as_jpeg, as_pdf
from evidence.drawings.seals import paint_seal

DOTS_PER_INCH = 150
_A4 = (1240, 1754)
_PAPER: Rgb = (251, 250, 246)
_INKS: tuple[Rgb, ...] = ((28, 36, 92), (30, 30, 34), (24, 52, 122))
_LABEL_AT, _VALUE_AT, _END = 190, 460, 1060


def draw_red_stamp_letter(
    *,
    tracking_no: str,
    recipient: str,
    sender: str,
    on: date,
    seed: int,
    courier: str = "示例快递",
    is_pdf: bool = False,
) -> Drawing:
    """A scan of an A4 page, as PDF or JPEG. sender is the delivering courier's person (派件人)."""
    rng = chance("letter", seed)
    page = Canvas(*_A4, _PAPER)
    city = rng.choice(CITIES)
    outlet = f"{courier}{city}示例网点"
    _print_form(page, courier, outlet, rng)
    scan = page.image
    pen = rng.choice(_INKS)
    day = f"{on.year}年{on.month}月{on.day}日"
    fields = ((tracking_no, 0), (recipient, 1), (sender, 2), (day, 3))
    for words, row in fields:
        hand = write_by_hand(words, size=52, ink=pen, rng=rng, paper=(255, 255, 255))
        _press(scan, hand, (_VALUE_AT + rng.randint(8, 30), 512 + row * 96 - hand.height // 2 + rng.randint(-6, 4)))
    seal = paint_seal(f"{courier}有限公司{city}示例网点", "演示专用章", rng=rng)
    _press(scan, seal, (700 + rng.randint(-20, 30), 1150 + rng.randint(-20, 20)))
    name = f"红章证明-{tracking_no}"
    scan = _scanned(scan, rng)
    return as_pdf(scan, name, dots_per_inch=DOTS_PER_INCH) if is_pdf else as_jpeg(scan, name)


def _print_form(page: Canvas, courier: str, outlet: str, rng: random.Random) -> None:
    middle = page.width / 2
    page.text((middle, 190), f"{courier}有限公司", size=40, anchor="mm")
    page.text((middle, 270), "快件情况证明", size=62, weight=Weight.BOLD, anchor="mm")
    page.rectangle((_LABEL_AT, 330, _END, 333), INK)
    page.text((_LABEL_AT, 362), f"编号：YS-{rng.randint(10000, 99999)}", size=26)
    page.text((_END, 362), "（本证明一件一份）", size=26, anchor="ra")
    for row, label in enumerate(("快递单号", "收件人姓名", "派件人姓名", "日期")):
        y = 512 + row * 96
        page.text((_LABEL_AT, y), f"{label}：", size=36, anchor="lm")
        page.rectangle((_VALUE_AT, y + 30, _END, y + 31), INK)
    body = (
        "兹证明上述快件由我网点承运。因快件在寄件方申请拦截前已安排派送，"
        "我网点未能将该件截回，拦截失败情况属实。\n"
        "该快件的揽收、转运、派送记录均以我公司系统为准，如需核实，"
        "请与我网点联系。特此证明。"
    )
    y = 920
    for paragraph in body.split("\n"):
        rows = wrap(f"　　{paragraph}", size=34, width=_END - _LABEL_AT)
        page.lines((_LABEL_AT, y), rows, size=34, leading=58)
        y += len(rows) * 58
    page.text((_LABEL_AT + 300, 1330), "证明单位（盖章）：", size=34, anchor="lm")
    page.text((_LABEL_AT + 300, 1394), outlet, size=34, anchor="lm")
    page.rectangle((_LABEL_AT, 1560, _END, 1561), INK)
    page.text((_LABEL_AT, 1580), "填写说明：单号、姓名、日期须由经办人手写，涂改无效。", size=24)
    page.text((_LABEL_AT, 1618), "本件为演示样张，公司与人员均为虚构。", size=24)


def _press(page: Image.Image, ink: Image.Image, at: tuple[int, int]) -> None:
    """Ink darkens what is below it; it never covers print."""
    area = (*at, at[0] + ink.width, at[1] + ink.height)
    page.paste(ImageChops.multiply(page.crop(area), ink), at)


def _scanned(page: Image.Image, rng: random.Random) -> Image.Image:
    """A little askew, with the scanner's uneven light and fine dust."""
    turned = page.rotate(rng.uniform(-0.7, 0.7), Image.Resampling.BILINEAR, fillcolor=(238, 238, 236))
    light = Image.frombytes("L", (4, 6), bytes(rng.randint(240, 255) for _cell in range(24)))
    light = light.resize(page.size, Image.Resampling.BICUBIC)
    lit = ImageChops.multiply(turned, Image.merge("RGB", (light, light, light)))
    side = 256
    dust = Image.frombytes("L", (side, side), rng.randbytes(side * side))
    dust = dust.filter(ImageFilter.GaussianBlur(0.8)).point([round(128 + (v - 128) * 0.03) for v in range(256)])
    dust = dust.resize(page.size, Image.Resampling.NEAREST)
    return ImageChops.add(lit, Image.merge("RGB", (dust, dust, dust)), 1, -128)
