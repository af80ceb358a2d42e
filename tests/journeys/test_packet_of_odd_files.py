"""A packet of the files that people really send: from adding them as proof to the one PDF that a platform opens."""

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from appeals.claims import DraftChange, PieceChoice
from appeals.models import Appeal, Packet
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.packets import create_packet, run_packet
from appeals.storage import PacketStore
from evidence.selectors.slots import slot_rule
from evidence.services.uploads import add_evidence
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT
from tests.samples import files, pdf_files

STATEMENT = "买家退回的包裹与发货时不符：称重少 0.8 公斤，吊牌缺失。请判商家无责并退还货款。"
LATER = AT + timedelta(hours=3)
MADE = (
    ("goods_photo", "手机拍摄的退回实拍", files.phone_jpeg),
    ("goods_photo", "苹果手机拍摄的外箱", files.heic),
    ("goods_photo", "透明底的商品主图", files.palette_png),
    ("goods_photo", "横着拿手机拍的面单", lambda folder: files.oriented_jpeg(folder, 6)),
    ("chat_screenshot", "滚动截屏的完整聊天", files.chat_screenshot),
    ("courier_screenshot", "印刷色彩的轨迹截图", files.cmyk_jpeg),
    ("red_stamp", "网点盖章的两页证明", lambda folder: pdf_files.letter(folder, pages=2)),
    ("red_stamp", "横版的称重记录", pdf_files.landscape),
)
CAPTIONS = [caption for _slot, caption, _make in MADE]
PHONE, HEIC, CLEAR, TURNED, CHAT, CMYK, LETTER, LYING = CAPTIONS


@pytest.fixture
def agent(db):
    return make_agent(make_shop())


@pytest.fixture
def draft(agent, tmp_path) -> Appeal:
    """All files are in their slots and chosen, in the order of MADE."""
    case = make_refunded_case(agent.shops.get(), agent, issue="return_mismatch")
    items = []
    for number, (slot, _caption, make) in enumerate(MADE):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = make(folder)
        seen = [point.code for point in slot_rule(case, slot, AT).checklist]
        items.append(add_evidence(case=case, slot=slot, path=path, name=path.name, by=agent, at=AT, confirmed=seen))
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    chosen = tuple(PieceChoice(item.pk, caption) for item, caption in zip(items, CAPTIONS, strict=True))
    change = DraftChange(ground="empty_or_missing", statement=STATEMENT, pieces=chosen)
    return update_appeal(appeal=appeal, change=change, by=agent, now=AT)


def built(appeal: Appeal, folder: Path, *, now=AT) -> tuple[Path, Packet]:
    packet = create_packet(appeal=appeal, by=None, now=now)
    packet = run_packet(packet_id=packet.pk, clock=lambda: now)
    assert packet.state == "done", packet.error
    path = folder / f"{packet.pk}.pdf"
    with PacketStore().open(packet.key) as file:
        path.write_bytes(file.read())
    return path, packet


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check_opens_everywhere(path: Path, packet: Packet) -> list[str]:
    """Gives the text of every page, as a reader's search finds it."""
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stdout + checked.stderr
    document = pypdfium2.PdfDocument(path)
    try:
        texts = [squeezed(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()
    assert len(texts) == packet.pages
    return texts


def check_chinese_is_found(texts: list[str]) -> None:
    whole = "".join(texts)
    assert squeezed(STATEMENT) in texts[0]
    for words in ("维权申诉", "退回空包、少件、漏件", "同意退款", "退款成功", *CAPTIONS):
        assert words in whole


def check_stamps(texts: list[str], packet: Packet) -> None:
    """Every page of a piece carries its number, caption and digest."""
    for piece, caption in zip(packet.manifest["pieces"], CAPTIONS, strict=True):
        assert piece["last_page"] - piece["first_page"] >= {CHAT: 1, LETTER: 1}.get(caption, 0)
        for text in texts[piece["first_page"] - 1 : piece["last_page"]]:
            assert f"凭证{piece['number']}" in text
            assert caption in text
            assert f"SHA-256{piece['sha256'][:12]}" in text


def check_index(path: Path, texts: list[str]) -> None:
    """Each line of the index is a link, and leads to a page with the stamp of what the line names."""
    reader = pypdfium2.PdfDocument(path)
    with pikepdf.open(path) as document:
        names = list(document.Root.Names.Dests.Names)
        pages = [page.obj.objgen for page in document.pages]
        places = {str(names[n]): pages.index(names[n + 1][0].objgen) for n in range(0, len(names), 2)}
        led = []
        for number, page in enumerate(document.pages):
            for link in page.obj.get("/Annots", []):
                left, bottom, right, top = (float(edge) for edge in link.Rect)
                words = squeezed(reader[number].get_textpage().get_text_bounded(left, bottom, right, top))
                target = places[str(link.Dest)]
                if not words.isdigit():  # each line has its caption and its page number as links
                    assert words in texts[target]
                    led.append(words)
                else:
                    assert int(words) == target + 1
    reader.close()
    assert led == CAPTIONS


def pictures(path: Path, packet: Packet) -> dict[str, Image.Image]:
    """What is seen on the first page of each piece, without the stamps above and below."""
    document = pypdfium2.PdfDocument(path)
    seen = {}
    for piece, caption in zip(packet.manifest["pieces"], CAPTIONS, strict=True):
        image = document[piece["first_page"] - 1].render(scale=0.5).to_pil().convert("RGB")
        seen[caption] = image.crop((0, 40, image.width, image.height - 24))
    document.close()
    return seen


def pixels(image: Image.Image) -> Iterator[tuple[int, int, int]]:
    data = image.tobytes()
    return zip(data[0::3], data[1::3], data[2::3], strict=True)


def middle(image: Image.Image, is_it) -> tuple[float, float]:
    """The middle of all pixels of one colour."""
    places = [divmod(place, image.width)[::-1] for place, pixel in enumerate(pixels(image)) if is_it(*pixel)]
    assert len(places) > 40
    return sum(x for x, _y in places) / len(places), sum(y for _x, y in places) / len(places)


def is_red(red: int, green: int, blue: int) -> bool:
    return red > 180 and green < 90 and blue < 90


def is_blue(red: int, green: int, blue: int) -> bool:
    return red < 90 and green < 110 and blue > 180


def is_black(red: int, green: int, blue: int) -> bool:
    return max(red, green, blue) < 40


def check_upright(seen: dict[str, Image.Image]) -> None:
    for caption in (PHONE, HEIC, TURNED):
        (red_x, red_y), (blue_x, blue_y) = middle(seen[caption], is_red), middle(seen[caption], is_blue)
        assert red_x < blue_x - 20, caption
        assert red_y < blue_y - 20, caption
    assert middle(seen[LETTER], is_red)[1] < middle(seen[LETTER], is_blue)[1]
    lying = seen[LYING]
    assert lying.width > lying.height
    assert middle(lying, is_blue)[1] > lying.height / 2


def check_colours(seen: dict[str, Image.Image]) -> None:
    """Print colours are not turned into their opposite; what is clear shows the paper, not black."""
    middle(seen[CMYK], is_red)
    middle(seen[CLEAR], is_red)
    assert sum(is_black(*pixel) for pixel in pixels(seen[CLEAR])) == 0


def test_packet_of_odd_files_opens_everywhere_and_is_always_the_same(draft, tmp_path):
    path, packet = built(draft, tmp_path)
    texts = check_opens_everywhere(path, packet)
    check_chinese_is_found(texts)
    check_stamps(texts, packet)
    check_index(path, texts)
    seen = pictures(path, packet)
    check_upright(seen)
    check_colours(seen)
    again, another = built(draft, tmp_path, now=LATER)
    assert another.pk != packet.pk
    assert again.read_bytes() == path.read_bytes()
