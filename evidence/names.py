"""File names as people send them, made harmless."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 120
# A Linux file name holds 255 bytes; a Chinese character takes 3.
MAX_NAME_BYTES = 240
MAX_SUFFIX = 10
NAMELESS = "file"
SUFFIX = re.compile(rf"[A-Za-z0-9]{{1,{MAX_SUFFIX}}}")
# Characters that Windows forbids in names; people unpack bundles there.
FORBIDDEN = re.compile(r'[<>:"|?*]')
# Invisible ones: control, format (text direction, zero width), surrogate, private, unassigned, line, paragraph.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
EDGES = " .-_~"
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))})


def clean_name(name: str) -> str:
    """A visible file name of 1 to 120 characters (240 bytes), safe on every system; keeps the ending."""
    stem, ending = split(visible(name))
    room = MAX_CHARACTERS - len(ending) - 1 if ending else MAX_CHARACTERS
    bytes_left = MAX_NAME_BYTES - len(ending) - 1 if ending else MAX_NAME_BYTES
    short = stem.strip(EDGES)[:room].encode()[:bytes_left].decode(errors="ignore").strip(EDGES)
    if not short:
        short = NAMELESS
    if short.partition(".")[0].strip().lower() in DEVICES:
        short = f"{NAMELESS}-{short}"
    return f"{short}.{ending}" if ending else short


def download_name(name: str, extension: str) -> str:
    """The cleaned name with the checked type's own ending, so that a saved picture never opens as a page."""
    stem, _ending = split(clean_name(name))
    return clean_name(f"{stem}.{extension}")


def suffix(name: str) -> str:
    """The ending in lower case without its dot; empty when there is none."""
    return split(visible(name))[1].lower()


def visible(name: str) -> str:
    """The last part of a path in composed form (NFC), without anything that cannot be seen."""
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(
        " " if character.isspace() else character
        for character in base
        if character.isspace() or unicodedata.category(character) not in INVISIBLE
    )
    return FORBIDDEN.sub("_", " ".join(unicodedata.normalize("NFC", kept).split()))


def split(name: str) -> tuple[str, str]:
    """(stem, ending without dot); the ending is empty when it is not short and alphanumeric."""
    stem, dot, ending = name.rstrip(" .").rpartition(".")
    if dot and SUFFIX.fullmatch(ending):
        return stem, ending
    return name, ""
