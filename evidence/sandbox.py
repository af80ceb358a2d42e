"""Decodes untrusted files, each in a short-lived process of its own.

Three reasons. pdfium is not safe to call from two threads of a web server. A hostile file that crashes,
hangs or swells its decoder ends that process only. And Pillow's switches are global: the PDF writer turns
LOAD_TRUNCATED_IMAGES on for the whole process, after which half a photo would pass as a whole one.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evidence.decoding import DecoderDied, ask
from evidence.errors import (
    DamagedFile,
    EmptyFilm,
    FileTooComplex,
    FilmCodingRefused,
    FilmTooLong,
    FormNotDrawn,
    LockedFile,
    PrintingForbidden,
    TooManyPages,
    TooManyPixels,
)
from evidence.limits import MEGA, MINUTE

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrOrPromise

    from aftersales.errors import DeskError
    from evidence.limits import Limits
    from evidence.media import MediaType

logger = logging.getLogger(__name__)

LOGGED_CHARACTERS = 500
Task = Literal["check", "preview", "whole", "derive"]
BOUNDS = ("max_pixels", "max_pdf_pages", "max_memory", "max_film_pixels", "max_film_length")

REFUSALS: dict[str, tuple[type[DeskError], _StrOrPromise]] = {
    "pixels": (
        TooManyPixels,
        _("A picture in it has more than {megapixels} million pixels. Save a smaller copy, or send a screenshot."),
    ),
    "pages": (
        TooManyPages,
        _("The PDF has more than {pages} pages. Split it, and send only the pages that prove something."),
    ),
    "damaged": (
        DamagedFile,
        _("The file is damaged or was cut off. Check that it opens, then send the original again."),
    ),
    "complex": (
        FileTooComplex,
        _("The file is too complex to read. Print it to a new PDF, or send a screenshot."),
    ),
    "film_long": (
        FilmTooLong,
        _("The film is longer than {minutes} minutes. Cut out the part that proves something, and send that."),
    ),
    "film_coding": (
        FilmCodingRefused,
        _("The film is not coded as H.264, H.265, VP8, VP9 or AV1. Save it as MP4 (H.264), then send it again."),
    ),
    "film_pixels": (
        TooManyPixels,
        _("A frame of the film has more than {film_megapixels} million pixels. Save it smaller: 1080p shows enough."),
    ),
    "film_empty": (
        EmptyFilm,
        _("There is not one picture in the film. Check that it plays, then send the original again."),
    ),
    "film_complex": (
        FileTooComplex,
        _("The film takes too much work to read. Save it as MP4 (H.264, 1080p), or send a shorter part."),
    ),
    "locked": (
        LockedFile,
        _("The PDF asks for a password. Save a copy without one, or send screenshots of its pages."),
    ),
    "form": (
        FormNotDrawn,
        _("Only the program that it was made for shows what is filled into this PDF. Print it to a new PDF."),
    ),
    "printing": (
        PrintingForbidden,
        _("The PDF forbids printing, so it cannot go into an appeal. Send screenshots of its pages."),
    ),
}


def decode(
    task: Task,
    path: Path,
    *,
    media: MediaType,
    limits: Limits,
    max_px: int = 0,
    change: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], bytes]:
    """Facts about the file, and bytes: the stills of a film that is checked, the picture of the other tasks.

    A preview is a WebP of at most `max_px` a side, `whole` one of that width that leaves nothing out; `derive` makes
    the picture anew as `change` says (see derivations.py).
    Raises TooManyPixels, TooManyPages, DamagedFile, FileTooComplex, LockedFile, PrintingForbidden, FormNotDrawn; of a
    film also FilmTooLong, FilmCodingRefused, EmptyFilm.
    """
    request: dict[str, Any] = {"task": task, "path": str(path.resolve()), "kind": media.kind, "decoder": media.decoder}
    request |= {"max_px": max_px, "change": change or {}}
    bounds = asdict(limits)
    request |= {name: bounds[name] for name in BOUNDS}
    too_much, seconds = "complex", limits.max_seconds
    if media.kind == "video":
        too_much, seconds = "film_complex", limits.max_film_seconds
    request["max_seconds"] = seconds
    try:
        facts, data = ask(request, seconds=seconds)
    except TimeoutError:
        raise refusal(too_much, limits) from None
    except DecoderDied:
        logger.warning("The decoder of a %s ended without an answer", media.label)
        raise refusal(too_much, limits) from None
    complaint = facts.pop("complaint")[-LOGGED_CHARACTERS:]
    if "failed" in facts:
        message = f"The decoder itself failed: {facts['failed']}"
        raise RuntimeError(message)
    if "refused" in facts:
        logger.info("Refused a %s as %s: %s", media.label, facts["refused"], complaint)
        raise refusal(too_much if facts["refused"] == "complex" else facts["refused"], limits)
    return facts, data


def refusal(reason: str, limits: Limits) -> DeskError:
    """The error for one of the decoder's reasons, with the limits in numbers a person uses."""
    error, template = REFUSALS[reason]
    message = format_lazy(
        template,
        megapixels=f"{limits.max_pixels / MEGA:g}",
        film_megapixels=f"{limits.max_film_pixels / MEGA:g}",
        pages=limits.max_pdf_pages,
        minutes=f"{limits.max_film_length / MINUTE:g}",
    )
    return error(message, fields={"file": message})
