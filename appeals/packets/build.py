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
from appeals.packets.attachments import attach_files
from appeals.packets.colours import declare_colours
from appeals.packets.documents import clean_document, cleaned_path, merge_documents
from appeals.packets.manifest import packet_manifest
from appeals.packets.masking import masked_content
from appeals.packets.pages import lay_out, laying_out
from appeals.packets.placing import place_sheets
from appeals.packets.rendering import render_sheets
from appeals.packets.sheets import picture_sheets
from appeals.packets.writing import PacketFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    import pydyf

    from appeals.packets.content import PacketContent, Piece
    from appeals.packets.pages import LaidOut
    from appeals.packets.sheets import Sheet

    Progress = Callable[[int, int, str], None]

PDF = "application/pdf"
# The form of PDF that is made to be kept: nothing in it depends on the machine that opens it. Its colours we declare
# ourselves: WeasyPrint would leave the file of the profile open.
ARCHIVAL = {"pdf_variant": "pdf/a-3b", "output_intent": "declared"}
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


def build_packet(content: PacketContent, *, output: Path, work_dir: Path, progress: Progress) -> PacketResult:
    """Write the packet to `output`, which is replaced as a whole or left as it was.

    `progress(done, total, step)` gets the step as an English msgid. Raises PacketError, which names the
    piece whose file cannot be used.
    """
    return _build(content, output, work_dir, progress, is_archival=False)


def build_archive(content: PacketContent, *, output: Path, work_dir: Path, progress: Progress) -> PacketResult:
    """The same packet as PDF/A-3b, with the files that it is made of and a list of them inside."""
    return _build(content, output, work_dir, progress, is_archival=True)


def _build(
    content: PacketContent, output: Path, work_dir: Path, progress: Progress, *, is_archival: bool
) -> PacketResult:
    content = masked_content(content)
    total = len(content.pieces) + 3
    with TemporaryDirectory(dir=work_dir, prefix="packet-") as folder, translation.override(content.language):
        scratch = Path(folder)
        with ThreadPoolExecutor(max_workers=1) as hasher:
            # On the other core, while the pages are laid out.
            sums = [
                (piece, sha256, hasher.submit(_sha256, path))
                for piece in content.pieces
                for path, sha256 in _files(piece, is_archival=is_archival)
            ]
            sheets: list[Sheet] = []
            for done, piece in enumerate(content.pieces):
                progress(done, total, CHECKING)
                sheets += _sheets(piece, scratch, is_archival=is_archival)
            progress(len(content.pieces), total, LAYING_OUT)
            with laying_out():
                laid_out = lay_out(content, sheets)
                for piece, sha256, found in sums:
                    _check_sum(piece, sha256, found)
                progress(total - 2, total, WRITING)
                manifest = packet_manifest(content, laid_out)
                write = _write_archive if is_archival else _write
                written, sha256 = write(laid_out, content, manifest, scratch)
        progress(total - 1, total, WRITING)
        result = PacketResult(laid_out.total, written.stat().st_size, sha256, manifest)
        written.replace(output)
    progress(total, total, DONE)
    return result


def _files(piece: Piece, *, is_archival: bool) -> Iterator[tuple[Path, str]]:
    """Each file that the packet shows or takes along, with the SHA-256 that it must have."""
    yield piece.path, piece.sha256
    if piece.stills:
        yield piece.stills, piece.stills_sha256
    if is_archival and piece.source and piece.source.path:
        yield piece.source.path, piece.source.sha256


def _sheets(piece: Piece, scratch: Path, *, is_archival: bool) -> list[Sheet]:
    try:
        if piece.media_type != PDF:
            return picture_sheets(piece, work_dir=scratch, is_archival=is_archival)
        cleaned = cleaned_path(scratch, piece)
        sheets = clean_document(piece, cleaned=cleaned)
        return render_sheets(sheets, cleaned=cleaned, work_dir=scratch) if is_archival else sheets
    except UNUSABLE as error:
        raise _unusable(piece) from error


def _unusable(piece: Piece) -> PacketError:
    return PacketError(
        _("Exhibit %(number)s, “%(caption)s” (%(name)s), cannot be read. Replace the file and build again.")
        % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
        code="packet_file_unusable",
        fields={f"piece_{piece.number}": piece.original_name},
    )


def _check_sum(piece: Piece, sha256: str, found: Future[str]) -> None:
    try:
        is_same = found.result() == sha256
    except OSError as error:
        raise _unusable(piece) from error
    if not is_same:
        raise PacketError(
            _("Exhibit %(number)s, “%(caption)s” (%(name)s), is no longer the file that was uploaded.")
            % {"number": piece.number, "caption": piece.caption, "name": piece.original_name},
            code="packet_file_altered",
            fields={f"piece_{piece.number}": piece.original_name},
        )


def _write(laid_out: LaidOut, content: PacketContent, _manifest: dict[str, Any], scratch: Path) -> tuple[Path, str]:
    """Write the whole packet into `scratch`; give its path and its SHA-256."""
    written = scratch / "packet.pdf"
    sha256 = _write_pdf(laid_out, content, written, place_sheets)
    cleaned = {piece.number: cleaned_path(scratch, piece) for piece in content.pieces if piece.media_type == PDF}
    if not cleaned:
        return written, sha256
    merged = scratch / "merged.pdf"
    merge_documents(written, laid_out.sheets, cleaned, target=merged)
    return merged, _sha256(merged)


def _write_archive(
    laid_out: LaidOut, content: PacketContent, manifest: dict[str, Any], scratch: Path
) -> tuple[Path, str]:
    """As `_write`; every page is our own here, so there is nothing to merge."""

    def finish(pdf: pydyf.PDF, laid_out: LaidOut) -> None:
        place_sheets(pdf, laid_out)
        declare_colours(pdf)
        attach_files(pdf, content, manifest)

    written = scratch / "packet.pdf"
    return written, _write_pdf(laid_out, content, written, finish, **ARCHIVAL)


def _write_pdf(
    laid_out: LaidOut,
    content: PacketContent,
    target: Path,
    finish: Callable[[pydyf.PDF, LaidOut], None],
    **options: str,
) -> str:
    with PacketFile(target) as file:
        laid_out.document.write_pdf(
            file,
            finisher=lambda _document, pdf: finish(pdf, laid_out),
            pdf_identifier=_identifier(content),
            pdf_tags=True,
            **options,
        )
    return file.sha256


def _identifier(content: PacketContent) -> str:
    facts = [content.case_no, content.title, content.prepared_at.isoformat(), *(p.sha256 for p in content.pieces)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
