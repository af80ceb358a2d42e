"""Pictures in a packet: untouched where PDF can take them, upright, on the right colours."""

import zlib
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps

from appeals.packets.cuts import windows
from appeals.packets.geometry import evidence_box
from tests.appeals.packets.contents import build, content_of, pieces_of
from tests.samples import files


def image_of(path: Path) -> tuple[bytes, dict[str, pikepdf.Object]]:
    with pikepdf.open(path) as document:
        image = document.pages[-1].Resources.XObject.Item
        return image.read_raw_bytes(), {key: image[key] for key in ("/Filter", "/Width", "/Height")}


def shown(path: Path, piece_path: Path) -> tuple[Image.Image, Image.Image]:
    """The last page's picture as pdfium draws it, and the same as Pillow sees the file, both small."""
    document = pypdfium2.PdfDocument(path)
    page = document[len(document) - 1]
    found = next(item for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)
    left, bottom, right, top = found.get_bounds()
    drawn = page.render(scale=1).to_pil().convert("RGB")
    height = drawn.height
    drawn = drawn.crop((round(left) + 2, round(height - top) + 2, round(right) - 2, round(height - bottom) - 2))
    page.close()
    document.close()
    with Image.open(piece_path) as image:
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I"):
            upright = upright.point(lambda value: value / 256).convert("L")
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright.convert("RGB"), mask=upright.convert("RGBA").getchannel("A"))
    # The frame takes two points on each side of the drawing.
    assert (drawn.width + 4) / (drawn.height + 4) == pytest.approx(flat.width / flat.height, rel=0.06)
    return drawn.resize((8, 8)), flat.resize((8, 8))


def assert_alike(path: Path, piece_path: Path, tolerance: int = 20) -> None:
    drawn, expected = shown(path, piece_path)
    for at in [(1, 1), (6, 1), (1, 6), (6, 6), (3, 4)]:
        assert drawn.getpixel(at) == pytest.approx(expected.getpixel(at), abs=tolerance), at


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_jpeg_goes_in_byte_for_byte(tmp_path: Path, mode: str) -> None:
    picture = tmp_path / "plain.jpg"
    files.photo(900, 1200).convert(mode).save(picture, quality=80)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    data, entries = image_of(path)
    assert data == picture.read_bytes()
    assert entries["/Filter"] == pikepdf.Name.DCTDecode


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_jpeg_stands_upright_and_untouched(tmp_path: Path, orientation: int) -> None:
    picture = files.oriented_jpeg(tmp_path, orientation)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    assert image_of(path)[0] == picture.read_bytes()
    assert_alike(path, picture)


@pytest.mark.parametrize(
    "make",
    [files.jpeg, files.png, files.webp, files.gif, files.heic, files.palette_png, files.deep_png, files.cmyk_jpeg,
     files.phone_jpeg, files.motion_photo, files.animated_gif, files.animated_webp],
)  # fmt: skip
def test_every_kind_of_picture_shows_as_it_is(tmp_path: Path, make) -> None:
    picture = make(tmp_path)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    # pdfium and Pillow turn CMYK into RGB each in its own way.
    assert_alike(path, picture, tolerance=90 if make is files.cmyk_jpeg else 20)


def test_inverted_cmyk_keeps_its_colours(tmp_path: Path) -> None:
    picture = tmp_path / "cmyk.jpg"
    files.photo(640, 480).convert("CMYK").save(picture, quality=90)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    data, _entries = image_of(path)
    assert data == picture.read_bytes()
    drawn, _expected = shown(path, picture)
    assert drawn.getpixel((0, 0)) == pytest.approx((220, 60, 60), abs=60)


def test_transparent_png_lies_on_white(tmp_path: Path) -> None:
    picture = tmp_path / "clear.png"
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 200, 300), fill=(200, 0, 0, 255))
    image.save(picture)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    drawn, _expected = shown(path, picture)
    assert drawn.getpixel((1, 4)) == pytest.approx((200, 0, 0), abs=3)
    assert drawn.getpixel((6, 4)) == (255, 255, 255)


def test_palette_transparency_lies_on_white(tmp_path: Path) -> None:
    picture = tmp_path / "clear.png"
    image = Image.new("P", (400, 300), 0)
    image.putpalette([10, 10, 10, 200, 0, 0])
    ImageDraw.Draw(image).rectangle((0, 0, 200, 300), fill=1)
    image.save(picture, transparency=0)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    assert shown(path, picture)[0].getpixel((6, 4)) == (255, 255, 255)


def test_plain_png_goes_in_without_being_decoded(tmp_path: Path) -> None:
    picture = files.png(tmp_path)
    path, _result = build(content_of(pieces_of(picture)), tmp_path)
    data, _entries = image_of(path)
    assert data in picture.read_bytes()
    with Image.open(picture) as image:
        assert len(zlib.decompress(data)) == image.height * (image.width * 3 + 1)


def test_colour_profile_is_kept_and_a_wrong_one_dropped(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    right, wrong = tmp_path / "right.jpg", tmp_path / "wrong.jpg"
    files.photo(640, 480).save(right, icc_profile=profile)
    files.photo(640, 480).convert("L").save(wrong, icc_profile=profile)
    path, _result = build(content_of(pieces_of(right, wrong)), tmp_path)
    with pikepdf.open(path) as document:
        assert document.pages[-2].Resources.XObject.Item.ColorSpace[0] == pikepdf.Name.ICCBased
        assert document.pages[-1].Resources.XObject.Item.ColorSpace == pikepdf.Name.DeviceGray


def test_wide_picture_gets_a_landscape_page(tmp_path: Path) -> None:
    tall, wide = tmp_path / "tall.jpg", tmp_path / "wide.jpg"
    files.photo(600, 800).save(tall)
    files.photo(800, 600).save(wide)
    path, _result = build(content_of(pieces_of(tall, wide)), tmp_path)
    with pikepdf.open(path) as document:
        sizes = [[round(float(edge)) for edge in page.mediabox.as_list()[2:]] for page in document.pages]
    assert sizes[-2:] == [[595, 842], [842, 595]]


def chat(path: Path, *, width: int = 1080, height: int = 9000) -> list[tuple[int, int]]:
    """A long chat; gives the first and last row of every message."""
    image = Image.new("RGB", (width, height), "#ededed")
    draw = ImageDraw.Draw(image)
    messages = []
    top = 40
    while top + 260 < height:
        messages.append((top, top + 200))
        draw.rectangle((60, top, 800, top + 200), fill="#95ec69")
        top += 260
    image.save(path)
    return messages


def test_long_chat_is_cut_between_messages_and_nothing_is_lost(tmp_path: Path) -> None:
    picture = tmp_path / "chat.png"
    messages = chat(picture)
    parts = windows(picture, width=1080, height=9000, box=evidence_box(is_landscape=False))
    assert 3 <= len(parts) <= 5
    assert parts[0].top == 0
    assert parts[-1].end == 1
    for before, after in pairwise(parts):
        assert 0 < before.end - after.top < 0.02
        cut = before.end * 9000
        assert not any(first <= cut <= last for first, last in messages)


def test_long_chat_is_one_image_on_several_pages_at_readable_width(tmp_path: Path) -> None:
    picture = tmp_path / "chat.png"
    chat(picture)
    path, result = build(content_of(pieces_of(picture)), tmp_path)
    entry = result.manifest["pieces"][0]
    pages = entry["last_page"] - entry["first_page"] + 1
    assert pages >= 3
    with pikepdf.open(path) as document:
        images = {page.Resources.XObject.Item.objgen for page in list(document.pages)[-pages:]}
    assert len(images) == 1
    document = pypdfium2.PdfDocument(path)
    found = next(iter(document[len(document) - 1].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])))
    left, _bottom, right, _top = found.get_bounds()
    document.close()
    assert right - left > 300


def test_phone_screenshot_stays_on_one_page(tmp_path: Path) -> None:
    picture = tmp_path / "chat.png"
    chat(picture, height=2400)
    assert len(windows(picture, width=1080, height=2400, box=evidence_box(is_landscape=False))) == 1
