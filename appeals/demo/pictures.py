"""The pictures of a demo case's proof: which drawing shows what. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appeals.demo.facts import CaseFacts
from appeals.demo.talks import quality_talk
from evidence import drawings
from evidence.drawings import Drawing

MEGAPIXELS = 1.0  # of a photo: enough for a screen, and seconds less of the first start
TOPICS = {f"chat_{topic}": topic for topic in drawings.Topic}
COURSES = {f"tracking_{state}": state for state in drawings.ParcelState}
PHOTOS = {issue.value: issue for issue in drawings.Issue}
CAPTIONS: dict[str, str] = {
    "chat": "与买家的完整聊天记录",
    "tracking": "快递官网物流轨迹",
    "intercept": "快递官网拦截失败页面",
    "letter": "快递网点红章证明",
    "scale": "出库称重照片",
    "agreement": "买家同意处理方案的聊天截图",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One piece of proof to be drawn; the same case and slot always give the same picture."""

    name: str
    facts: CaseFacts
    at: datetime

    @property
    def caption(self) -> str:
        return CAPTIONS.get(self.name.partition("_")[0], "商品实拍")


def draw_picture(picture: Picture) -> Drawing:
    """A card that says so where the machine has no Chinese font."""
    seed = zlib.crc32(f"{picture.facts.platform_case_no} {picture.name}".encode())
    make, values = _drawing(picture)
    try:
        return make(seed=seed, **values)
    except drawings.FontMissing:
        return drawings.draw_placeholder(name=picture.name, seed=seed)


def _drawing(picture: Picture) -> tuple[Callable[..., Drawing], dict[str, Any]]:
    facts, at = picture.facts, picture.at
    talk = {"order_no": facts.order_no, "buyer": facts.buyer, "shop": facts.shop.name, "product": _product(facts)}
    parcel = {"courier": facts.courier, "tracking_no": facts.tracking_no}
    if topic := TOPICS.get(picture.name):
        return drawings.draw_chat, {**talk, "topic": topic, "started_at": at - timedelta(hours=2)}
    if course := COURSES.get(picture.name):
        return drawings.draw_tracking, {**parcel, "state": course, "shipped_at": at - timedelta(hours=90)}
    if issue := PHOTOS.get(picture.name):
        shown = {
            **parcel,
            "order_no": facts.order_no,
            "shop": facts.shop.name,
            "issue": issue,
            "megapixels": MEGAPIXELS,
        }
        return drawings.draw_product_photo, shown
    if picture.name == "chat_quality":
        started_at = at - timedelta(hours=2)
        return drawings.draw_chat, {**talk, "started_at": started_at, "lines": quality_talk(started_at)}
    return _OTHERS[picture.name](picture)


def _product(facts: CaseFacts) -> drawings.Product:
    goods = drawings.Goods(facts.product.goods) if facts.product.goods else drawings.Goods.JARS
    return drawings.Product(facts.product.name, facts.sku, f"{facts.product.price}", goods)


def _scale(picture: Picture) -> tuple[Callable[..., Drawing], dict[str, Any]]:
    facts = picture.facts
    weight_g = min(facts.product.weight_g * facts.quantity + 86, 29_000)
    values = {"weight_g": weight_g, "label": facts.tracking_no, "courier": facts.courier, "shop": facts.shop.name}
    return drawings.draw_scale_photo, {**values, "megapixels": MEGAPIXELS}


def _letter(picture: Picture) -> tuple[Callable[..., Drawing], dict[str, Any]]:
    facts = picture.facts
    return drawings.draw_red_stamp_letter, {
        "tracking_no": facts.tracking_no,
        "recipient": "张示例",
        "sender": "李示例",
        "on": picture.at.date(),
        "courier": facts.courier,
        "is_pdf": True,
    }


def _intercept_failed(picture: Picture) -> tuple[Callable[..., Drawing], dict[str, Any]]:
    facts, at = picture.facts, picture.at
    return drawings.draw_intercept_failed, {
        "courier": facts.courier,
        "tracking_no": facts.tracking_no,
        "requested_at": at - timedelta(hours=5),
        "failed_at": at - timedelta(minutes=20),
    }


_OTHERS: dict[str, Callable[[Picture], tuple[Callable[..., Drawing], dict[str, Any]]]] = {
    "scale": _scale,
    "letter": _letter,
    "intercept_failed": _intercept_failed,
}
