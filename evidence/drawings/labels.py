"""A parcel's waybill label and packing slip, flat, to be laid on a parcel."""

from __future__ import annotations

import random

from PIL import Image

from evidence.drawings.canvas import GREY, INK, WHITE, Canvas
from evidence.drawings.fonts import Weight

CITIES = ("杭州", "苏州", "成都", "武汉", "长沙", "佛山", "郑州", "青岛")


def paint_waybill(*, courier: str, tracking_no: str, recipient: str, shop: str, rng: random.Random) -> Image.Image:
    page = Canvas(480, 600, WHITE)
    page.rectangle((0, 0, 479, 5), INK)
    page.text((24, 22), courier, size=40, weight=Weight.BOLD)
    page.text((456, 34), "演示件", size=26, anchor="ra", fill=GREY)
    page.rectangle((0, 88, 480, 91), INK)
    city = rng.choice(CITIES)
    sorting = f"{rng.randint(100, 899)}-{rng.choice('ABCDEF')}{rng.randint(1, 29):02d}-{rng.randint(1, 9):03d}"
    page.text((240, 134), sorting, size=54, weight=Weight.BOLD, anchor="mm")
    page.rectangle((0, 178, 480, 180), INK)
    page.text((24, 192), f"收 {recipient}  1{rng.randint(30, 89)}****{rng.randint(0, 9999):04d}", size=25)
    page.text((24, 230), f"{city}市示例区演示路**号", size=22, fill=GREY)
    page.rectangle((0, 268, 480, 270), INK)
    page.text((24, 278), f"寄 {shop}", size=22, fill=GREY)
    page.rectangle((0, 316, 480, 318), INK)
    _bars(page, tracking_no, (36, 340, 444, 450), rng)
    page.text((240, 474), tracking_no, size=30, weight=Weight.BOLD, anchor="mm")
    page.rectangle((0, 506, 480, 508), INK)
    page.text((24, 522), "已验视  签收人________", size=22)
    page.text((24, 558), "本面单仅作演示", size=20, fill=GREY)
    return page.image


def paint_slip(*, order_no: str, product: str, variant: str, quantity: int, shop: str) -> Image.Image:
    page = Canvas(420, 300, WHITE)
    page.text((24, 20), f"{shop} 发货清单", size=28, weight=Weight.BOLD)
    page.rectangle((24, 66, 396, 68), GREY)
    rows = (f"订单 {order_no}", f"商品 {product}", f"规格 {variant}", f"数量 {quantity}")
    page.lines((24, 84), list(rows), size=25, leading=46)
    page.text((396, 272), "演示", size=18, fill=GREY, anchor="ra")
    return page.image


def paint_scribbles() -> Image.Image:
    """Any printed sheet, seen too small to be read."""
    sheet = Canvas(120, 90, (246, 246, 244))
    for number, width in enumerate((60, 92, 84, 40, 88)):
        sheet.rectangle((14, 12 + number * 14, 14 + width, 17 + number * 14), (120, 122, 126))
    return sheet.image


def _bars(page: Canvas, number: str, box: tuple[int, int, int, int], rng: random.Random) -> None:
    left, top, right, bottom = box
    x = float(left)
    unit = (right - left) / (len(number) * 11)
    while x < right - unit:
        bar, gap = rng.choice((1, 1, 2, 3)) * unit, rng.choice((1, 1, 2, 3)) * unit
        page.rectangle((x, top, min(x + bar, right) - 1, bottom), INK)
        x += bar + gap
