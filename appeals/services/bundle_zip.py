"""A bundle's ZIP: a folder for each appeal with its packet, and the two indexes."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING
from zipfile import ZipFile

from django.utils.translation import gettext

from appeals.bundles.archive import writing
from appeals.bundles.pages import write_index
from appeals.bundles.workbook import write_workbook
from appeals.enums import PacketState
from appeals.errors import PacketFileMissing
from appeals.packet_files import download_name, ending_of
from appeals.selectors.bundle_content import bundle_content
from appeals.selectors.bundles import entries_of
from appeals.services.bundle_entries import record_entry
from appeals.storage import PacketStore

if TYPE_CHECKING:
    from pathlib import Path

    from appeals.bundles.archive import Archive
    from appeals.models import Bundle, BundleEntry, Packet
    from appeals.services.heartbeats import Claim


def write_bundle(bundle: Bundle, held: Claim[Bundle]) -> bool:
    """Put the ZIP in place; False where it would hold no packet. Raises TakenOver."""
    store = PacketStore()
    with store.workplace(str(bundle.pk)) as folder:
        output, entries = folder / "bundle.zip", entries_of(bundle)
        while any(entry.state == PacketState.DONE for entry in entries):
            damaged = _write(bundle, entries, output=output, folder=folder)
            if damaged is None:
                _put_in_place(held, output, store)
                return True
            # The indexes name it as missing: the ZIP is begun again without it.
            message = gettext("Its packet was altered after it was built: build it again.")
            record_entry(held, damaged, PacketState.FAILED, error=message, code="packet_altered")
    return False


def _put_in_place(held: Claim[Bundle], output: Path, store: PacketStore) -> None:
    """Raises TakenOver."""
    byte_size, sha256 = output.stat().st_size, _sha256(output)
    with held.ending() as row:
        store.keep(output, row.key)
        row.byte_size, row.sha256 = byte_size, sha256
        row.state, row.finished_at = PacketState.DONE, held.clock()


def _write(bundle: Bundle, entries: list[BundleEntry], *, output: Path, folder: Path) -> BundleEntry | None:
    """The entry whose packet is not the one that was built; None where all are."""
    content = bundle_content(bundle, entries)
    pdf, workbook = folder / "index.pdf", folder / "index.xlsx"
    write_index(content, output=pdf)
    write_workbook(content, output=workbook)
    with writing(output) as archive:
        for path in (pdf, workbook):
            archive.add_file(path.name, path)
        for entry, line in zip(entries, content.lines, strict=True):
            if not line.folder or entry.packet is None:
                continue
            entry.packet.appeal = entry.appeal  # loaded already
            if not _add_packet(archive, line.folder, entry.packet):
                return entry
    return None


def _add_packet(archive: Archive, folder: str, packet: Packet) -> bool:
    """Add the packet's file, or, where it is a set of pictures, the pictures. Whether it is what was built."""
    try:
        with PacketStore().open(packet.key) as file:
            if ending_of(packet) != "zip":
                name = f"{folder}/{download_name(packet)}"
                return archive.add(name, file, byte_size=packet.byte_size) == packet.sha256
            is_whole = _digest(file) == packet.sha256
            if is_whole:
                _unpack(archive, folder, file)
            return is_whole
    except PacketFileMissing:
        return False


def _unpack(archive: Archive, folder: str, file: IO[bytes]) -> None:
    file.seek(0)
    with ZipFile(file) as packed:
        for member in packed.infolist():
            with packed.open(member) as picture:
                archive.add(f"{folder}/{member.filename}", picture, byte_size=member.file_size)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
