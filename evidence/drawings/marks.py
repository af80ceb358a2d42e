"""The DEMO mark, and the encoders. Nothing drawn leaves this package without the mark."""

from __future__ import annotations

from io import BytesIO

import img2pdf
import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evidence.drawings.canvas import Canvas, text_width
from evidence.drawings.drawing import Drawing, Rgb

MARK = "演示 DEMO"
NOTE = "DEMO image, invented by Aftersales Desk; not real proof"
JPEG_QUALITY = 88

_FILL: Rgb = (233, 235, 239)
_INK: Rgb = (120, 126, 136)


def mark_badge(page_width: int) -> Image.Image:
    """The badge as it is put on a page that is so many pixels wide."""
    size = max(round(page_width * 0.019), 14)
    height = round(size * 1.7)
    badge = Canvas(text_width(MARK, size=size) + size, height, _FILL)
    badge.text((badge.width / 2, height / 2), MARK, size=size, fill=_INK, anchor="mm")
    return badge.image


def mark_box(width: int, height: int) -> tuple[int, int, int, int]:
    """Where the badge stands: the bottom right corner."""
    badge = mark_badge(width)
    margin = round(width * 0.012)
    right, bottom = width - margin, height - margin
    return (right - badge.width, bottom - badge.height, right, bottom)


def as_png(page: Image.Image, name: str) -> Drawing:
    _put_mark(page)
    note = PngInfo()
    note.add_text("Comment", NOTE)
    content = BytesIO()
    # A screen has few colours: a palette keeps a long chat under the upload limits of the platforms.
    # A quarter of the pixels is enough to choose it from, and four times as fast.
    sample = page.resize((page.width // 2, page.height // 2), Image.Resampling.NEAREST)
    palette = sample.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    flat = page.quantize(palette=palette, dither=Image.Dither.NONE)
    flat.save(content, "PNG", compress_level=6, pnginfo=note)
    return Drawing(f"{name}.png", "image/png", content.getvalue())


def as_jpeg(page: Image.Image, name: str) -> Drawing:
    _put_mark(page)
    return Drawing(f"{name}.jpg", "image/jpeg", encode_jpeg(page))


def as_pdf(page: Image.Image, name: str, *, dots_per_inch: int) -> Drawing:
    """One scanned page; no dates inside, so that equal seeds give equal bytes."""
    _put_mark(page)
    layout = img2pdf.get_fixed_dpi_layout_fun((dots_per_inch, dots_per_inch))
    converted = img2pdf.convert(encode_jpeg(page), nodate=True, title=MARK, subject=NOTE, layout_fun=layout)
    content = BytesIO()
    with pikepdf.open(BytesIO(converted)) as document:
        # img2pdf gives the file an identifier by chance, and saving keeps the half of it that names the original.
        del document.trailer["/ID"]
        document.save(content, deterministic_id=True)
    return Drawing(f"{name}.pdf", "application/pdf", content.getvalue())


def encode_jpeg(page: Image.Image) -> bytes:
    """With the note in its comment; the visible mark is the caller's."""
    content = BytesIO()
    page.save(content, "JPEG", quality=JPEG_QUALITY, comment=NOTE.encode())
    return content.getvalue()


def _put_mark(page: Image.Image) -> None:
    page.paste(mark_badge(page.width), mark_box(*page.size))
