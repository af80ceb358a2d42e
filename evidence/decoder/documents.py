"""Decodes PDFs: proves that every page can be read and drawn, and draws the first one small."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pikepdf
import pypdfium2

from evidence.decoder.document_actions import is_active, notes
from evidence.decoder.document_forms import check_forms
from evidence.decoder.pictures import preview_answer
from evidence.decoder.request import Facts, Refused, Request, damage_is_refused

# Between the words BI and ID of a drawing: how large a picture is whose bytes follow.
INLINE_PICTURE = re.compile(rb"\bBI\b([\x20-\x7e\s]{4,2000}?)\bID\b")
INLINE_SIDE = re.compile(rb"/(?:W|Width|H|Height)\s+(\d+)")
PROBE_PX = 64
HUGE_PAGE_POINTS = 14_400
MOST_NOTES_OF_A_PAGE, MOST_NOTES = 2_000, 10_000
SMALLEST_PAGE_POINTS = 3  # a millimetre: nothing could be read on it


@damage_is_refused
def check(request: Request) -> tuple[Facts, bytes]:
    try:
        pdf = pikepdf.open(request.path, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    with pdf:
        if pdf.is_encrypted and not (pdf.allow.print_lowres and pdf.allow.print_highres):
            raise Refused("printing")
        pages = len(pdf.pages)
        if pages > request.max_pdf_pages:
            raise Refused("pages")
        if not pages:
            raise Refused("damaged")
        check_notes(pdf)
        check_pictures(pdf, request.max_pixels)
        for page in pdf.pages:
            read_contents(page, request.max_pixels)
        check_forms(pdf)
        facts = {
            "pages": pages,
            "is_restricted": pdf.is_encrypted,
            "is_active": is_active(pdf),
            "is_repaired": bool(pdf.get_warnings()),
        }
        check_copying(pdf)
    sizes = list(rendered_sizes(request.path))
    if len(sizes) != pages or any(min(size) < SMALLEST_PAGE_POINTS for size in sizes):
        raise Refused("damaged")
    facts["width"], facts["height"] = (max(1, round(side)) for side in sizes[0])
    facts["is_huge"] = any(max(size) > HUGE_PAGE_POINTS for size in sizes)
    return facts, b""


def check_notes(pdf: pikepdf.Pdf) -> None:
    """Annotations are drawn into a packet's page one by one, each slower than the one before."""
    counts = [len(notes(page)) for page in pdf.pages]
    if max(counts) > MOST_NOTES_OF_A_PAGE or sum(counts) > MOST_NOTES:
        raise Refused("complex")


def check_pictures(pdf: pikepdf.Pdf, max_pixels: int) -> None:
    """By their declared size: a renderer leaves a bomb out, whoever opens the appeal may not."""
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        kind = item.get("/Subtype")
        if kind == pikepdf.Name.Form:
            check_inline_pictures(item.read_bytes(), max_pixels)
        elif kind == pikepdf.Name.Image and abs(int(item.get("/Width", 0)) * int(item.get("/Height", 0))) > max_pixels:
            raise Refused("pixels")


def check_inline_pictures(drawing: bytes, max_pixels: int) -> None:
    """Small pictures may stand in the drawing itself, where they tell their size as all others do."""
    for found in INLINE_PICTURE.finditer(drawing):
        sides = [int(side) for side in INLINE_SIDE.findall(found[1])]
        if math.prod(sides) > max_pixels:
            raise Refused("pixels")


def read_contents(page: pikepdf.Page, max_pixels: int) -> None:
    """Decode a page's drawing commands to their end; a renderer would silently stop at the damage."""
    page.contents_coalesce()
    contents = page.obj.get("/Contents")
    if contents is not None:
        check_inline_pictures(contents.read_bytes(), max_pixels)


def check_copying(pdf: pikepdf.Pdf) -> None:
    """Copy the pages as a packet will: objects that hang on each other in a long chain end the process that does it."""
    with pikepdf.new() as copy:
        copy.pages.extend(pdf.pages)


def rendered_sizes(path: str) -> Iterator[tuple[float, float]]:
    """Draw every page at thumbnail size; yields (width, height) in points as shown, /Rotate applied."""
    document = opened(path)
    for index in range(len(document)):
        page = document[index]
        size = page.get_size()
        page.render(scale=PROBE_PX / max(*size, 1.0)).close()
        page.close()
        yield size


def opened(path: str) -> pypdfium2.PdfDocument:
    """With its form fields, since an e-signature's red seal is one; this build of pdfium runs no scripts."""
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    return document


@damage_is_refused
def preview(request: Request) -> tuple[Facts, bytes]:
    """The first page."""
    page = opened(request.path)[0]
    bitmap = page.render(scale=request.max_px / max(*page.get_size(), 1.0))
    image = bitmap.to_pil().convert("RGB")
    image.thumbnail((request.max_px, request.max_px))
    return preview_answer(image)
