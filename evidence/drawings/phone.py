"""The rims of a phone's screen: status bar, title, and the row to type in."""

from __future__ import annotations

from datetime import datetime

from evidence.drawings.canvas import GREY, INK, PALE, RULE, WHITE, Canvas
from evidence.drawings.drawing import Rgb
from evidence.drawings.fonts import Weight

BAR_HEIGHT = 232
FOOT_HEIGHT = 220
_BAR: Rgb = (250, 250, 251)


def draw_chat_head(page: Canvas, *, title: str, subtitle: str, clock: datetime, battery: int) -> None:
    page.rectangle((0, 0, page.width, BAR_HEIGHT), _BAR)
    page.text((60, 52), f"{clock:%H:%M}", size=36, weight=Weight.BOLD, anchor="lm")
    right = page.width - 60
    page.framed((right - 62, 38, right - 6, 66), 8, _BAR, INK, 3)
    page.rounded((right - 56, 44, right - 56 + round(44 * battery / 100), 60), 4, INK)
    page.rectangle((right - 3, 46, right, 58), INK)
    page.text((right - 80, 52), "5G", size=28, weight=Weight.BOLD, anchor="rm")
    for number in range(4):
        left = right - 190 + number * 14
        page.rectangle((left, 62 - 8 - number * 6, left + 8, 65), INK)
    page.draw.line([(72, 128), (48, 156), (72, 184)], fill=INK, width=6, joint="curve")
    page.text((page.width / 2, 138), title, size=44, weight=Weight.BOLD, anchor="mm")
    page.text((page.width / 2, 190), subtitle, size=27, fill=GREY, anchor="mm")
    for number in range(3):
        page.disc((right - 44 + number * 18, 158), 5, INK)
    page.rectangle((0, BAR_HEIGHT - 2, page.width, BAR_HEIGHT), RULE)


def draw_chat_foot(page: Canvas, top: int) -> None:
    page.rectangle((0, top, page.width, top + FOOT_HEIGHT), _BAR)
    page.rectangle((0, top, page.width, top + 1), RULE)
    page.framed((32, top + 28, page.width - 244, top + 116), 44, WHITE, RULE)
    page.text((72, top + 72), "回复买家…", size=34, fill=GREY, anchor="lm")
    for number in range(2):
        centre = (page.width - 172 + number * 104, top + 72)
        page.disc(centre, 34, INK)
        page.disc(centre, 30, _BAR)
    smile = page.width - 172
    page.disc((smile - 11, top + 64), 4, INK)
    page.disc((smile + 11, top + 64), 4, INK)
    page.draw.arc((smile - 15, top + 62, smile + 15, top + 90), 20, 160, fill=INK, width=4)
    plus = page.width - 68
    page.rectangle((plus - 15, top + 70, plus + 15, top + 74), INK)
    page.rectangle((plus - 2, top + 57, plus + 2, top + 87), INK)
    page.rounded((page.width // 2 - 170, top + 186, page.width // 2 + 170, top + 196), 5, (60, 62, 66))
    page.rectangle((0, top + FOOT_HEIGHT - 2, page.width, top + FOOT_HEIGHT), PALE)
