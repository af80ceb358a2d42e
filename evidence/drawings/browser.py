"""A courier's web site in a desktop browser: window bar, site header, search box, footer."""

from __future__ import annotations

from evidence.drawings.canvas import GREY, INK, PALE, RULE, WHITE, Canvas
from evidence.drawings.drawing import Rgb
from evidence.drawings.fonts import Weight

WIDTH = 1280
LEFT, RIGHT = 140, 1140
TOP_HEIGHT = 300
_FOOT = 150
_LIGHTS: tuple[Rgb, ...] = ((236, 106, 94), (244, 190, 80), (98, 197, 84))
_BRANDS: tuple[Rgb, ...] = ((214, 58, 48), (32, 104, 196), (22, 136, 96), (102, 70, 160), (230, 122, 26))
# A reserved ending (RFC 2606): no such site can exist.
_SITE = "www.courier.example"


def brand_colour(courier: str) -> Rgb:
    """One courier, one colour, in every picture."""
    return _BRANDS[sum(map(ord, courier)) % len(_BRANDS)]


def open_page(height: int, *, courier: str, path: str, tracking_no: str) -> Canvas:
    """An empty page with everything above its content, which starts at TOP_HEIGHT."""
    page = Canvas(WIDTH, height, (245, 246, 248))
    page.rectangle((0, 0, WIDTH, 76), (222, 225, 230))
    for number, light in enumerate(_LIGHTS):
        page.disc((36 + number * 30, 38), 9, light)
    page.rounded((150, 16, WIDTH - 60, 60), 22, WHITE)
    page.text((184, 38), f"https://{_SITE}/{path}?no={tracking_no}", size=22, fill=GREY, anchor="lm")
    brand = brand_colour(courier)
    page.rectangle((0, 76, WIDTH, 160), WHITE)
    page.rounded((LEFT, 94, LEFT + 48, 142), 12, brand)
    page.draw.polygon([(LEFT + 12, 130), (LEFT + 24, 104), (LEFT + 36, 130), (LEFT + 24, 122)], fill=WHITE)
    page.text((LEFT + 64, 118), courier, size=34, weight=Weight.BOLD, fill=brand, anchor="lm")
    for number, words in enumerate(("首页", "快件查询", "网点查询", "客户服务")):
        x = RIGHT - 420 + number * 120
        page.text((x, 118), words, size=24, fill=brand if number == 1 else INK, anchor="lm")
    page.rectangle((RIGHT - 300, 156, RIGHT - 204, 160), brand)
    page.rectangle((0, 160, WIDTH, 161), RULE)
    page.framed((LEFT, 196, RIGHT - 160, 262), 10, WHITE, RULE)
    page.text((LEFT + 28, 229), tracking_no, size=28, anchor="lm")
    page.rounded((RIGHT - 150, 196, RIGHT, 262), 10, brand)
    page.text((RIGHT - 75, 229), "查 询", size=28, fill=WHITE, weight=Weight.BOLD, anchor="mm")
    return page


def close_page(page: Canvas, bottom: int, *, courier: str) -> Canvas:
    """Put the footer below the content and cut the page there."""
    page.rectangle((0, bottom + 40, WIDTH, bottom + 40 + _FOOT), PALE)
    centre = WIDTH / 2
    page.text(
        (centre, bottom + 90), "关于我们    服务协议    隐私政策    联系客服 000-00000", size=22, fill=GREY, anchor="mm"
    )
    page.text((centre, bottom + 132), f"© {courier} 版权所有 · 演示页面", size=20, fill=GREY, anchor="mm")
    page.image = page.image.crop((0, 0, WIDTH, bottom + 40 + _FOOT))
    return page
