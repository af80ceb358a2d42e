"""Names of folders that every system can unpack, Windows included."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

# Windows takes none of the first nine; the last two end or change the address of a link in a workbook.
FORBIDDEN = frozenset('<>:"/\\|?*#%')
LONGEST = 80
INSTEAD = "_"


def safe(text: str) -> str:
    """Nothing invisible, nothing that a system takes for more than a letter; may be empty."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    visible = (letter for letter in spaced if unicodedata.category(letter)[0] != "C")
    return "".join(INSTEAD if letter in FORBIDDEN else letter for letter in visible)


def folder_name(number: str, case: str, order: str, *, taken: Container[str] = ()) -> str:
    """Such as `A-1B2C3D4E C-000123 260302-123456789012345`; `taken` holds the other folders' names, casefolded."""
    name = " ".join(part for part in map(safe, (number, case, order)) if part)
    shown = name[:LONGEST].strip(" .")
    names = (shown if count == 1 else f"{shown} ({count})" for count in range(1, 1000))
    return next(name for name in names if name.casefold() not in taken)
