"""Puts the pictures into the PDF that WeasyPrint is about to write: from file to file, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf
from django.utils.translation import gettext as _

from appeals.packets.geometry import numbers, paper
from appeals.packets.stamps import collect, stamp_drawing
from appeals.packets.tagging import ARTIFACT, END, FIGURE, exhibit_title, tag_evidence
from appeals.packets.writing import FileStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from weasyprint.document import Page

    from appeals.packets.content import Piece
    from appeals.packets.pages import LaidOut
    from appeals.packets.pictures import Picture
    from appeals.packets.sheets import Sheet

# How the unit square of a stored picture is turned to stand upright, by its EXIF orientation.
TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
BORDER = "0.82 G 0.5 w"


def place_sheets(pdf: pydyf.PDF, laid_out: LaidOut) -> None:
    """Turn the page of stamps, the last of `pdf`, into the evidence pages, each with its words and its picture."""
    if not laid_out.sheets:
        return
    stamp_page = pdf.objects[pdf.pages["Kids"][-3]]
    shared = pdf.objects[int(stamp_page["Resources"].split()[0])]
    content = pdf.objects[int(stamp_page["Contents"].split()[0])]
    lines = collect(laid_out.stamps).read(content.stream)
    images: dict[int, FileStream] = {}
    firsts: dict[int, bytes] = {}
    pages: list[pydyf.Dictionary] = []
    for sheet, stamp in zip(laid_out.sheets, laid_out.stamps, strict=True):
        page = stamp_page
        if pages:
            page, content = pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference}), pydyf.Stream()
            pdf.add_page(page)
            pdf.add_object(content)
        pages.append(page)
        firsts.setdefault(sheet.piece.number, page.reference)
        xobjects = pydyf.Dictionary()
        stamped = stamp_drawing(stamp, lines, is_landscape=sheet.is_landscape)
        drawing = [ARTIFACT, frame_drawing(sheet), stamped, END]
        if sheet.picture:
            if id(sheet.picture) not in images:
                images[id(sheet.picture)] = _add_image(pdf, sheet.picture, sheet.piece.sha256)
            xobjects["Item"] = images[id(sheet.picture)].reference
            drawing[:0] = [FIGURE, picture_drawing(sheet), END]
        content.stream, content.compress = drawing, True
        width, height = paper(is_landscape=sheet.is_landscape)
        page.update(
            MediaBox=pydyf.Array([0, 0, width, height]),
            Contents=content.reference,
            Resources=pydyf.Dictionary({"Font": shared["Font"], "XObject": xobjects}),
        )
        for box in ("TrimBox", "BleedBox"):
            page.pop(box, None)
    tag_evidence(pdf, pages, laid_out.sheets)
    _aim_at_exhibits(pdf, stamp_page.reference, firsts, {sheet.piece.number: sheet.piece for sheet in laid_out.sheets})


def mark_exhibits(page: Page, pieces: Iterable[Piece]) -> None:
    """Give the page of stamps an anchor and a bookmark for each exhibit."""
    page.bookmarks.append((1, _("Exhibits"), (0, 0), "open"))
    for piece in pieces:
        page.anchors[f"exhibit-{piece.number}"] = (0, 0, 0, 0)
        page.bookmarks.append((2, f"{piece.number}  {piece.caption}", (0, 0), "open"))


def _aim_at_exhibits(pdf: pydyf.PDF, stamp_page: bytes, firsts: dict[int, bytes], pieces: dict[int, Piece]) -> None:
    """Lead links and bookmarks from the page of stamps, where they were laid out, to each exhibit's first page."""
    names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
    for name, destination in zip(names[::2], names[1::2], strict=True):
        number = _exhibit_number(name)
        if number:
            destination[:] = [firsts[number], "/Fit"]
    bookmarks = iter([next(iter(firsts.values())), *firsts.values()])
    for entry in pdf.objects:
        if not isinstance(entry, pydyf.Dictionary):
            continue
        if "Title" in entry and entry["Dest"][0] == stamp_page:
            entry["Dest"][:] = [next(bookmarks), "/Fit"]
        elif entry.get("Subtype") == "/Link" and (number := _exhibit_number(entry["Dest"])):
            entry["Contents"] = pydyf.String(exhibit_title(pieces[number]))


def _exhibit_number(name: pydyf.String) -> int:
    """0 for what is no exhibit's anchor."""
    _prefix, _dash, number = name.string.partition("exhibit-")
    return int(number or 0)


def picture_drawing(sheet: Sheet) -> bytes:
    """The content stream: the picture upright, cut to the part that this page shows."""
    if sheet.picture is None:
        raise ValueError("a page of a PDF is drawn by merge_documents()")
    place, window = sheet.place, sheet.window
    whole = place.height / (window.end - window.top)
    bottom = place.bottom + place.height + window.top * whole - whole
    commands = (
        f"q {numbers(place.left, place.bottom, place.width, place.height)} re W n",
        f"{numbers(place.width, 0, 0, whole, place.left, bottom)} cm",
        f"{numbers(*TURNS[sheet.picture.orientation])} cm /Item Do Q",
    )
    return "\n".join(commands).encode()


def frame_drawing(sheet: Sheet) -> bytes:
    place = sheet.place
    return f"q {BORDER} {numbers(place.left, place.bottom, place.width, place.height)} re S Q".encode()


def _add_image(pdf: pydyf.PDF, picture: Picture, sha256: str) -> FileStream:
    entries: dict[str, Any] = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": picture.width,
        "Height": picture.height,
        "ColorSpace": _color_space(pdf, picture),
    }
    for key, value in picture.entries.items():
        entries[key] = _as_object(value)
    image = FileStream(picture.path, picture.spans, sha256, entries)
    pdf.add_object(image)
    return image


def _color_space(pdf: pydyf.PDF, picture: Picture) -> str | pydyf.Array:
    space: str | pydyf.Array = picture.space
    if picture.profile:
        profile = pydyf.Stream(
            [picture.profile], {"N": picture.profile_channels, "Alternate": picture.space}, compress=True
        )
        pdf.add_object(profile)
        space = pydyf.Array(["/ICCBased", profile.reference])
    if picture.palette:
        colors = len(picture.palette) // 3
        return pydyf.Array(["/Indexed", space, colors - 1, f"<{picture.palette.hex()}>"])
    return space


def _as_object(value: Any) -> Any:
    if isinstance(value, dict):
        return pydyf.Dictionary(value)
    if isinstance(value, list):
        return pydyf.Array(value)
    return value
