"""Files that are not what they are called, or more than one thing at once."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from evidence.checks import FileWarning
from evidence.errors import DamagedFile, EmptyFile, FileTypeRefused
from tests.hostile.drawn import encoded, jpeg, one_page, png, quarters, saved
from tests.hostile.odd_file import PAGE, QUARTERS, Accepted, OddFile, Refused

EPOCH = (2026, 3, 2, 10, 0, 0)
HTML = b"<!DOCTYPE html><html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HIDDEN, DIFFERS = FileWarning.HIDDEN_DATA, FileWarning.EXTENSION_DIFFERS
OTHER_TYPE = Refused(FileTypeRefused)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("run.exe", EPOCH), b"MZ" + bytes(200))
    return buffer.getvalue()


def jpeg_and_zip() -> bytes:
    return jpeg() + zipped()


def jpeg_and_zip_with_a_second_end() -> bytes:
    """The mark of a JPEG's end stands behind the archive as well."""
    return jpeg() + zipped() + b"\xff\xd9"


def jpeg_and_html() -> bytes:
    return jpeg() + HTML


def jpeg_and_pdf() -> bytes:
    return jpeg() + saved(one_page()[0])


def jpeg_and_film() -> bytes:
    return jpeg() + b"\x00\x00\x00\x18ftypmp42" + bytes(4000)


def png_and_zip() -> bytes:
    return png() + zipped()


def png_and_zip_with_a_second_end() -> bytes:
    return png() + zipped() + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def gif_and_html() -> bytes:
    return encoded(quarters(), "GIF") + HTML


def gif_script() -> bytes:
    """Its width reads as the start of a comment, so that a browser would run the file as a script."""
    row = Image.new("P", (0x2A2F, 16), 1)
    row.putpalette([0, 0, 0, *QUARTERS[0]])
    return encoded(row, "GIF") + b"*/=1;alert(1)"


def pdf_and_zip() -> bytes:
    return saved(one_page()[0]) + zipped()


def pdf_and_html() -> bytes:
    return saved(one_page()[0]) + b"\n" + HTML


def zip_and_pdf() -> bytes:
    """An archive whose first member is a PDF, not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.pdf", EPOCH), saved(one_page()[0]))
    return buffer.getvalue()


def script_and_pdf() -> bytes:
    return b"#!/bin/sh\nexit\n" + saved(one_page()[0])


def webp_and_html() -> bytes:
    return encoded(quarters(), "WEBP", lossless=True) + HTML


FILES = (
    OddFile("zip-behind.jpg", jpeg_and_zip, Accepted(warnings=(HIDDEN,))),
    OddFile("zip-behind-and-end.jpg", jpeg_and_zip_with_a_second_end, Accepted(warnings=(HIDDEN,))),
    OddFile("page-behind.jpg", jpeg_and_html, Accepted(warnings=(HIDDEN,))),
    OddFile("pdf-behind.jpg", jpeg_and_pdf, Accepted(warnings=(HIDDEN,))),
    OddFile("film-behind.jpg", jpeg_and_film, Accepted()),
    OddFile("zip-behind.png", png_and_zip, Accepted(warnings=(HIDDEN,))),
    OddFile("zip-behind-and-end.png", png_and_zip_with_a_second_end, Accepted(warnings=(HIDDEN,))),
    OddFile("page-behind.gif", gif_and_html, Accepted(warnings=(HIDDEN,))),
    OddFile("page-behind.webp", webp_and_html, Accepted(warnings=(HIDDEN,))),
    OddFile("script.gif", gif_script, Accepted(size=(0x2A2F, 16), looks=())),
    OddFile("zip-behind.pdf", pdf_and_zip, Accepted(size=PAGE)),
    OddFile("page-behind.pdf", pdf_and_html, Accepted(size=PAGE)),
    OddFile("pdf-inside.zip", zip_and_pdf, OTHER_TYPE),
    OddFile("script-before.pdf", script_and_pdf, OTHER_TYPE),
    OddFile("really-png.jpg", png, Accepted(warnings=(DIFFERS,), extension="png")),
    OddFile("really-jpeg.pdf", jpeg, Accepted(warnings=(DIFFERS,), extension="jpg")),
    OddFile("really-pdf.png", lambda: saved(one_page()[0]), Accepted(PAGE, warnings=(DIFFERS,), extension="pdf")),
    OddFile("really-text.jpg", "买家说已经退货了。\n".encode, OTHER_TYPE),
    OddFile("really-html.png", lambda: HTML, OTHER_TYPE),
    OddFile("really-zip.pdf", zipped, OTHER_TYPE),
    OddFile("signature-only.png", lambda: b"\x89PNG\r\n\x1a\n", Refused(DamagedFile)),
    OddFile("drawing.svg", lambda: SVG, OTHER_TYPE),
    OddFile("scan.bmp", lambda: encoded(quarters(), "BMP"), OTHER_TYPE),
    OddFile("scan.tiff", lambda: encoded(quarters(), "TIFF"), OTHER_TYPE),
    OddFile("photo.jp2", lambda: encoded(quarters(), "JPEG2000"), OTHER_TYPE),
    OddFile("zeros.jpg", lambda: bytes(4000), OTHER_TYPE),
    OddFile("empty.jpg", lambda: b"", Refused(EmptyFile)),
    OddFile("empty.pdf", lambda: b"", Refused(EmptyFile)),
)
