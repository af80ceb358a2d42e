"""A long screenshot of a buyer's chat with the shop, as the shop's phone shows it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image

from evidence.drawings.canvas import GREY, WHITE, Canvas, text_width, wrap
from evidence.drawings.chat_scripts import ChatLine, Speaker, Topic, invent_lines
from evidence.drawings.drawing import Drawing, Rgb, chance
from evidence.drawings.fonts import Weight
from evidence.drawings.goods import Goods, Issue, paint_chat_photo, paint_goods
from evidence.drawings.marks import as_png
from evidence.drawings.phone import BAR_HEIGHT, FOOT_HEIGHT, draw_chat_foot, draw_chat_head

WIDTH = 1080
MAX_HEIGHT = 9000

_BACKGROUND: Rgb = (237, 238, 241)
_SHOP_BUBBLE: Rgb = (198, 226, 255)
_AVATARS: tuple[Rgb, ...] = ((240, 148, 110), (122, 170, 226), (148, 186, 120), (196, 144, 206), (232, 180, 84))
_SHOP_AVATAR: Rgb = (226, 92, 76)
_MARGIN, _AVATAR, _GAP, _PAD = 32, 88, 20, 28
_TEXT, _LEADING = 40, 58
_BUBBLE_TEXT_WIDTH = 640
_PHOTO = (420, 315)
_PHOTOS = (Speaker.BUYER_PHOTO, Speaker.SHOP_PHOTO)
_NEW_TIME_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    variant: str
    price: str
    goods: Goods = Goods.MUG


_MUG = Product("演示款陶瓷马克杯 420ml 大容量", "单只装", "39.90", Goods.MUG)
_SHIRT = Product("演示款圆领短袖T恤 纯棉宽松", "L / 175", "79.00", Goods.SHIRT)
_JARS = Product("演示款玻璃密封罐 厨房收纳三件套", "三只装", "59.80", Goods.JARS)


@dataclass(frozen=True, slots=True)
class _Talk:
    order_no: str
    started_at: datetime
    lines: Sequence[ChatLine]
    buyer: str
    shop: str
    product: Product


@dataclass(slots=True)
class _Faces:
    """What stays the same from line to line: the avatars, and which goods the photos show."""

    buyer: str
    shop: str
    buyer_colour: Rgb
    variant: int
    rng: random.Random


DEMO_PRODUCTS: dict[Topic, Product] = {
    Topic.INTERCEPT: _MUG,
    Topic.DAMAGED: _MUG,
    Topic.NOT_SHIPPED: _JARS,
    Topic.RETURN: _SHIRT,
    Topic.MISSING: _JARS,
    Topic.MALICIOUS: _MUG,
    Topic.AGREEMENT: _SHIRT,
}


def draw_chat(
    *,
    order_no: str,
    started_at: datetime,
    seed: int,
    topic: Topic = Topic.INTERCEPT,
    lines: Sequence[ChatLine] | None = None,
    length: int | None = None,
    buyer: str = "张**",
    shop: str = "演示旗舰店",
    product: Product | None = None,
) -> Drawing:
    """PNG, 1080 wide, as high as the talk needs but 9000 at most: lines that no longer fit are left out.

    Without `lines` the topic's script is used, padded with small talk to `length` lines.
    """
    rng = chance("chat", seed)
    said = invent_lines(topic, started_at=started_at, rng=rng, length=length) if lines is None else tuple(lines)
    talk = _Talk(order_no, started_at, said, buyer, shop, product or DEMO_PRODUCTS[topic])
    return as_png(_draw(talk, rng), f"聊天记录-{order_no}")


def draw_agreement_chat(
    *,
    order_no: str,
    started_at: datetime,
    seed: int,
    terms: str = "扣除清洗费 15 元，其余货款退回",
    buyer: str = "张**",
    shop: str = "演示旗舰店",
    product: Product | None = None,
) -> Drawing:
    """The chat in which buyer and shop agree on terms (PNG)."""
    rng = chance("agreement", seed)
    said = invent_lines(Topic.AGREEMENT, started_at=started_at, rng=rng, terms=terms)
    talk = _Talk(order_no, started_at, said, buyer, shop, product or DEMO_PRODUCTS[Topic.AGREEMENT])
    return as_png(_draw(talk, rng), f"协商一致-{order_no}")


def _draw(talk: _Talk, rng: random.Random) -> Image.Image:
    page = Canvas(WIDTH, MAX_HEIGHT, _BACKGROUND)
    last_at = talk.lines[-1].at if talk.lines else talk.started_at
    clock = last_at + timedelta(minutes=rng.randint(1, 20))
    draw_chat_head(page, title=talk.buyer, subtitle=f"来自 {talk.shop}", clock=clock, battery=rng.randint(22, 96))
    faces = _Faces(talk.buyer[:1], talk.shop[:1], rng.choice(_AVATARS), rng.randrange(1000), rng)
    y = _draw_card(page, BAR_HEIGHT + 28, talk, faces.variant)
    shown_at: datetime | None = None
    for line in talk.lines:
        is_apart = shown_at is None or line.at - shown_at >= _NEW_TIME_AFTER
        needed = (70 if is_apart else 0) + _height(line)
        if y + needed > MAX_HEIGHT - FOOT_HEIGHT - 20:
            break
        if is_apart:
            page.text((WIDTH / 2, y + 20), f"{line.at:%m-%d %H:%M} · 演示", size=28, fill=GREY, anchor="mm")
            y += 70
        shown_at = line.at
        _draw_line(page, y, line, faces)
        y += _height(line)
    height = max(y + 20 + FOOT_HEIGHT, WIDTH * 16 // 9)
    draw_chat_foot(page, height - FOOT_HEIGHT)
    return page.image.crop((0, 0, WIDTH, height))


def _draw_card(page: Canvas, y: int, talk: _Talk, variant: int) -> int:
    product = talk.product
    page.rounded((32, y, WIDTH - 32, y + 296), 24, WHITE)
    page.text((64, y + 26), "买家咨询的订单", size=30, fill=GREY)
    page.text((WIDTH - 64, y + 26), "售后处理中", size=30, fill=(232, 106, 44), anchor="ra")
    page.paste_rounded(paint_goods(product.goods, (200, 150), variant=variant), (64, y + 84), 14)
    page.lines((292, y + 84), wrap(product.name, size=34, width=700)[:1], size=34, leading=46)
    page.text((292, y + 138), product.variant, size=28, fill=GREY)
    page.text((292, y + 188), f"¥{product.price}", size=38, fill=(226, 62, 50), weight=Weight.BOLD)
    page.text((WIDTH - 64, y + 198), "×1", size=28, fill=GREY, anchor="ra")
    page.text((64, y + 250), f"订单编号 {talk.order_no}", size=26, fill=GREY)
    return y + 296 + 20


def _height(line: ChatLine) -> int:
    if line.speaker is Speaker.NOTICE:
        return 92
    if line.speaker in _PHOTOS:
        return _PHOTO[1] + 36
    return len(wrap(line.text, size=_TEXT, width=_BUBBLE_TEXT_WIDTH)) * _LEADING + _PAD * 2 - 18 + 36


def _draw_line(page: Canvas, y: int, line: ChatLine, faces: _Faces) -> None:
    if line.speaker is Speaker.NOTICE:
        half = text_width(line.text, size=28) // 2 + 30
        page.rounded((WIDTH // 2 - half, y, WIDTH // 2 + half, y + 56), 28, (222, 224, 229))
        page.text((WIDTH / 2, y + 28), line.text, size=28, fill=(104, 110, 120), anchor="mm")
        return
    is_shop = line.speaker in (Speaker.SHOP, Speaker.SHOP_PHOTO)
    centre = WIDTH - _MARGIN - _AVATAR // 2 if is_shop else _MARGIN + _AVATAR // 2
    page.disc((centre, y + _AVATAR // 2), _AVATAR // 2, _SHOP_AVATAR if is_shop else faces.buyer_colour)
    initial = faces.shop if is_shop else faces.buyer
    page.text((centre, y + _AVATAR // 2), initial, size=40, fill=WHITE, weight=Weight.BOLD, anchor="mm")
    edge = _MARGIN + _AVATAR + _GAP
    if line.speaker in _PHOTOS:
        left = WIDTH - edge - _PHOTO[0] if is_shop else edge
        photo = paint_chat_photo(Issue(line.text), _PHOTO, variant=faces.variant, rng=faces.rng)
        page.paste_rounded(photo, (left, y), 18)
        return
    rows = wrap(line.text, size=_TEXT, width=_BUBBLE_TEXT_WIDTH)
    width = max(text_width(row, size=_TEXT) for row in rows) + _PAD * 2
    bottom = y + len(rows) * _LEADING + _PAD * 2 - 18
    left = WIDTH - edge - width if is_shop else edge
    fill = _SHOP_BUBBLE if is_shop else WHITE
    page.rounded((left, y, left + width, bottom), 22, fill)
    tip = left + width if is_shop else left
    out = 12 if is_shop else -12
    page.draw.polygon([(tip, y + 32), (tip + out, y + 44), (tip, y + 56)], fill=fill)
    page.lines((left + _PAD, y + _PAD - 9), rows, size=_TEXT, leading=_LEADING)
    if is_shop:
        page.text((left - 16, bottom - 6), "已读", size=24, fill=GREY, anchor="rd")
