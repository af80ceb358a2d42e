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
    FileTooComplex,
    LockedFile,
    PrintingForbidden,
    TooManyPages,
    TooManyPixels,
)

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrOrPromise

    from aftersales.errors import DeskError
    from evidence.limits import Limits
    from evidence.media import MediaType

logger = logging.getLogger(__name__)

LOGGED_CHARACTERS = 500

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
    "locked": (
        LockedFile,
        _("The PDF asks for a password. Save a copy without one, or send screenshots of its pages."),
    ),
    "printing": (
        PrintingForbidden,
        _("The PDF forbids printing, so it cannot go into an appeal. Send screenshots of its pages."),
    ),
}


def decode(
    task: Literal["check", "preview"], path: Path, *, media: MediaType, limits: Limits, max_px: int = 0
) -> tuple[dict[str, Any], bytes]:
    """Facts about the file and, for a preview, its WebP bytes (at most `max_px` a side).

    Raises TooManyPixels, TooManyPages, DamagedFile, FileTooComplex, LockedFile, PrintingForbidden.
    """
    request = {"task": task, "path": str(path.resolve()), "decoder": media.decoder, "max_px": max_px}
    bounds = asdict(limits)
    for name in ("max_pixels", "max_pdf_pages", "max_seconds", "max_memory"):
        request[name] = bounds[name]
    try:
        facts, data = ask(request, seconds=limits.max_seconds)
    except TimeoutError:
        raise refusal("complex", limits) from None
    except DecoderDied:
        logger.warning("The decoder of a %s ended without an answer", media.label)
        raise refusal("complex", limits) from None
    complaint = facts.pop("complaint")[-LOGGED_CHARACTERS:]
    if "failed" in facts:
        message = f"The decoder itself failed: {facts['failed']}"
        raise RuntimeError(message)
    if "refused" in facts:
        logger.info("Refused a %s as %s: %s", media.label, facts["refused"], complaint)
        raise refusal(facts["refused"], limits)
    return facts, data


def refusal(reason: str, limits: Limits) -> DeskError:
    """The error for one of the decoder's reasons, with the limits in numbers a person uses."""
    error, template = REFUSALS[reason]
    megapixels = f"{limits.max_pixels / 1_000_000:g}"
    message = format_lazy(template, megapixels=megapixels, pages=limits.max_pdf_pages)
    return error(message, fields={"file": message})
