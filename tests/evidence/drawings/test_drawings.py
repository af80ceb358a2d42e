"""What holds for every demo drawing."""

from functools import cache
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from evidence.drawings.marks import NOTE, mark_badge, mark_box
from tests.evidence.drawings.gallery import KINDS

DRAWN = sorted(set(KINDS) - {"placeholder"})
LIMIT_BYTES = 1_000_000  # what a platform takes for one image


@cache
def drawn(kind, seed=7):
    return KINDS[kind](seed=seed)


def picture(drawing):
    """The pixels, of a PDF those of its first page at the resolution it was scanned in."""
    if drawing.media_type == "application/pdf":
        document = pypdfium2.PdfDocument(drawing.content)
        try:
            return document[0].render(scale=150 / 72).to_pil().convert("RGB")
        finally:
            document.close()
    image = Image.open(BytesIO(drawing.content))
    image.load()
    return image


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_same_seed_gives_the_same_bytes(kind):
    assert KINDS[kind](seed=7) == drawn(kind)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_another_seed_gives_another_file(kind):
    assert drawn(kind).content != drawn(kind, 8).content


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_content_is_what_name_and_media_type_say(kind):
    drawing = drawn(kind)
    suffix, start = {
        "image/png": (".png", b"\x89PNG"),
        "image/jpeg": (".jpg", b"\xff\xd8\xff"),
        "application/pdf": (".pdf", b"%PDF"),
    }[drawing.media_type]
    assert drawing.name.endswith(suffix)
    assert drawing.content.startswith(start)
    assert len(drawing.content) < LIMIT_BYTES
    assert min(picture(drawing).size) >= 800


@pytest.mark.parametrize("kind", DRAWN)
def test_mark_stands_in_the_corner(kind):
    page = picture(drawn(kind)).convert("RGB")
    badge = mark_badge(page.width)
    corner = page.crop(mark_box(*page.size))
    assert corner.size == badge.size
    assert max(ImageStat.Stat(ImageChops.difference(corner, badge)).mean) < 8


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_note_inside_the_file_says_demo(kind):
    drawing = drawn(kind)
    if drawing.media_type == "application/pdf":
        with pikepdf.open(BytesIO(drawing.content)) as document:
            assert str(document.docinfo["/Subject"]) == NOTE
        return
    comment = Image.open(BytesIO(drawing.content)).info.get("Comment") or picture(drawing).info["comment"].decode()
    assert comment == NOTE
