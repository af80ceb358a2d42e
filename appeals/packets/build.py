"""Builds one packet: checks the files, lays out the pages, writes the PDF, and only then puts it in place."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image

from appeals.errors import PacketError
from appeals.packets.documents import clean_document, cleaned_path, merge_documents
from appeals.packets.pages import lay_out, laying_out
from appeals.packets.placing import place_sheets
from appeals.packets.sheets import picture_sheets
from appeals.packets.writing import PacketFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from appeals.packets.content import PacketContent, Piece
    from appeals.packets.pages import LaidOut
    from appeals.packets.sheets import Sheet

PDF = "application/pdf"
# Shown by whoever follows the progress, in their own language.
CHECKING = gettext_noop("Checking the evidence files")
LAYING_OUT = gettext_noop("Laying out the pages")
WRITING = gettext_noop("Writing the PDF")
DONE = gettext_noop("Packet ready")
# All that the readers of images and PDFs raise for a file they cannot use.
UNUSABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    pikepdf.PdfError,
    pikepdf.PasswordError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True)
class PacketResult:
    """What was written: pages, bytes, the SHA-256 of the whole file, and what each page holds."""

    pages: int
    byte_size: int
    sha256: str
    manifest: dict[str, Any]


def build_packet(
    content: PacketContent,
    *,
    output: Path,
    work_dir: Path,
    progress: Callable[[int, int, str], None],
) -> PacketResult:
    """Write the packet to `output`, which is replaced as a whole or left as it was.

    `progress(done, total, step)` gets the step as an English msgid. Raises PacketError, which names the
    piece whose file cannot be used.
    """
    total = len(content.pieces) + 3
    with TemporaryDirectory(dir=work_dir, prefix="packet-") as folder, translation.override(content.language):
        scratch = Path(folder)
        with ThreadPoolExecutor(max_workers=1) as hasher:
            # On the other core, while the pages are laid out.
            sums = [(piece, hasher.submit(_sha256, piece.path)) for piece in content.pieces]
            sheets: list[Sheet] = []
            for done, piece in enumerate(content.pieces):
                progress(done, total, CHECKING)
                sheets += _sheets(piece, scratch)
            progress(len(content.pieces), total, LAYING_OUT)
            with laying_out():
                laid_out = lay_out(content, sheets)
                for piece, found in sums:
                    _check_sum(piece, found.result())
                progress(total - 2, total, WRITING)
                written, sha256 = _write(laid_out, content, scratch)
        progress(total - 1, total, WRITING)
        result = _describe(content, laid_out, byte_size=written.stat().st_size, sha256=sha256)
        written.replace(output)
    progress(total, total, DONE)
    return result


def _sheets(piece: Piece, scratch: Path) -> list[Sheet]:
    try:
        if piece.media_type == PDF:
            return clean_document(piece, cleaned=cleaned_path(scratch, piece))
        return picture_sheets(piece, work_dir=scratch)
    except UNUSABLE as error:
        raise _unusable(piece) from error


def _unusable(piece: Piece) -> PacketError:
    return PacketError(
        _("Exhibit %(number)s, “%(caption)s” (%(name)s), cannot be read. Replace the file and build again.")
        % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
        code="packet_file_unusable",
        fields={f"piece_{piece.number}": piece.original_name},
    )


def _check_sum(piece: Piece, found: str) -> None:
    if found != piece.sha256:
        raise PacketError(
            _("Exhibit %(number)s, “%(caption)s” (%(name)s), is no longer the file that was uploaded.")
            % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
            code="packet_file_altered",
            fields={f"piece_{piece.number}": piece.original_name},
        )


def _write(laid_out: LaidOut, content: PacketContent, scratch: Path) -> tuple[Path, str]:
    """Write the whole packet into `scratch`; give its path and its SHA-256."""
    written = scratch / "packet.pdf"
    with PacketFile(written) as file:
        laid_out.document.write_pdf(
            file,
            finisher=lambda _document, pdf: place_sheets(pdf, laid_out),
            pdf_identifier=_identifier(content),
        )
    cleaned = {piece.number: cleaned_path(scratch, piece) for piece in content.pieces if piece.media_type == PDF}
    if not cleaned:
        return written, file.sha256
    merged = scratch / "merged.pdf"
    merge_documents(written, laid_out.sheets, cleaned, target=merged)
    return merged, _sha256(merged)


def _identifier(content: PacketContent) -> str:
    facts = [content.case_no, content.title, content.prepared_at.isoformat(), *(p.sha256 for p in content.pieces)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _describe(content: PacketContent, laid_out: LaidOut, *, byte_size: int, sha256: str) -> PacketResult:
    numbers: dict[int, list[int]] = {piece.number: [] for piece in content.pieces}
    for number, sheet in enumerate(laid_out.sheets, start=laid_out.front_pages + 1):
        numbers[sheet.piece.number].append(number)
    pieces = [
        {
            "number": piece.number,
            "caption": piece.caption,
            "slot": piece.slot_name,
            "name": piece.original_name,
            "sha256": piece.sha256,
            "byte_size": piece.byte_size,
            "first_page": numbers[piece.number][0],
            "last_page": numbers[piece.number][-1],
        }
        for piece in content.pieces
    ]
    manifest = {
        "case_no": content.case_no,
        "prepared_at": content.prepared_at.isoformat(),
        "language": content.language,
        "pages": laid_out.total,
        "pieces": pieces,
    }
    return PacketResult(laid_out.total, byte_size, sha256, manifest)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
