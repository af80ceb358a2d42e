"""Decodes PDFs: proves that every page can be read and drawn, and draws the first one small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2

from evidence.decoder.pictures import preview_answer
from evidence.decoder.request import Facts, Refused, Request, damage_is_refused

PROBE_PX = 64
HUGE_PAGE_POINTS = 14_400
CATALOG_ACTIONS = ("/OpenAction", "/AA")
ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/RichMediaExecute")


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
        check_pictures(pdf, request.max_pixels)
        for page in pdf.pages:
            read_contents(page)
        facts = {
            "pages": pages,
            "is_restricted": pdf.is_encrypted,
            "is_active": is_active(pdf),
            "is_repaired": bool(pdf.get_warnings()),
        }
    sizes = list(rendered_sizes(request.path))
    if len(sizes) != pages:
        raise Refused("damaged")
    facts["width"], facts["height"] = (max(1, round(side)) for side in sizes[0])
    facts["is_huge"] = any(max(size) > HUGE_PAGE_POINTS for size in sizes)
    return facts, b""


def check_pictures(pdf: pikepdf.Pdf, max_pixels: int) -> None:
    """By their declared size: a renderer leaves a bomb out, whoever opens the appeal may not."""
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Subtype") != pikepdf.Name.Image:
            continue
        if int(item.get("/Width", 0)) * int(item.get("/Height", 0)) > max_pixels:
            raise Refused("pixels")


def read_contents(page: pikepdf.Page) -> None:
    """Decode a page's drawing commands to their end; a renderer would silently stop at the damage."""
    page.contents_coalesce()
    contents = page.obj.get("/Contents")
    if contents is not None:
        contents.read_bytes()


def is_active(pdf: pikepdf.Pdf) -> bool:
    """Whether it carries files, scripts or actions, none of which go into a packet."""
    root = pdf.Root
    names: Any = root.get("/Names", {})
    if len(pdf.attachments) or "/JavaScript" in names or "/XFA" in root.get("/AcroForm", {}):
        return True
    if any(acts(root.get(key)) for key in CATALOG_ACTIONS):
        return True
    for page in pdf.pages:
        if acts(page.obj.get("/AA")):
            return True
        if any(acts(note.get("/A")) or acts(note.get("/AA")) for note in page.obj.get("/Annots", [])):
            return True
    return False


def acts(value: Any) -> bool:
    """Whether an action, or one of a dictionary of actions, does more than turn to a page."""
    if not isinstance(value, pikepdf.Dictionary):
        return False
    if str(value.get("/S", "")) in ACTIVE_ACTIONS:
        return True
    return any(
        str(action.get("/S", "")) in ACTIVE_ACTIONS
        for action in value.values()
        if isinstance(action, pikepdf.Dictionary)
    )


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
