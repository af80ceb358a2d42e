"""The structure that a screen reader follows: WeasyPrint tags our own pages, and each evidence page is one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydyf

from appeals.packets.wording import exhibit_words

if TYPE_CHECKING:
    from weasyprint.document import Page
    from weasyprint.pdf.stream import Stream

    from appeals.packets.content import Piece
    from appeals.packets.sheets import Sheet

FIGURE = b"/Figure <</MCID 0>> BDC"
ARTIFACT = b"/Artifact BMC"
END = b"EMC"


def leave_untagged(page: Page) -> None:
    """Have WeasyPrint paint a page without marks and put nothing of it into the structure."""
    paint = page.paint

    def paint_plain(stream: Stream, scale: float = 1) -> None:
        tags, stream._tags = stream._tags, None  # noqa: SLF001 - what the option pdf_tags sets, for all pages alike
        paint(stream, scale)
        stream._tags = tags  # noqa: SLF001 - see above
        page._page_box = page._page_box.copy_with_children([])  # noqa: SLF001 - what is tagged next

    page.paint = paint_plain


def tag_evidence(pdf: pydyf.PDF, pages: list[pydyf.Dictionary], sheets: list[Sheet]) -> None:
    """Give each evidence page a figure with its caption, in a section behind all else.

    The first of `pages` is where the page of words was: WeasyPrint has numbered it.
    """
    root = _referred(pdf, pdf.catalog["StructTreeRoot"])
    marks = _referred(pdf, root["ParentTree"])["Nums"]
    document = _referred(pdf, root["K"][0])
    section = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/Sect", "K": pydyf.Array(), "P": document.reference},
    )
    pdf.add_object(section)
    document["K"].append(section.reference)
    number = marks[-2] + 1
    for page, sheet in zip(pages, sheets, strict=True):
        figure = _figure(page, sheet, section)
        pdf.add_object(figure)
        section["K"].append(figure.reference)
        if "StructParents" in page:
            # Pages are numbered first, each with its number and its marks.
            marks[2 * page["StructParents"] + 1] = pydyf.Array([figure.reference])
        else:
            page["StructParents"], page["Tabs"] = number, "/S"
            marks.extend([number, pydyf.Array([figure.reference])])
            number += 1


def _figure(page: pydyf.Dictionary, sheet: Sheet, section: pydyf.Dictionary) -> pydyf.Dictionary:
    place = sheet.place
    box = [place.left, place.bottom, place.left + place.width, place.bottom + place.height]
    return pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Figure",
            "P": section.reference,
            "Pg": page.reference,
            "K": pydyf.Array([0]),
            "Alt": pydyf.String(figure_words(sheet)),
            "A": pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(box)}),
        }
    )


def figure_words(sheet: Sheet) -> str:
    words = exhibit_title(sheet.piece)
    return f"{words} ({sheet.part} / {sheet.parts})" if sheet.parts > 1 else words


def exhibit_title(piece: Piece) -> str:
    return f"{exhibit_words(piece)} {piece.caption}"


def _referred(pdf: pydyf.PDF, reference: bytes) -> pydyf.Dictionary:
    return pdf.objects[int(reference.split()[0])]
