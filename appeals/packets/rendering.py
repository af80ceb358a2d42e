"""Pages of PDFs as pictures, for the archive: nobody can vouch for the fonts and colours of a foreign page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2

from appeals.packets.pictures import read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.packets.sheets import Sheet

DOTS_AN_INCH = 200
JPEG_QUALITY = 90


def render_sheets(sheets: list[Sheet], *, cleaned: Path, work_dir: Path) -> list[Sheet]:
    """The sheets of the PDF at `cleaned` with a picture each; sharp where they are shown, whatever their own size.

    Raises RuntimeError where pdfium cannot draw a page.
    """
    document = pypdfium2.PdfDocument(cleaned)
    try:
        return [_rendered(document[sheet.pdf_page], sheet, work_dir) for sheet in sheets]
    finally:
        document.close()


def _rendered(page: pypdfium2.PdfPage, sheet: Sheet, work_dir: Path) -> Sheet:
    bitmap = page.render(scale=sheet.place.width / page.get_width() * DOTS_AN_INCH / 72)
    path = work_dir / f"page-{sheet.piece.number}-{sheet.part}.jpg"
    bitmap.to_pil().convert("RGB").save(path, "JPEG", quality=JPEG_QUALITY)
    bitmap.close()
    page.close()
    picture = read_picture(path, "image/jpeg", converted=path)
    return replace(sheet, picture=picture, pixel=72 / DOTS_AN_INCH)
