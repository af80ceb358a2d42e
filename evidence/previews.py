"""Small pictures of evidence for lists and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.limits import Limits
from evidence.media import MEDIA_TYPES
from evidence.sandbox import decode

if TYPE_CHECKING:
    from pathlib import Path

PREVIEW_MEDIA_TYPE = "image/webp"
WHOLE_PX = 1_600


def render_preview(path: Path, media_type: str, max_px: int = 640, *, limits: Limits | None = None) -> bytes:
    """WebP of at most `max_px` a side, without metadata; the same file gives the same bytes.

    A picture is turned as EXIF says, on white; a long chat shows its top, a PDF its first page.
    Raises what sandbox.decode raises; KeyError for a media type that inspect() never gives.
    """
    _facts, data = decode("preview", path, media=MEDIA_TYPES[media_type], limits=limits or Limits(), max_px=max_px)
    return data


def render_whole(path: Path, media_type: str) -> bytes:
    """A picture as a WebP that is read at its width, nothing left out. Raises as `render_preview`."""
    _facts, data = decode("whole", path, media=MEDIA_TYPES[media_type], limits=Limits(), max_px=WHOLE_PX)
    return data
