"""The file types that are accepted as evidence, found by content."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import puremagic

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 64
PDF_SIGNATURE = b"%PDF-"
# Sloppy exporters put a byte order mark or blank lines before a PDF; every reader accepts that.
PDF_PADDING = b"\xef\xbb\xbf \t\r\n\x00"
# Some phones name the container first and HEVC only among the compatible brands.
GENERIC_HEIF = (b"ftypmif1", b"ftypmsf1")
HEVC_BRANDS = (b"heic", b"heix", b"hevc")
FOREIGN_STARTS = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php", b"<?xml", b"pk\x03\x04", b"%pdf-", b"rar!")
FOREIGN_WINDOW = 1_000_000


@dataclass(frozen=True)
class MediaType:
    """One accepted type.

    `signatures` are the type's names in puremagic, `decoder` is Pillow's name of its format (None: PDF),
    `end` the bytes after which the format has nothing more to say (empty: it has no such mark).
    """

    name: str
    label: str
    extension: str
    suffixes: frozenset[str]
    signatures: frozenset[str]
    decoder: str | None
    end: bytes = b""


MEDIA_TYPES: dict[str, MediaType] = {
    media.name: media
    for media in (
        MediaType(
            "image/jpeg",
            "JPEG",
            "jpg",
            frozenset({"jpg", "jpeg", "jpe", "jfif"}),
            frozenset({"image/jpeg"}),
            "JPEG",
            b"\xff\xd9",
        ),
        MediaType(
            "image/png",
            "PNG",
            "png",
            frozenset({"png"}),
            frozenset({"image/png"}),
            "PNG",
            b"IEND\xaeB`\x82",
        ),
        MediaType("image/webp", "WebP", "webp", frozenset({"webp"}), frozenset({"image/webp"}), "WEBP"),
        MediaType("image/gif", "GIF", "gif", frozenset({"gif"}), frozenset({"image/gif"}), "GIF", b"\x00;"),
        MediaType(
            "image/heic",
            "HEIC",
            "heic",
            frozenset({"heic", "heif"}),
            frozenset({"image/heic", "image/heif"}),
            "HEIF",
        ),
        MediaType("application/pdf", "PDF", "pdf", frozenset({"pdf"}), frozenset({"application/pdf"}), None),
    )
}
ACCEPTED_LABELS = " / ".join(media.label for media in MEDIA_TYPES.values())


@dataclass(frozen=True)
class Detection:
    """What a file's first bytes say: an accepted type, or else the best guess at what it is (may be empty)."""

    media: MediaType | None
    guess: str


def detect(path: Path) -> Detection:
    """Type by content; the file's name plays no part, so a renamed script stays a script."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        try:
            matches = puremagic.magic_stream(file)
        except (puremagic.PureError, ValueError):
            matches = []
    # A negative offset is a match at the end of the file, where anyone can append anything.
    names = [match.mime_type for match in matches if match.offset >= 0 and match.mime_type]
    for media in MEDIA_TYPES.values():
        if media.signatures.intersection(names):
            return Detection(media, media.name)
    extra = _unlisted_type(head)
    if extra:
        return Detection(MEDIA_TYPES[extra], extra)
    return Detection(None, names[0] if names else "")


def _unlisted_type(head: bytes) -> str:
    """Two accepted starts that puremagic does not list; empty when neither."""
    if head.lstrip(PDF_PADDING).startswith(PDF_SIGNATURE):
        return "application/pdf"
    if head[4:12] in GENERIC_HEIF and any(brand in head[12:] for brand in HEVC_BRANDS):
        return "image/heic"
    return ""


def has_foreign_tail(path: Path, media: MediaType) -> bool:
    """Whether a page, a script or an archive follows the picture's end.

    A film or a second picture there is how phones keep motion photos and depth maps: not reported.
    """
    if not media.end:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = content.rfind(media.end)
        if end < 0:
            return False
        start = end + len(media.end)
        tail = content[start : start + FOREIGN_WINDOW].lower()
    return any(mark in tail for mark in FOREIGN_STARTS)
