"""The files that an archive carries inside: each piece as it was uploaded, and a list of them."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydyf
from django.utils.translation import gettext as _

from appeals.packets.manifest import archive_manifest
from appeals.packets.tagging import exhibit_title
from appeals.packets.wording import BEIJING
from appeals.packets.writing import FileStream
from evidence.media import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from appeals.packets.content import PacketContent, Piece

MANIFEST = "manifest.json"
LONGEST_STEM = 80
# What no file system or reader takes in a name.
UNSAFE = re.compile(r'[<>:"/\\|?*%\s]+')


@dataclass(frozen=True)
class Attachment:
    """One file inside; `relation` is what it is to the pages: what they were made from, or data about them."""

    name: str
    content: Path | bytes
    sha256: str
    media_type: str
    words: str
    changed_at: datetime
    relation: str


def attachments_of(content: PacketContent) -> list[Attachment]:
    """Every file once, however often it is shown."""
    found: dict[str, Attachment] = {}
    for piece in content.pieces:
        for attachment in _of_piece(piece):
            found.setdefault(attachment.sha256, attachment)
    return list(found.values())


def _of_piece(piece: Piece) -> Iterator[Attachment]:
    title = exhibit_title(piece)
    start = f"{piece.number:03}"
    name = f"{start}-{safe_stem(piece.original_name)}{ending_of(piece.media_type)}"
    yield Attachment(name, piece.path, piece.sha256, piece.media_type, title, piece.added_at, "/Source")
    if piece.stills:
        name = f"{start}-stills.jpg"
        words = _("%(exhibit)s: stills of the film") % {"exhibit": title}
        yield Attachment(name, piece.stills, piece.stills_sha256, "image/jpeg", words, piece.added_at, "/Alternative")
    source = piece.source
    if source and source.path:
        name = f"{start}-original-{safe_stem(source.original_name)}{ending_of(source.media_type)}"
        words = _("%(exhibit)s: the file that it was made from") % {"exhibit": title}
        yield Attachment(name, source.path, source.sha256, source.media_type, words, source.added_at, "/Source")


def safe_stem(name: str) -> str:
    """A file's name without its ending, with nothing in it that acts on a screen or in a folder."""
    last = re.split(r"[/\\]", name)[-1]
    stem = last.rpartition(".")[0] or last
    shown = "".join(letter for letter in unicodedata.normalize("NFC", stem) if unicodedata.category(letter)[0] != "C")
    return UNSAFE.sub("_", shown).strip("._-")[:LONGEST_STEM] or "file"


def ending_of(media_type: str) -> str:
    """By the content, whatever the name said."""
    media = MEDIA_TYPES.get(media_type)
    return f".{media.extension}" if media else ".bin"


def attach_files(pdf: pydyf.PDF, content: PacketContent, manifest: dict[str, Any]) -> None:
    """Put the files and the list of them into a PDF that is about to be written."""
    attachments = attachments_of(content)
    names = {attachment.sha256: attachment.name for attachment in attachments}
    listed = json.dumps(archive_manifest(content, manifest, names), ensure_ascii=False, indent=2).encode()
    sha256, words = hashlib.sha256(listed).hexdigest(), _("List of the files in this packet")
    about = Attachment(MANIFEST, listed, sha256, "application/json", words, content.prepared_at, "/Data")
    specs = {attachment.name: _attach(pdf, attachment) for attachment in (*attachments, about)}
    # A name tree is sorted by its keys, as bytes and as words alike: they are all in one encoding.
    entries = [item for name in sorted(specs) for item in (_key(name), specs[name])]
    tree = pydyf.Dictionary({"Names": pydyf.Array(entries)})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = pydyf.Array(specs.values())


def _key(name: str) -> bytes:
    return f"<feff{name.encode('utf-16-be').hex()}>".encode()


def _attach(pdf: pydyf.PDF, attachment: Attachment) -> bytes:
    """The reference of the file's description."""
    entries = {
        "Type": "/EmbeddedFile",
        "Subtype": f"/{attachment.media_type.replace('/', '#2f')}",
        "Params": pydyf.Dictionary({"ModDate": pydyf.String(_moment(attachment.changed_at))}),
    }
    if isinstance(attachment.content, bytes):
        size = len(attachment.content)
        stream = pydyf.Stream([attachment.content], entries, compress=True)
    else:
        size = attachment.content.stat().st_size
        stream = FileStream(attachment.content, ((0, size),), attachment.sha256, entries)
    entries["Params"]["Size"] = size
    pdf.add_object(stream)
    spec = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(attachment.name),
            "UF": pydyf.String(attachment.name),
            "Desc": pydyf.String(attachment.words),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            "AFRelationship": attachment.relation,
        }
    )
    pdf.add_object(spec)
    return bytes(spec.reference)


def _moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("D:%Y%m%d%H%M%S+08'00")
