"""What the decoder is asked for, and how it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

Facts = dict[str, Any]


class Refused(Exception):
    """The file cannot be evidence; the argument is a key of sandbox.REFUSALS."""


@dataclass(frozen=True)
class Request:
    """What sandbox.py asks for; `kind` and `decoder` are those of media.py, `change` is the derivation of a picture."""

    task: str
    path: str
    kind: str
    decoder: str | None
    max_px: int
    change: dict[str, Any]
    max_pixels: int
    max_pdf_pages: int
    max_seconds: int
    max_memory: int
    max_film_pixels: int
    max_film_length: int


Task = Callable[[Request], tuple[Facts, bytes]]


def damage_is_refused(task: Task) -> Task:
    """Decoders raise whatever their parsers trip over (struct, index, value, syntax errors …)."""

    @wraps(task)
    def guarded(request: Request) -> tuple[Facts, bytes]:
        try:
            return task(request)
        except (Refused, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - the file is untrusted; any failure means it is damaged
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            # qpdf reports a full memory as one more kind of bad data.
            raise Refused("complex" if "bad_alloc" in str(error) else "damaged") from None

    return guarded
