"""Forms in a PDF whose entries only the reader's program draws: elsewhere they would be blank or wrong."""

from __future__ import annotations

from typing import Any

import pikepdf

from evidence.decoder.document_actions import notes
from evidence.decoder.request import Refused

HIDDEN = 0b10
MOST_LEVELS = 20  # of fields in fields
WRITTEN = ("/Tx", "/Ch")
LAST_WESTERN = 0xFF
OFF = ("", "/Off")


def check_forms(pdf: pikepdf.Pdf) -> None:
    """Raises Refused.

    A packet draws entries that have no look of their own in the letters of western Europe, and no boxes. A form of XML
    may be drawn by one program only; its page asks everyone else to wait.
    """
    form: Any = pdf.Root.get("/AcroForm", {})
    if "/XFA" in form and pdf.Root.get("/NeedsRendering", False):
        raise Refused("form")
    if any(is_undrawn(note) for page in pdf.pages for note in notes(page)):
        raise Refused("form")


def is_undrawn(note: pikepdf.Dictionary) -> bool:
    """Whether something was filled in that a packet could not show."""
    if note.get("/Subtype") != pikepdf.Name.Widget or "/AP" in note or int(note.get("/F", 0)) & HIDDEN:
        return False
    kind, value = inherited(note, "/FT"), inherited(note, "/V")
    if str(kind) in WRITTEN:
        return any(ord(letter) > LAST_WESTERN for letter in str(value or ""))
    return str(kind) == "/Btn" and str(note.get("/AS", value or "")) not in OFF


def inherited(field: Any, key: str) -> Any:
    """From the field or the nearest of those that it is a part of."""
    for _level in range(MOST_LEVELS):
        if not isinstance(field, pikepdf.Dictionary):
            break
        if key in field:
            return field[key]
        field = field.get("/Parent")
    return None
