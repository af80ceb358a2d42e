"""Whether a file can be evidence: its type by content, its size, and a full decode that proves both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evidence.errors import EmptyFile, FileTooLarge, FileTypeRefused, ImageTooSmall
from evidence.limits import Limits, readable_size
from evidence.media import MEDIA_TYPES, MediaKind, MediaType, detect, has_foreign_tail, labels
from evidence.names import suffix
from evidence.sandbox import decode

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from typing import Any

    from django.utils.functional import _StrOrPromise

__all__ = ["FileWarning", "Inspection", "Limits", "inspect"]

SMALL_SIDE = 200
ANY_KIND: tuple[str, ...] = get_args(MediaKind)


class FileWarning(TextChoices):
    """What a person should look at again in an accepted file; the label says what to do."""

    EXTENSION_DIFFERS = "extension_differs", _("The name's ending does not fit the content; the content counts.")
    HIDDEN_DATA = "hidden_data", _("Something else is hidden behind the picture. Ask where the file comes from.")
    ANIMATED = "animated", _("Only the first frame goes into an appeal. Send a screenshot of the frame that counts.")
    SMALL_IMAGE = "small_image", _("The picture is very small. Check that it can be read.")
    RESTRICTED_PDF = "restricted_pdf", _("The PDF is protected against changes. It opens and prints.")
    ACTIVE_PDF = "active_pdf", _("The PDF has scripts or attached files. Only its pages go into an appeal.")
    REPAIRED_PDF = "repaired_pdf", _("The PDF is damaged in places. Check that every page can be read.")
    HUGE_PAGE = "huge_page", _("A page of the PDF is larger than 5 metres. It is shrunk to fit.")
    UNCONFIRMED = "unconfirmed", _("Not all was confirmed that this proof must show. Look at it again.")


PDF_WARNINGS = {
    "is_restricted": FileWarning.RESTRICTED_PDF,
    "is_active": FileWarning.ACTIVE_PDF,
    "is_repaired": FileWarning.REPAIRED_PDF,
    "is_huge": FileWarning.HUGE_PAGE,
}


@dataclass(frozen=True)
class Inspection:
    """What was proved about a file.

    `extension` has no dot. `width` and `height` are as shown, turned by EXIF, /Rotate or the film's own mark: pixels of
    a first frame, points of a PDF's first page. `pages` is 1 but for a PDF. A film has `duration_ms` and `stills`, a
    JPEG of some of its frames.
    """

    media_type: str
    extension: str
    byte_size: int
    sha256: str
    width: int
    height: int
    pages: int
    warnings: tuple[FileWarning, ...]
    duration_ms: int | None = None
    stills: bytes = field(default=b"", repr=False)


def inspect(path: Path, *, name: str, limits: Limits | None = None, kinds: Collection[str] = ANY_KIND) -> Inspection:
    """Prove that `path` is acceptable; `name` (as the person sent it) is only compared with the content.

    `kinds` are those of media.py that are taken here.
    Raises EmptyFile, FileTooLarge, FileTypeRefused, ImageTooSmall and what sandbox.decode raises.
    """
    limits = limits or Limits()
    byte_size = path.stat().st_size
    check_byte_size(byte_size, max(limits.bytes_of(kind) for kind in kinds))
    media = accepted_media(path, kinds)
    check_byte_size(byte_size, limits.bytes_of(media.kind))
    facts, stills = decode("check", path, media=media, limits=limits)
    if media.kind != "pdf":
        check_side(facts, limits)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Inspection(
        media_type=media.name,
        extension=media.extension,
        byte_size=byte_size,
        sha256=digest,
        width=facts["width"],
        height=facts["height"],
        pages=facts.get("pages", 1),
        warnings=warnings_about(path, name, media, facts),
        duration_ms=facts.get("duration_ms"),
        stills=stills,
    )


def check_byte_size(byte_size: int, most: int) -> None:
    """Raises EmptyFile, FileTooLarge."""
    if not byte_size:
        message: _StrOrPromise = _("The file is empty. Open it once, then send it again.")
        raise EmptyFile(message, fields={"file": message})
    if byte_size > most:
        message = format_lazy(
            _("The file has {size}; at most {limit} are accepted. Make it smaller or split it."),
            size=readable_size(byte_size),
            limit=readable_size(most),
        )
        raise FileTooLarge(message, fields={"file": message})


def accepted_media(path: Path, kinds: Collection[str] = ANY_KIND) -> MediaType:
    """Raises FileTypeRefused, with the way out that fits the kind of file."""
    found = detect(path)
    if found.media is None:
        raise type_refused(advice_for(found.guess, kinds), kinds)
    check_kind(found.media.name, kinds)
    return found.media


def check_kind(media_type: str, kinds: Collection[str]) -> None:
    """Raises FileTypeRefused for an accepted type that is not taken here."""
    if MEDIA_TYPES[media_type].kind not in kinds:
        raise type_refused(advice_for(media_type, kinds), kinds)


def type_refused(advice: _StrOrPromise, kinds: Collection[str]) -> FileTypeRefused:
    message = format_lazy(_("Only {accepted} are accepted here. {advice}"), accepted=labels(kinds), advice=advice)
    return FileTypeRefused(message, fields={"file": message})


def advice_for(guess: str, kinds: Collection[str] = ANY_KIND) -> _StrOrPromise:
    """What to do with a file of the type `guess` (a MIME type, may be empty) where these kinds are taken."""
    if guess.startswith("video/") and "video" in kinds:
        return _("Save the film as MP4, or send screenshots of the moments that prove something.")
    if "image" not in kinds:
        return _("Print it to PDF.") if "pdf" in kinds else _("Make a short film of it with a phone.")
    if guess.startswith(("video/", "audio/")):
        return _("Send screenshots of the moments that prove something.")
    # puremagic takes every ZIP for an office document, so the advice covers both. SVG and the like are pictures.
    if guess.startswith("application/") and not guess.endswith(("xml", "pdf")) and "pdf" in kinds:
        return _("Save a document as PDF; unpack an archive and send its files one by one.")
    return _("Send a screenshot of it, or print it to PDF.") if "pdf" in kinds else _("Send a screenshot of it.")


def check_side(facts: dict[str, Any], limits: Limits) -> None:
    """Raises ImageTooSmall."""
    if min(facts["width"], facts["height"]) < limits.min_side:
        message = format_lazy(
            _("The picture has only {width} × {height} pixels. Send the original, not its icon."),
            width=facts["width"],
            height=facts["height"],
        )
        raise ImageTooSmall(message, fields={"file": message})


def warnings_about(path: Path, name: str, media: MediaType, facts: dict[str, Any]) -> tuple[FileWarning, ...]:
    found = []
    ending = suffix(name)
    if ending and ending not in media.suffixes:
        found.append(FileWarning.EXTENSION_DIFFERS)
    if has_foreign_tail(path, media):
        found.append(FileWarning.HIDDEN_DATA)
    if facts.get("is_animated"):
        found.append(FileWarning.ANIMATED)
    if media.kind != "pdf" and max(facts["width"], facts["height"]) < SMALL_SIDE:
        found.append(FileWarning.SMALL_IMAGE)
    found.extend(warning for fact, warning in PDF_WARNINGS.items() if facts.get(fact))
    return tuple(found)
