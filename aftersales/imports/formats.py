"""What a file really is, by its content: text in which encoding, a spreadsheet, JSON, or nothing we read."""

from __future__ import annotations

import codecs
import zipfile
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.imports.errors import EmptyFile, FileTooLarge, UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
MAX_BYTES = 20 * MEGABYTE
MAX_UNPACKED_BYTES = 300 * MEGABYTE  # an XLSX unpacks to 5–15 times its size; more is a zip bomb
ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
HTML = ("<html", "<!doctype html", "<table")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def check_size(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Raise FileTooLarge or EmptyFile from the file's size alone, before a byte is read."""
    check_bytes(path.stat().st_size, max_bytes)


def check_bytes(size: int, max_bytes: int = MAX_BYTES) -> None:
    """As `check_size`, for an upload that is no file yet."""
    if size > max_bytes:
        raise FileTooLarge(
            format_lazy(
                _("The file has {size} MB; an import takes at most {limit} MB. Export a shorter period."),
                size=-(-size // MEGABYTE),
                limit=max_bytes // MEGABYTE,
            )
        )
    if size == 0:
        raise EmptyFile(_("The file is empty."))


def is_spreadsheet(path: Path) -> bool:
    """Whether the content is a workbook; raises UnreadableFile for any other binary content."""
    with path.open("rb") as stream:
        head = stream.read(8192)
    if head.startswith(ZIP):
        _check_workbook(path)
        return True
    if head.startswith(OLD_OFFICE):
        return True
    if head.startswith(BINARY):
        raise _unreadable()
    return False


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("The spreadsheet is damaged or incomplete: export it again.")) from error
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise UnreadableFile(_("This archive is not a spreadsheet: unpack it and upload the file inside."))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise FileTooLarge(_("The spreadsheet is too large once unpacked. Export a shorter period."))


def read_text(path: Path) -> str:
    """The file as text: by its byte order mark, else UTF-8, else GB18030; raises UnreadableFile."""
    content = path.read_bytes()
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return _checked(_decode(content[len(mark) :], encoding))
    if b"\x00" in content:
        raise _unreadable()
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_decode(content, "gb18030"))


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The text is neither UTF-8 nor GB18030, or was cut off inside a character: export it again.")
        ) from error


def _checked(text: str) -> str:
    start = text[:2000].lstrip().casefold()
    if not start and not text.strip():
        raise EmptyFile(_("The file is empty."))
    if start.startswith(HTML):
        raise UnreadableFile(_("This is a web page saved as a spreadsheet: export it as CSV or XLSX."))
    control = sum(letter < " " and letter not in "\t\r\n\x0b\x0c\x1c\x1d\x1e\x1f" for letter in text[:4000])
    if control > len(text[:4000]) // 100:
        raise _unreadable()
    return text


def _unreadable() -> UnreadableFile:
    return UnreadableFile(_("This is no table: upload CSV, XLSX, JSON or JSONL."))
