"""PDFs among the evidence: cleaned of all that acts, then set into the packet's pages as drawings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle

from appeals.packets.layers import drop_hidden_layers
from appeals.packets.sheets import document_sheets
from appeals.packets.tagging import END, FIGURE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from appeals.packets.content import Piece
    from appeals.packets.sheets import Sheet

RIGHT_ANGLES = (90, 270)
# What readers take for the page where it has no size of its own.
LETTER = (0.0, 0.0, 612.0, 792.0)
MOST_LEVELS = 50  # of the page tree; a damaged one may be a ring


def cleaned_path(folder: Path, piece: Piece) -> Path:
    return folder / f"document-{piece.number}.pdf"


def clean_document(piece: Piece, *, cleaned: Path) -> list[Sheet]:
    """Write the piece to `cleaned`, with form fields and stamps drawn into its pages; give a sheet for each page.

    Only pages go on: scripts, actions, links and files hang on the document or on annotations, and stay
    behind. Raises pikepdf.PdfError or ValueError when it cannot be read.
    """
    with pikepdf.open(piece.path) as document:
        try:
            sizes = _clean(document)
        except (AttributeError, LookupError, TypeError) as error:
            raise ValueError("a PDF with values of the wrong kind") from error
        document.save(cleaned, static_id=True)
    return document_sheets(piece, sizes)


def _clean(document: pikepdf.Pdf) -> list[tuple[float, float]]:
    """Leave nothing but drawings; give each page's width and height as a reader shows it, in its own units."""
    for page in document.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, Array):
            # Deleted ones leave gaps behind.
            page.obj.Annots = Array([note for note in notes if isinstance(note, Dictionary)])
    drop_hidden_layers(document)
    _draw_fields(document)
    document.flatten_annotations("screen")
    sizes = [_keep_drawing_only(page) for page in document.pages]
    if not sizes:
        raise ValueError("a PDF without pages")
    for key in list(document.Root.keys()):
        if key not in ("/Type", "/Pages"):
            del document.Root[key]
    return sizes


def _draw_fields(document: pikepdf.Pdf) -> None:
    """Give a look to the form's fields that have none; qpdf would draw the others anew too, without their Chinese."""
    drawn = [(field, field.AP) for page in document.pages for field in _fields(page) if "/AP" in field]
    document.generate_appearance_streams()
    for field, look in drawn:
        field.AP = look


def _fields(page: pikepdf.Page) -> list[pikepdf.Object]:
    notes = page.obj.get("/Annots")
    return [note for note in notes if note.get("/Subtype") == Name.Widget] if isinstance(notes, Array) else []


def _keep_drawing_only(page: pikepdf.Page) -> tuple[float, float]:
    """Give the page's width and height."""
    left, bottom, right, top = _shown_box(page)
    # Readers show the crop box; qpdf would draw the trim box, which printers' files set much smaller.
    page.mediabox = page.cropbox = page.trimbox = Array([left, bottom, right, top])
    turn = _rotation(page.obj)
    page.obj.Rotate = turn
    for key in ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/StructParents", "/AF"):
        if key in page:
            del page[key]
    size = (right - left, top - bottom)
    return size[::-1] if turn in RIGHT_ANGLES else size


def _shown_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what a reader shows: of the crop, what lies on the page."""
    paper = _edges(page.mediabox) or LETTER
    crop = _edges(page.cropbox) or paper
    left, bottom = max(paper[0], crop[0]), max(paper[1], crop[1])
    right, top = min(paper[2], crop[2]), min(paper[3], crop[3])
    if left >= right or bottom >= top:
        raise ValueError("a page of which nothing is shown")
    return left, bottom, right, top


def _edges(box: pikepdf.Object) -> tuple[float, float, float, float] | None:
    """The box, whichever of its corners come first; None when there is nothing in it."""
    first, second, third, fourth = (float(edge) for edge in box.as_list())
    left, bottom, right, top = min(first, third), min(second, fourth), max(first, third), max(second, fourth)
    return (left, bottom, right, top) if left < right and bottom < top else None


def _rotation(node: pikepdf.Object) -> int:
    """Degrees from 0 to 270, from the page or from the nearest of the nodes that it hangs on."""
    for _level in range(MOST_LEVELS):
        if "/Rotate" in node:
            return _right_angle(node.Rotate)
        if "/Parent" not in node:
            break
        node = node.Parent
    return 0


def _right_angle(turn: pikepdf.Object | float | Decimal) -> int:
    """Readers leave a page as it is that is to be turned by anything else."""
    is_number = isinstance(turn, int | float | Decimal)
    return int(turn) % 360 if is_number and turn % 90 == 0 else 0


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
    box = sheet.place
    place = Rectangle(box.left, box.bottom, box.left + box.width, box.bottom + box.height)
    placement = page.calc_form_xobject_placement(
        drawing, Name.Item, place, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    page.contents_add(b"\n".join((FIGURE, placement, END)), prepend=True)
