"""Previews show a piece of evidence as a person would see it."""

import io

import pypdfium2
import pytest
from PIL import Image

from evidence.errors import DamagedFile, TooManyPixels
from evidence.previews import render_preview
from tests.samples import files, pdf_files

TOLERANCE = 40
WHITE = (255, 255, 255)


def preview(path, media_type, max_px=640):
    return Image.open(io.BytesIO(render_preview(path, media_type, max_px)))


def assert_colour(image, x, y, colour):
    """At fractions `x`, `y` of the picture; WebP is lossy."""
    found = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    assert all(abs(part - wanted) <= TOLERANCE for part, wanted in zip(found, colour, strict=True)), found


@pytest.mark.parametrize("orientation", range(1, 9))
def test_preview_is_turned_as_exif_says(tmp_path, orientation):
    image = preview(files.oriented_jpeg(tmp_path, orientation), "image/jpeg")
    assert image.size == (400, 300)
    assert_colour(image, 0.1, 0.1, files.RED)
    assert_colour(image, 0.9, 0.9, files.BLUE)
    assert not image.getexif()


@pytest.mark.parametrize(
    ("make", "media_type", "size"),
    [
        (files.phone_jpeg, "image/jpeg", (640, 480)),
        (files.heic, "image/heic", (400, 300)),
        (files.webp, "image/webp", (640, 480)),
        (files.cmyk_jpeg, "image/jpeg", (300, 200)),
        (files.chat_screenshot, "image/png", (427, 640)),
        (files.wide_strip, "image/png", (480, 200)),
        (pdf_files.letter, "application/pdf", (452, 640)),
        (pdf_files.landscape, "application/pdf", (640, 452)),
        (pdf_files.huge_page, "application/pdf", (640, 640)),
        (pdf_files.scripted, "application/pdf", (452, 640)),
    ],
)
def test_preview_fits_and_keeps_the_shape(tmp_path, make, media_type, size):
    image = preview(make(tmp_path), media_type)
    assert image.format == "WEBP"
    assert image.size == pytest.approx(size, abs=1)


def test_preview_obeys_the_size_asked_for(tmp_path):
    assert preview(files.phone_jpeg(tmp_path), "image/jpeg", max_px=160).size == (160, 120)


def test_long_chat_shows_its_top(tmp_path):
    image = preview(files.chat_screenshot(tmp_path), "image/png")
    assert_colour(image, 0.9, 0.95, WHITE)


def test_clear_parts_are_white(tmp_path):
    image = preview(files.palette_png(tmp_path), "image/png")
    assert_colour(image, 0.25, 0.5, WHITE)
    assert_colour(image, 0.75, 0.5, files.RED)


def test_16_bit_grey_keeps_its_levels(tmp_path):
    image = preview(files.deep_png(tmp_path), "image/png")
    assert_colour(image, 0.25, 0.5, (0x40, 0x40, 0x40))
    assert_colour(image, 0.75, 0.5, (0xC0, 0xC0, 0xC0))


def test_cmyk_keeps_its_colour(tmp_path):
    image = preview(files.cmyk_jpeg(tmp_path), "image/jpeg")
    assert_colour(image, 0.5, 0.5, (245, 24, 24))


@pytest.mark.parametrize(
    ("make", "media_type"), [(files.animated_gif, "image/gif"), (files.animated_webp, "image/webp")]
)
def test_animation_shows_its_first_frame(tmp_path, make, media_type):
    image = preview(make(tmp_path), media_type)
    assert not getattr(image, "is_animated", False)
    assert_colour(image, 0.5, 0.5, files.RED)


def test_pdf_shows_its_first_page_upright(tmp_path):
    image = preview(pdf_files.letter(tmp_path), "application/pdf")
    assert_colour(image, 0.5, 0.05, (255, 0, 0))
    assert_colour(image, 0.5, 0.5, WHITE)
    assert_colour(image, 0.5, 0.95, (0, 0, 255))


def test_rotated_pdf_is_turned(tmp_path):
    image = preview(pdf_files.rotated(tmp_path), "application/pdf")
    assert image.width > image.height
    assert_colour(image, 0.97, 0.5, (255, 0, 0))


def test_signature_seal_is_shown(tmp_path):
    image = preview(pdf_files.with_stamp(tmp_path), "application/pdf")
    assert_colour(image, 0.5, 0.5, (255, 0, 0))


@pytest.mark.parametrize(
    ("make", "media_type"),
    [(files.jpeg, "image/jpeg"), (files.heic, "image/heic"), (pdf_files.letter, "application/pdf")],
)
def test_preview_is_the_same_every_time(tmp_path, make, media_type):
    path = make(tmp_path)
    assert render_preview(path, media_type) == render_preview(path, media_type)


def test_preview_of_a_damaged_file_is_refused(tmp_path):
    with pytest.raises(DamagedFile):
        render_preview(files.truncated_jpeg(tmp_path), "image/jpeg")


def test_preview_of_a_bomb_is_refused(tmp_path):
    with pytest.raises(TooManyPixels):
        render_preview(files.png_bomb(tmp_path), "image/png")


def test_pdf_renderer_cannot_run_scripts():
    assert "V8" not in pypdfium2.PDFIUM_INFO.flags
