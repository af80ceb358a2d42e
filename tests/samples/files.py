"""Evidence files as people and attackers send them, written into a folder; the same call gives the same bytes."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pillow_heif
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pillow_heif.register_heif_opener()

RED = (220, 30, 30)
BLUE = (30, 60, 220)
EXIF_ORIENTATION = 0x0112
SCRIPT = b"<html><body><script>alert(document.domain)</script></body></html>"
ZIP_EPOCH = (2026, 3, 2, 10, 0, 0)


def photo(width: int, height: int) -> Image.Image:
    """A gradient with a red top-left and a blue bottom-right quarter, so that turning it shows."""
    image = Image.merge(
        "RGB",
        (
            Image.linear_gradient("L").resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
            Image.new("L", (width, height), 120),
        ),
    )
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 4, height // 4), fill=RED)
    draw.rectangle((width - width // 4, height - height // 4, width, height), fill=BLUE)
    return image


def encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def jpeg(folder: Path, width: int = 640, height: int = 480) -> Path:
    return write(folder, "photo.jpg", encoded(photo(width, height), "JPEG", quality=85))


def png(folder: Path, width: int = 640, height: int = 480) -> Path:
    return write(folder, "photo.png", encoded(photo(width, height), "PNG"))


def webp(folder: Path, width: int = 640, height: int = 480) -> Path:
    return write(folder, "photo.webp", encoded(photo(width, height), "WEBP"))


def gif(folder: Path, width: int = 640, height: int = 480) -> Path:
    return write(folder, "photo.gif", encoded(photo(width, height), "GIF"))


def heic(folder: Path) -> Path:
    return write(folder, "IMG_0001.HEIC", encoded(photo(400, 300), "HEIF", quality=70))


def phone_jpeg(folder: Path) -> Path:
    """12 megapixels, as a phone makes them."""
    return write(folder, "IMG_20260302_100000.jpg", encoded(photo(4000, 3000), "JPEG", quality=85))


def chat_screenshot(folder: Path) -> Path:
    """1080 × 9000: a scrolled chat; its first screen is white with lines, the rest grey."""
    image = Image.new("RGB", (1080, 9000), (128, 128, 128))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1080, 1620), fill="white")
    for top in range(40, 1600, 80):
        draw.rectangle((60, top, 700, top + 24), fill="black")
    return write(folder, "chat.png", encoded(image, "PNG"))


def wide_strip(folder: Path) -> Path:
    return write(folder, "strip.png", encoded(photo(4000, 200), "PNG"))


def cmyk_jpeg(folder: Path) -> Path:
    return write(folder, "cmyk.jpg", encoded(Image.new("CMYK", (300, 200), (0, 230, 230, 10)), "JPEG"))


def deep_png(folder: Path) -> Path:
    """16 bits a sample: left half at a quarter, right half at three quarters of full white."""
    row = struct.pack("<200H", *[0x4000] * 100, *[0xC000] * 100)
    image = Image.frombytes("I;16", (200, 100), row * 100)
    return write(folder, "deep.png", encoded(image, "PNG"))


def palette_png(folder: Path) -> Path:
    """A palette whose first entry is transparent: left half clear, right half red."""
    image = Image.new("P", (200, 100), 0)
    image.putpalette([0, 0, 0, *RED])
    image.paste(1, (100, 0, 200, 100))
    return write(folder, "palette.png", encoded(image, "PNG", transparency=b"\x00\xff"))


def oriented_jpeg(folder: Path, orientation: int) -> Path:
    """Stored so that a viewer which obeys EXIF sees 400 × 300, red top left, blue bottom right."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = photo(400, 300)
    if orientation in undo:
        image = image.transpose(undo[orientation])
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    return write(folder, f"exif{orientation}.jpg", encoded(image, "JPEG", quality=95, exif=exif))


def frames() -> list[Image.Image]:
    return [Image.new("RGB", (120, 80), colour) for colour in (RED, BLUE, (0, 160, 0))]


def animated_gif(folder: Path) -> Path:
    first, *rest = frames()
    return write(folder, "animated.gif", encoded(first, "GIF", save_all=True, append_images=rest, duration=200))


def animated_webp(folder: Path) -> Path:
    first, *rest = frames()
    data = encoded(first, "WEBP", save_all=True, append_images=rest, duration=200, lossless=True)
    return write(folder, "animated.webp", data)


def truncated_jpeg(folder: Path) -> Path:
    data = encoded(photo(640, 480), "JPEG", quality=85)
    return write(folder, "cut.jpg", data[: len(data) // 2])


def truncated_png(folder: Path) -> Path:
    data = encoded(photo(640, 480), "PNG")
    return write(folder, "cut.png", data[: len(data) // 2])


def truncated_heic(folder: Path) -> Path:
    data = encoded(photo(400, 300), "HEIF", quality=70)
    return write(folder, "cut.heic", data[: len(data) // 2])


def flipped_bits_png(folder: Path) -> Path:
    """One damaged byte in the middle of the compressed pixels."""
    data = bytearray(encoded(photo(640, 480), "PNG"))
    data[len(data) // 2] ^= 0xFF
    return write(folder, "flipped.png", bytes(data))


def header_only_jpeg(folder: Path) -> Path:
    return write(folder, "header.jpg", b"\xff\xd8\xff\xe0" + bytes(60))


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def flat_png(width: int, height: int) -> bytes:
    """A valid black 1-bit PNG of any size, a thousandth of its decoded bytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def png_bomb(folder: Path) -> Path:
    """900 megapixels in about 110 KB."""
    return write(folder, "bomb.png", flat_png(30_000, 30_000))


def oversized_png(folder: Path) -> Path:
    """67 megapixels: over our limit, under the size at which Pillow itself warns."""
    return write(folder, "oversized.png", flat_png(8_200, 8_200))


def boastful_png(folder: Path) -> Path:
    """A header of 67 megapixels and not one pixel behind it: only who decodes first calls it damaged."""
    header = struct.pack(">IIBBBBB", 8_200, 8_200, 8, 2, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    return write(folder, "boastful.png", b"\x89PNG\r\n\x1a\n" + chunks)


def text_chunk_bomb_png(folder: Path) -> Path:
    """A small picture whose compressed comment unpacks to 64 MB."""
    data = encoded(photo(64, 64), "PNG")
    comment = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(64_000_000), 9))
    return write(folder, "comment.png", data[:33] + comment + data[33:])


def tiny_png(folder: Path) -> Path:
    return write(folder, "pixel.png", encoded(Image.new("RGB", (1, 1), "white"), "PNG"))


def polyglot_jpeg(folder: Path) -> Path:
    """A JPEG that is a web page too, to whom believes its name."""
    return write(folder, "polyglot.html", encoded(photo(200, 150), "JPEG") + SCRIPT)


def polyglot_png(folder: Path) -> Path:
    """A PNG with a ZIP archive behind it."""
    return write(folder, "polyglot.png", encoded(photo(200, 150), "PNG") + zipped({"a.txt": b"a"}))


def motion_photo(folder: Path) -> Path:
    """A JPEG with a short film behind it, as many phones make them."""
    return write(folder, "motion.jpg", encoded(photo(200, 150), "JPEG") + b"\x00\x00\x00\x18ftypmp42" + bytes(4000))


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)
    return buffer.getvalue()


def empty(folder: Path) -> Path:
    return write(folder, "empty.jpg", b"")


REFUSED_TYPES: dict[str, Callable[[], tuple[str, bytes]]] = {
    "script": lambda: ("photo.jpg", b"#!/bin/sh\nrm -rf ~\n"),
    "python": lambda: ("photo.png", b"import os\nos.system('id')\n"),
    "svg": lambda: (
        "logo.svg",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ),
    "bare_svg": lambda: ("logo.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "html": lambda: ("letter.pdf", b"<!DOCTYPE html>" + SCRIPT),
    "html_with_pdf_end": lambda: ("letter.pdf", b"<!DOCTYPE html>" + SCRIPT + b"\n%%EOF\n"),
    "text": lambda: ("chat.txt", "买家说已经退货了。\n".encode()),
    "gb_text": lambda: ("chat.txt", "买家说已经退货了。\n".encode("gb18030")),
    "xlsx": lambda: ("list.xlsx", zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})),
    "docx": lambda: ("letter.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
    "doc": lambda: ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500)),
    "zip": lambda: ("proof.zip", zipped({"photo.jpg": b"\xff\xd8\xff\xe0"})),
    "gzip": lambda: ("proof.gz", gzip.compress(bytes(1_000_000), mtime=0)),
    "rar": lambda: ("proof.rar", b"Rar!\x1a\x07\x01\x00" + bytes(100)),
    "exe": lambda: ("photo.jpg", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)),
    "elf": lambda: ("photo.jpg", b"\x7fELF\x02\x01\x01" + bytes(200)),
    "avi": lambda: ("unboxing.avi", b"RIFF\xd0\x00\x00\x00AVI LIST" + bytes(200)),
    "mkv": lambda: ("unboxing.mkv", b"\x1aE\xdf\xa3\x8bB\x82\x88matroska" + bytes(200)),
    "m4a": lambda: ("call.m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom" + bytes(200)),
    "mp3": lambda: ("call.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(200)),
    "bmp": lambda: ("scan.bmp", encoded(photo(40, 30), "BMP")),
    "tiff": lambda: ("scan.tif", encoded(photo(40, 30), "TIFF")),
    "ico": lambda: ("icon.ico", encoded(photo(32, 32), "ICO")),
    "zeros": lambda: ("photo.jpg", bytes(500)),
    "one_byte": lambda: ("photo.jpg", b"\xff"),
}


def refused_type(folder: Path, kind: str) -> Path:
    """A file of a type that is no evidence; `kind` is a key of REFUSED_TYPES."""
    name, data = REFUSED_TYPES[kind]()
    return write(folder, name, data)
