"""Packets to build: the same words every time, with the pieces that a test gives."""

import hashlib
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
from PIL import Image

from appeals.packets.build import PacketResult, build_packet
from appeals.packets.content import Claim, DeadlineRow, PacketContent, Piece, TimelineRow
from tests.instants import AT

CAPTIONS = ("开箱照片：箱内无商品", "与买家的聊天记录", "快递公司红章证明", "物流轨迹截图", "出库称重记录")
SLOTS = ("开箱凭证", "聊天记录", "红章证明", "物流轨迹", "发货底单")
STATEMENT = (
    "买家以“与描述不符”为由申请退货退款。退货包裹签收后开箱验货，箱内为一副无品牌旧耳机，序列号与发出商品不符。"
    "我方当日联系买家核实，买家拒绝配合。请平台依据所附凭证改判买家责任，并退还货款与运费。"
)
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".pdf": "application/pdf",
}


def piece_of(path: Path, number: int = 1, caption: str = "") -> Piece:
    data = path.read_bytes()
    return Piece(
        number=number,
        path=path,
        media_type=MEDIA_TYPES[path.suffix.lower()],
        caption=caption or CAPTIONS[number % 5],
        slot_name=SLOTS[number % 5],
        sha256=hashlib.sha256(data).hexdigest(),
        byte_size=len(data),
        original_name=path.name,
        added_at=AT,
        added_by="王敏",
    )


def film_of(folder: Path, number: int = 1) -> Piece:
    """A film of a minute, of which a packet reads nothing but its hash, and a sheet of stills."""
    film, stills = folder / "开箱.mp4", folder / "stills.jpg"
    film.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5000))
    Image.new("RGB", (160, 120), "teal").save(stills, quality=80)
    data = film.read_bytes()
    return Piece(
        number=number,
        path=film,
        media_type="video/mp4",
        caption="开箱录像：从拆封到清点",
        slot_name="开箱凭证",
        sha256=hashlib.sha256(data).hexdigest(),
        byte_size=len(data),
        original_name=film.name,
        added_at=AT,
        added_by="王敏",
        stills=stills,
        stills_sha256=hashlib.sha256(stills.read_bytes()).hexdigest(),
        duration_ms=65_432,
    )


def pieces_of(*paths: Path) -> tuple[Piece, ...]:
    return tuple(piece_of(path, number) for number, path in enumerate(paths, start=1))


def content_of(
    pieces: tuple[Piece, ...], *, moments: int = 8, statement: str = STATEMENT, language: str = "zh-hans"
) -> PacketContent:
    timeline = tuple(
        TimelineRow(
            AT - timedelta(hours=5 * (moments - number)), f"第 {number} 件事：仓库验货", "王敏", number % 4 == 0
        )
        for number in range(moments)
    )
    hours = timedelta(hours=1)
    deadlines = (
        DeadlineRow("处理退款申请", AT - 60 * hours, AT - 12 * hours, AT - 30 * hours, "按时"),
        DeadlineRow("工单举证", AT - 40 * hours, AT + 8 * hours, None, "进行中"),
    )
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
        statement=statement,
        facts=(("退货物流", "中通快递 78523001928374"),),
        timeline=timeline,
        deadlines=deadlines,
        pieces=pieces,
        prepared_at=AT,
        language=language,
    )


def build(content: PacketContent, folder: Path, form=build_packet) -> tuple[Path, PacketResult]:
    output = folder / "packet-out.pdf"
    return output, form(content, output=output, work_dir=folder, progress=lambda _done, _total, _step: None)


def page_texts(path: Path) -> list[str]:
    """The words of each page, without spaces."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()
