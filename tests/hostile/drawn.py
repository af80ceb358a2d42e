"""What the odd files show: four quarters of different colours, so that every turn and every wrong colour is seen."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageDraw

from tests.hostile.odd_file import PAGE, PICTURE, QUARTERS, Colour

pillow_heif.register_heif_opener()

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def quarters(size: tuple[int, int] = PICTURE, colours: Iterable[Any] = QUARTERS, mode: str = "RGB") -> Image.Image:
    """`colours` as the mode has them."""
    width, height = size
    image = Image.new(mode, size)
    draw = ImageDraw.Draw(image)
    corners = ((0, 0), (width // 2, 0), (0, height // 2), (width // 2, height // 2))
    for (left, top), colour in zip(corners, colours, strict=True):
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def jpeg(image: Image.Image | None = None, **options: Any) -> bytes:
    return encoded(image or quarters(), "JPEG", **{"quality": 92, "subsampling": 0, **options})


def png(image: Image.Image | None = None, **options: Any) -> bytes:
    return encoded(image or quarters(), "PNG", **options)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(header: tuple[int, ...], rows: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG put together by hand: width, height, depth, colour type, interlacing; `more` chunks before the rows."""
    width, height, depth, colour, interlaced = header
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    chunks = [(b"IHDR", head), *more, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return PNG_SIGNATURE + b"".join(png_chunk(kind, data) for kind, data in chunks)


def png_rows(samples: Iterable[bytes], size: tuple[int, int] = PICTURE) -> bytes:
    """Unfiltered rows of the four quarters, `samples` being the bytes of one pixel in each."""
    width, height = size
    upper_left, upper_right, lower_left, lower_right = (sample * (width // 2) for sample in samples)
    upper, lower = b"\x00" + upper_left + upper_right, b"\x00" + lower_left + lower_right
    return upper * (height // 2) + lower * (height // 2)


def drawing(size: tuple[float, float] = PAGE, colours: Iterable[Colour] = QUARTERS) -> bytes:
    """The four quarters as a page's content stream."""
    width, height = size[0] / 2, size[1] / 2
    corners = ((0, height), (width, height), (0, 0), (width, 0))
    lines = []
    for (left, bottom), colour in zip(corners, colours, strict=True):
        red, green, blue = (level / 255 for level in colour)
        lines.append(f"{red:.4f} {green:.4f} {blue:.4f} rg {left:.3f} {bottom:.3f} {width:.3f} {height:.3f} re f")
    return "\n".join(lines).encode()


def add_page(pdf: Pdf, content: bytes | None = None, size: tuple[float, float] = PAGE, **entries: Any) -> Dictionary:
    """Append a page; `entries` go into its dictionary. Gives that dictionary."""
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *size]),
        Contents=pdf.make_indirect(Stream(pdf, drawing(size) if content is None else content)),
        Resources=Dictionary(),
        **entries,
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf.pages[-1].obj


def one_page(content: bytes | None = None, size: tuple[float, float] = PAGE, **entries: Any) -> tuple[Pdf, Dictionary]:
    pdf = Pdf.new()
    return pdf, add_page(pdf, content, size, **entries)


def saved(pdf: Pdf, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if "static_id" not in options:
        options.setdefault("deterministic_id", True)
    pdf.save(buffer, **options)
    return buffer.getvalue()


def written_out(objects: list[bytes]) -> bytes:
    """A PDF of these objects, of which the first is its root."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, entry in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    index = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, index)
    return bytes(data)


def raw_saved(pdf: Pdf) -> bytes:
    """With every stream as it is, neither unpacked nor packed."""
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
