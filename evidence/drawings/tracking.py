"""Pages of a courier's web site: where a parcel is, and why it could not be intercepted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from evidence.drawings.browser import LEFT, RIGHT, TOP_HEIGHT, brand_colour, close_page, open_page
from evidence.drawings.canvas import GREY, INK, RULE, WHITE, Canvas, wrap
from evidence.drawings.drawing import Drawing, Rgb, chance
from evidence.drawings.fonts import Weight
from evidence.drawings.labels import CITIES
from evidence.drawings.marks import as_png

_RED: Rgb = (208, 48, 48)
_ROW, _ROW_LEADING, _WORDS_WIDTH = 88, 36, 680


class ParcelState(StrEnum):
    IN_TRANSIT = "in_transit"
    STALLED = "stalled"
    DELIVERING = "delivering"
    SIGNED = "signed"
    RETURNED = "returned"


_BANNERS: dict[ParcelState, tuple[str, str]] = {
    ParcelState.IN_TRANSIT: ("运输中", "快件正在运往目的地"),
    ParcelState.STALLED: ("运输中", "物流信息较长时间没有更新"),
    ParcelState.DELIVERING: ("派送中", "快件正在派送，请保持电话畅通"),
    ParcelState.SIGNED: ("已签收", "快件已由收件人签收"),
    ParcelState.RETURNED: ("已退回", "快件已退回寄件人"),
}


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    text: str


def draw_tracking(
    *,
    courier: str,
    tracking_no: str,
    shipped_at: datetime,
    seed: int,
    state: ParcelState = ParcelState.IN_TRANSIT,
    events: Sequence[TrackingEvent] | None = None,
) -> Drawing:
    """PNG, 1280 wide. Without `events`, oldest first, a course that fits the state is invented."""
    rng = chance("tracking", seed)
    course = invent_events(state, shipped_at=shipped_at, rng=rng) if events is None else tuple(events)
    page = open_page(_room_for(course) + 420, courier=courier, path="track", tracking_no=tracking_no)
    status, words = _BANNERS[state]
    page.rounded((LEFT, TOP_HEIGHT, RIGHT, TOP_HEIGHT + 120), 12, brand_colour(courier))
    page.text((LEFT + 40, TOP_HEIGHT + 44), status, size=38, weight=Weight.BOLD, fill=WHITE, anchor="lm")
    page.text((LEFT + 40, TOP_HEIGHT + 90), words, size=24, fill=(250, 240, 238), anchor="lm")
    page.text((RIGHT - 40, TOP_HEIGHT + 44), f"运单号 {tracking_no}", size=26, fill=WHITE, anchor="rm")
    page.text((RIGHT - 40, TOP_HEIGHT + 90), f"共 {len(course)} 条记录", size=22, fill=WHITE, anchor="rm")
    bottom = _draw_timeline(page, TOP_HEIGHT + 140, course, brand_colour(courier))
    return as_png(close_page(page, bottom, courier=courier).image, f"物流轨迹-{tracking_no}")


def draw_intercept_failed(
    *,
    courier: str,
    tracking_no: str,
    requested_at: datetime,
    failed_at: datetime,
    seed: int,
    reason: str = "快件已出库派送，无法拦截",
    events: Sequence[TrackingEvent] | None = None,
) -> Drawing:
    """The courier's page that says an intercept did not succeed (PNG, 1280 wide)."""
    rng = chance("intercept-failed", seed)
    if events is None:
        events = _course_under_delivery(failed_at - timedelta(minutes=rng.randint(20, 90)), rng)
    course = (
        *(event for event in events if event.at < failed_at),
        TrackingEvent(requested_at, "收到寄件方拦截申请，已通知派件网点处理"),
        TrackingEvent(failed_at, f"拦截失败：{reason}"),
    )
    course = tuple(sorted(course, key=lambda event: event.at))
    page = open_page(_room_for(course) + 800, courier=courier, path="intercept", tracking_no=tracking_no)
    top = TOP_HEIGHT
    page.framed((LEFT, top, RIGHT, top + 412), 12, WHITE, RULE)
    page.disc((LEFT + 76, top + 76), 34, _RED)
    for end in (-1, 1):
        line = [(LEFT + 63, top + 76 - 13 * end), (LEFT + 89, top + 76 + 13 * end)]
        page.draw.line(line, fill=WHITE, width=7)
    page.text((LEFT + 134, top + 58), "拦截失败", size=40, weight=Weight.BOLD, fill=_RED, anchor="lm")
    page.text((LEFT + 134, top + 104), "本次拦截申请未能执行", size=24, fill=GREY, anchor="lm")
    page.rectangle((LEFT + 40, top + 144, RIGHT - 40, top + 145), RULE)
    rows = (
        ("运单号", tracking_no),
        ("申请单号", f"LJ{rng.randint(10**9, 10**10 - 1)}"),
        ("申请时间", f"{requested_at:%Y-%m-%d %H:%M:%S}"),
        ("处理时间", f"{failed_at:%Y-%m-%d %H:%M:%S}"),
        ("失败原因", reason),
    )
    for number, (label, value) in enumerate(rows):
        y = top + 178 + number * 48
        page.text((LEFT + 40, y), label, size=25, fill=GREY, anchor="lm")
        page.text((LEFT + 190, y), value, size=25, fill=_RED if label == "失败原因" else INK, anchor="lm")
    bottom = _draw_timeline(page, top + 436, course, brand_colour(courier))
    return as_png(close_page(page, bottom, courier=courier).image, f"拦截失败-{tracking_no}")


def invent_events(state: ParcelState, *, shipped_at: datetime, rng: random.Random) -> tuple[TrackingEvent, ...]:
    start, end = rng.sample(CITIES, 2)
    steps: list[tuple[float, str, str]] = [
        (0, start, "【{place}示例网点】已揽收，揽收员：王*（工号 0017）"),
        (rng.uniform(2, 5), start, "快件离开【{place}示例网点】，发往【{place}转运中心】"),
        (rng.uniform(3, 7), start, "快件到达【{place}转运中心】"),
        (rng.uniform(1, 4), start, f"快件离开【{{place}}转运中心】，发往【{end}转运中心】"),
    ]
    if state is not ParcelState.STALLED:
        steps += [
            (rng.uniform(9, 16), end, "快件到达【{place}转运中心】"),
            (rng.uniform(2, 5), end, "快件到达【{place}演示路网点】"),
        ]
    if state in (ParcelState.DELIVERING, ParcelState.SIGNED):
        steps.append((rng.uniform(3, 9), end, "【{place}演示路网点】派件员李*正在派件（138****0000）"))
    if state is ParcelState.SIGNED:
        steps.append((rng.uniform(1, 4), end, "快件已签收，签收人：本人签收。如有疑问请联系派件网点"))
    if state is ParcelState.RETURNED:
        steps += [
            (rng.uniform(3, 9), end, "收件人拒收，快件转退回处理"),
            (rng.uniform(4, 8), end, f"退回件离开【{{place}}转运中心】，发往【{start}转运中心】"),
            (rng.uniform(12, 20), start, "退回件到达【{place}示例网点】"),
            (rng.uniform(1, 4), start, "退回件已由寄件人签收"),
        ]
    moment = shipped_at
    events = []
    for hours, place, words in steps:
        moment += timedelta(seconds=round(hours * 3600))
        events.append(TrackingEvent(moment, words.replace("{place}", place)))
    return tuple(events)


def _course_under_delivery(last_at: datetime, rng: random.Random) -> list[TrackingEvent]:
    """A course whose last event, the delivery run, is at last_at."""
    course = invent_events(ParcelState.DELIVERING, shipped_at=last_at, rng=rng)
    late = course[-1].at - last_at
    return [TrackingEvent(event.at - late, event.text) for event in course]


def _room_for(events: Sequence[TrackingEvent]) -> int:
    return TOP_HEIGHT + 300 + sum(_ROW + _ROW_LEADING * len(_rows(event)) for event in events)


def _rows(event: TrackingEvent) -> list[str]:
    return wrap(event.text, size=26, width=_WORDS_WIDTH)


def _draw_timeline(page: Canvas, top: int, events: Sequence[TrackingEvent], brand: Rgb) -> int:
    """Newest first; returns the bottom of the panel."""
    heights = [_ROW_LEADING * len(_rows(event)) + 52 for event in events]
    bottom = top + 50 + sum(heights) + 10
    page.framed((LEFT, top, RIGHT, bottom), 12, WHITE, RULE)
    axis = LEFT + 236
    y = top + 50
    for number, (event, height) in enumerate(zip(reversed(events), reversed(heights), strict=True)):
        is_newest = number == 0
        if number < len(events) - 1:
            page.rectangle((axis - 1, y + 18, axis + 1, y + height + 18), RULE)
        page.disc((axis, y + 18), 11 if is_newest else 8, brand if is_newest else (200, 204, 211))
        tone = INK if is_newest else (96, 101, 110)
        weight = Weight.BOLD if is_newest else Weight.REGULAR
        page.text((axis - 36, y + 18), f"{event.at:%m-%d}", size=26, fill=tone, weight=weight, anchor="rm")
        page.text((axis - 36, y + 50), f"{event.at:%H:%M:%S}", size=22, fill=GREY, anchor="rm")
        for line, words in enumerate(_rows(event)):
            page.text((axis + 40, y + line * _ROW_LEADING + 18), words, size=26, fill=tone, weight=weight, anchor="lm")
        y += height
    return bottom
