"""PDFs among the evidence: cleaned of all that acts, then set into the packet's pages as drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle

from appeals.packets.sheets import document_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from appeals.packets.content import Piece
    from appeals.packets.sheets import Sheet

RIGHT_ANGLES = (90, 270)
MOST_LEVELS = 50  # of the page tree; a damaged one may be a ring


def cleaned_path(folder: Path, piece: Piece) -> Path:
    return folder / f"document-{piece.number}.pdf"


def clean_document(piece: Piece, *, cleaned: Path) -> list[Sheet]:
    """Write the piece to `cleaned`, with form fields and stamps drawn into its pages; give a sheet for each page.

    Only pages go on: scripts, actions, links and files hang on the document or on annotations, and stay
    behind. Raises pikepdf.PdfError or ValueError when it cannot be read.
    """
    with pikepdf.open(piece.path) as document:
        if any("/AP" not in annotation for page in document.pages for annotation in _fields(page)):
            document.generate_appearance_streams()
        document.flatten_annotations("screen")
        sizes = [_size(page) for page in document.pages]
        if not sizes:
            raise ValueError("a PDF without pages")
        for page in document.pages:
            _keep_drawing_only(page)
        for key in list(document.Root.keys()):
            if key not in ("/Type", "/Pages"):
                del document.Root[key]
        document.save(cleaned, static_id=True)
    return document_sheets(piece, sizes)


def _fields(page: pikepdf.Page) -> list[pikepdf.Object]:
    annotations = page.obj.get("/Annots", Array())
    return [annotation for annotation in annotations if annotation.get("/Subtype") == Name.Widget]


def _keep_drawing_only(page: pikepdf.Page) -> None:
    # Readers show the crop box; qpdf would draw the trim box, which printers' files set much smaller.
    page.trimbox = page.cropbox
    for key in ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/StructParents"):
        if key in page:
            del page[key]


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height as a reader shows the page, in its own units."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox.as_list())
    width, height = abs(right - left), abs(top - bottom)
    if width == 0 or height == 0:
        raise ValueError("a page without size")
    return (height, width) if _rotation(page.obj) % 360 in RIGHT_ANGLES else (width, height)


def _rotation(node: pikepdf.Object) -> int:
    """Degrees, from the page or from the nearest of the nodes that it hangs on."""
    for _level in range(MOST_LEVELS):
        if "/Rotate" in node:
            return int(node.Rotate)
        if "/Parent" not in node:
            break
        node = node.Parent
    return 0


def merge_documents(packet: Path, sheets: list[Sheet], cleaned: Mapping[int, Path], *, target: Path) -> None:
    """Set the pages of the cleaned PDFs (by number of their piece) into the last pages of `packet`."""
    merged = target.with_suffix(".merged")
    # qpdf copies from file to file; appending the pages here would hold all their streams in memory.
    pages = [{"file": ".", "range": "1-z"}, *({"file": str(path), "range": "1-z"} for path in cleaned.values())]
    pikepdf.Job({"inputFile": str(packet), "outputFile": str(merged), "staticId": "", "pages": pages}).run()
    with pikepdf.open(packet) as written:
        own_pages = len(written.pages)
        identifier = bytes(written.trailer.ID[0])
    with pikepdf.open(merged) as document:
        sources = iter(list(document.pages)[own_pages:])
        first = own_pages - len(sheets)
        for number, sheet in enumerate(sheets, start=first):
            if sheet.picture is None:
                _draw(document.pages[number], next(sources), sheet)
        del document.pages[own_pages:]
        document.trailer.ID = Array([pikepdf.String(identifier), pikepdf.String(identifier)])
        document.save(target, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    merged.unlink()


def _draw(page: pikepdf.Page, source: pikepdf.Page, sheet: Sheet) -> None:
    drawing = source.as_form_xobject()
    page.obj.Resources = Dictionary(Font=page.obj.Resources.Font, XObject=Dictionary(Item=drawing))
    box = sheet.box
    place = Rectangle(box.left, box.bottom, box.left + box.width, box.bottom + box.height)
    placement = page.calc_form_xobject_placement(
        drawing, Name.Item, place, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    page.contents_add(placement, prepend=True)
