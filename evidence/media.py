"""The file types that are accepted as evidence, found by content."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import puremagic

from evidence.endings import ENDS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

# The words of a slot's rule for what it takes.
MediaKind = Literal["image", "pdf", "video"]
HEAD_BYTES = 64
PDF_SIGNATURE = b"%PDF-"
# Sloppy exporters put a byte order mark or blank lines before a PDF; every reader accepts that.
PDF_PADDING = b"\xef\xbb\xbf \t\r\n\x00"
# Some phones name the container first and HEVC only among the compatible brands.
GENERIC_HEIF = (b"ftypmif1", b"ftypmsf1")
HEVC_BRANDS = (b"heic", b"heix", b"hevc")
# The brands of films: of phones, of screen recorders, of the chats and browsers that pass films on.
MP4_BRANDS = (b"iso", b"mp4", b"avc1", b"hvc1", b"M4V ", b"MSNV", b"dash", b"f4v ")
MOV_BRAND = b"qt  "
# QuickTime files of before the brands begin with one of their boxes.
MOV_BOXES = (b"moov", b"wide", b"mdat")
JPEG_START = b"\xff\xd8"
RIFF, WEBP = b"RIFF", b"WEBP"
EBML = b"\x1aE\xdf\xa3"
WEBM = b"\x42\x82\x84webm"  # the document type, with its mark and length
FOREIGN_STARTS = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php", b"<?xml", b"pk\x03\x04", b"%pdf-", b"rar!")
FOREIGN_WINDOW = 1_000_000


@dataclass(frozen=True)
class MediaType:
    """One accepted type.

    `signatures` are the type's names in puremagic (none: found by `_unlisted_type`), `decoder` is the format's name in
    Pillow, of a film in FFmpeg (None: PDF).
    """

    name: str
    label: str
    extension: str
    suffixes: frozenset[str]
    signatures: frozenset[str]
    decoder: str | None
    kind: MediaKind = "image"


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
        ),
        MediaType("image/png", "PNG", "png", frozenset({"png"}), frozenset({"image/png"}), "PNG"),
        MediaType("image/webp", "WebP", "webp", frozenset({"webp"}), frozenset({"image/webp"}), "WEBP"),
        MediaType("image/gif", "GIF", "gif", frozenset({"gif"}), frozenset({"image/gif"}), "GIF"),
        MediaType(
            "image/heic",
            "HEIC",
            "heic",
            frozenset({"heic", "heif"}),
            frozenset({"image/heic", "image/heif"}),
            "HEIF",
        ),
        MediaType(
            "application/pdf", "PDF", "pdf", frozenset({"pdf"}), frozenset({"application/pdf"}), None, kind="pdf"
        ),
        MediaType("video/mp4", "MP4", "mp4", frozenset({"mp4", "m4v", "mov"}), frozenset(), "mov", kind="video"),
        MediaType("video/quicktime", "MOV", "mov", frozenset({"mov", "qt", "mp4"}), frozenset(), "mov", kind="video"),
        MediaType("video/webm", "WebM", "webm", frozenset({"webm"}), frozenset(), "matroska", kind="video"),
    )
}


def labels(kinds: Collection[str]) -> str:
    """The names of the types of these kinds, as a message tells them."""
    return " / ".join(media.label for media in MEDIA_TYPES.values() if media.kind in kinds)


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
    if head.startswith(RIFF) and head[8:12] != WEBP:
        names = [name for name in names if name != "image/webp"]  # an AVI or a sound, in the same container
    if not head.startswith(JPEG_START):
        names = [name for name in names if name != "image/jpeg"]  # JPEG 2000, which few programs read
    for media in MEDIA_TYPES.values():
        if media.signatures.intersection(names):
            return Detection(media, media.name)
    extra = _unlisted_type(head)
    if extra:
        return Detection(MEDIA_TYPES[extra], extra)
    return Detection(None, names[0] if names else "")


def _unlisted_type(head: bytes) -> str:
    """Accepted starts that puremagic does not list, or takes sound and AVIF for; empty when none."""
    if head.lstrip(PDF_PADDING).startswith(PDF_SIGNATURE):
        return "application/pdf"
    if head[4:12] in GENERIC_HEIF and any(brand in head[12:] for brand in HEVC_BRANDS):
        return "image/heic"
    if head.startswith(EBML):
        return "video/webm" if WEBM in head else ""
    return _film_type(head[4:8], head[8:12])


def _film_type(box: bytes, brand: bytes) -> str:
    if box in MOV_BOXES or (box == b"ftyp" and brand == MOV_BRAND):
        return "video/quicktime"
    return "video/mp4" if box == b"ftyp" and brand.startswith(MP4_BRANDS) else ""


def has_foreign_tail(path: Path, media: MediaType) -> bool:
    """Whether a page, a script or an archive follows the picture's end.

    A film or a second picture there is how phones keep motion photos and depth maps: not reported.
    """
    if media.name not in ENDS:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = ENDS[media.name](content)
        tail = content[end : end + FOREIGN_WINDOW].lower()
    return any(mark in tail for mark in FOREIGN_STARTS)
