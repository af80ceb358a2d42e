"""Decodes untrusted files in a short-lived process of its own.

Three reasons. pdfium is not safe to call from two threads of a web server. A hostile file that crashes,
hangs or swells its decoder ends that process only. And Pillow's switches are global: the PDF writer turns
LOAD_TRUNCATED_IMAGES on for the whole process, after which half a photo would pass as a whole one.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evidence.errors import (
    DamagedFile,
    FileTooComplex,
    LockedFile,
    PrintingForbidden,
    TooManyPages,
    TooManyPixels,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from aftersales.errors import DeskError
    from evidence.limits import Limits
    from evidence.media import MediaType

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).parent.parent
# -I: neither the environment nor the working folder can slip other code into the process.
DECODER = (
    sys.executable,
    "-I",
    "-c",
    f"import sys; sys.path.append({str(PROJECT)!r}); from evidence.decoder.run import main; main()",
)
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
        done = subprocess.run(  # noqa: S603 - our own interpreter and code; the file's name goes in as data
            DECODER,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.max_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refusal("complex", limits) from None
    complaint = done.stderr.decode(errors="replace")[-LOGGED_CHARACTERS:]
    if done.returncode > 0:
        message = f"The decoder itself failed: {complaint}"
        raise RuntimeError(message)
    if done.returncode < 0:
        logger.warning("Signal %s ended the decoder of a %s: %s", -done.returncode, media.label, complaint)
        raise refusal("complex", limits)
    head, _separator, data = done.stdout.partition(b"\n")
    facts: dict[str, Any] = json.loads(head)
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
