"""Whether a PDF acts: carries files, scripts, films or programs to start, none of which go into a packet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

CATALOG_ACTIONS = ("/OpenAction", "/AA")
ACTIVE_ACTIONS = (
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/RichMediaExecute"),
    *("/Rendition", "/Movie", "/Sound"),
)
ACTIVE_NOTES = ("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")
# An action may be followed by others, and these by others again.
MOST_FOLLOWING = 50
MOST_BOOKMARKS = 2_000


def is_active(pdf: pikepdf.Pdf) -> bool:
    root = pdf.Root
    names: Any = root.get("/Names", {})
    if len(pdf.attachments) or "/JavaScript" in names or "/XFA" in root.get("/AcroForm", {}):
        return True
    if any(acts(root.get(key)) for key in CATALOG_ACTIONS):
        return True
    for page in pdf.pages:
        if acts(page.obj.get("/AA")) or any(is_active_note(note) for note in notes(page)):
            return True
    return any(acts(bookmark.get("/A")) for bookmark in bookmarks(root.get("/Outlines")))


def notes(page: pikepdf.Page) -> list[pikepdf.Dictionary]:
    """The page's annotations; deleted ones leave gaps behind."""
    listed = page.obj.get("/Annots")
    return (
        [note for note in listed if isinstance(note, pikepdf.Dictionary)] if isinstance(listed, pikepdf.Array) else []
    )


def is_active_note(note: pikepdf.Dictionary) -> bool:
    return str(note.get("/Subtype", "")) in ACTIVE_NOTES or acts(note.get("/A")) or acts(note.get("/AA"))


def bookmarks(outlines: Any) -> Iterator[pikepdf.Dictionary]:
    """The first of them, in no order; in a damaged file they may hang on each other in a ring."""
    left = [outlines]
    for _number in range(MOST_BOOKMARKS):
        if not left:
            return
        entry = left.pop()
        if isinstance(entry, pikepdf.Dictionary):
            yield entry
            left += [entry.get("/Next"), entry.get("/First")]


def acts(value: Any) -> bool:
    """Whether an action, or one of a dictionary of actions, does more than turn to a page."""
    left = [value, *(value.values() if isinstance(value, pikepdf.Dictionary) else ())]
    for _number in range(MOST_FOLLOWING):
        if not left:
            return False
        action = left.pop(0)
        if isinstance(action, pikepdf.Array):
            left += list(action)
        elif isinstance(action, pikepdf.Dictionary):
            if str(action.get("/S", "")) in ACTIVE_ACTIONS:
                return True
            left.append(action.get("/Next"))
    return False
