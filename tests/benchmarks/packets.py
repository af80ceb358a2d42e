"""A packet of 22 pictures, beside the two libraries that it could have been made with alone."""

import gc
import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

import img2pdf
from PIL import Image, ImageDraw
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from appeals.packets.build import build_packet
from appeals.packets.content import Claim, DeadlineRow, PacketContent, Piece, TimelineRow
from tests.instants import AT

PHOTOS, SCREENSHOTS = 12, 10
ROUNDS = 7
STATEMENT = "退货包裹签收后开箱验货，箱内不是我方发出的商品，序列号与发货记录不符。我方当日联系买家核实，买家拒绝配合。"


def photo(path: Path, seed: int) -> None:
    """Twelve megapixels of grain, about 3.6 MB."""
    grain = Image.frombytes("RGB", (1000, 750), random.Random(seed).randbytes(1000 * 750 * 3))
    grain.resize((4000, 3000), Image.Resampling.BICUBIC).save(path, quality=74)


def screenshot(path: Path, seed: int) -> None:
    """A phone's screen: chat bubbles, heads, and one picture that was sent."""
    dice = random.Random(seed)
    image = Image.new("RGB", (1080, 2340), "#ededed")
    draw = ImageDraw.Draw(image)
    sent = Image.frombytes("RGB", (90, 120), dice.randbytes(90 * 120 * 3))
    image.paste(sent.resize((540, 720), Image.Resampling.BICUBIC), (180, 300))
    for top in [*range(80, 280, 130), *range(1060, 2250, 130)]:
        head = Image.frombytes("RGB", (20, 20), dice.randbytes(1200))
        image.paste(head.resize((80, 80), Image.Resampling.BICUBIC), (40, top))
        draw.rounded_rectangle((150, top, 150 + dice.randint(300, 860), top + 90), 16, fill="white")
        draw.text((180, top + 24), "parcel 7788 " * dice.randint(2, 6), fill="black", font_size=34)
    image.save(path)


def pictures(folder: Path) -> list[Path]:
    photos = [folder / f"photo-{number:02}.jpg" for number in range(PHOTOS)]
    screens = [folder / f"screen-{number:02}.png" for number in range(SCREENSHOTS)]
    for seed, path in enumerate(photos):
        photo(path, seed)
    for seed, path in enumerate(screens):
        screenshot(path, seed)
    return photos + screens


def piece(path: Path, number: int) -> Piece:
    data = path.read_bytes()
    return Piece(
        number=number,
        path=path,
        media_type="image/jpeg" if path.suffix == ".jpg" else "image/png",
        caption=f"开箱照片 {number}：箱内商品与发货不符" if path.suffix == ".jpg" else f"与买家的聊天记录 {number}",
        slot_name="开箱凭证" if path.suffix == ".jpg" else "聊天记录",
        sha256=hashlib.sha256(data).hexdigest(),
        byte_size=len(data),
        original_name=path.name,
        added_at=AT,
        added_by="王敏",
    )


def content(paths: list[Path]) -> PacketContent:
    return PacketContent(
        case_no="AS-2026-000128",
        title="退货调包申诉材料",
        platform="拼多多",
        shop="晨光数码旗舰店",
        appeal_type="售后权益申诉",
        ground="买家退回的商品与发出的商品不一致",
        appellant="晨光数码（杭州）有限公司",
        order_no="260226-518273645190237",
        platform_case_no="SH20260227119283746",
        product="无线降噪耳机 白色",
        buyer_masked="张**",
        order_amount=Decimal("1299.00"),
        refund_amount=Decimal("1299.00"),
        claims=(Claim("判责", None), Claim("货款", Decimal("1299.00")), Claim("运费", Decimal("18.50"))),
        statement=STATEMENT,
        facts=(("退货物流", "中通快递 78523001928374"),),
        timeline=tuple(
            TimelineRow(AT.replace(hour=hour), "仓库开箱验货，商品不符，已联系买家", "王敏", hour % 4 == 0)
            for hour in range(10)
        ),
        deadlines=(DeadlineRow("工单举证", AT, AT, AT, "按时"),),
        pieces=tuple(piece(path, number) for number, path in enumerate(paths, start=1)),
        prepared_at=AT,
    )


def packet_of(case: PacketContent, folder: Path) -> Callable[[], object]:
    return lambda: build_packet(
        case, output=folder / "packet.pdf", work_dir=folder, progress=lambda _done, _total, _step: None
    )


def with_img2pdf(paths: list[Path], folder: Path) -> Callable[[], object]:
    def convert() -> None:
        with (folder / "img2pdf.pdf").open("wb") as file:
            img2pdf.convert([str(path) for path in paths], outputstream=file)

    return convert


def with_weasyprint(case: PacketContent, folder: Path) -> Callable[[], object]:
    """The same words and pictures in one HTML page, the fonts loaded as often as in the packet: once."""
    rows = "".join(f"<tr><td>{row.at}<td>{escape(row.text)}<td>{escape(row.actor)}" for row in case.timeline)
    index = "".join(f"<tr><td>{item.number}<td>{escape(item.caption)}<td>{item.sha256}" for item in case.pieces)
    sheets = "".join(
        f"<section><h3>{escape(item.caption)}</h3><img width=600 src='{item.path.as_uri()}'><p>{item.sha256[:12]}</p>"
        "</section>"
        for item in case.pieces
    )
    style = "body { font-family: 'Noto Sans CJK SC' } section { break-before: page } img { max-height: 220mm }"
    page = (
        f"<html lang=zh-CN><style>{style}</style><h1>{escape(case.title)}</h1><p>{escape(case.statement)}</p>"
        f"<table>{index}</table><table>{rows}</table>{sheets}</html>"
    )
    fonts = FontConfiguration()
    return lambda: HTML(string=page).write_pdf(folder / "weasyprint.pdf", font_config=fonts)


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, reference: str, ours: Callable[[], object], other: Callable[[], object]) -> dict[str, Any]:
    """Medians of runs in turn, so that what else the machine does meets both; each runs once before."""
    ours()
    other()
    pairs = [(seconds(ours), seconds(other)) for _round in range(ROUNDS)]
    value, reference_value = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return {
        "name": name,
        "value": value,
        "unit": "s",
        "reference": reference,
        "reference_value": reference_value,
        "ratio": value / reference_value,
    }


def packet_22_images() -> dict[str, Any]:
    """12 photos and 10 screenshots in a warm process; img2pdf alone makes a bare PDF of the same pictures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        paths = pictures(folder)
        return compare(
            "packet_22_images", "img2pdf alone", packet_of(content(paths), folder), with_img2pdf(paths, folder)
        )


def packet_22_images_html() -> dict[str, Any]:
    """The same packet beside one HTML page with the same words and pictures."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        case = content(pictures(folder))
        return compare(
            "packet_22_images_html", "WeasyPrint alone", packet_of(case, folder), with_weasyprint(case, folder)
        )
