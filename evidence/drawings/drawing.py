"""What every drawing function returns, and where its chance comes from."""

from __future__ import annotations

import random
from dataclasses import dataclass

Rgb = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One demo file, ready to be stored as evidence."""

    name: str
    media_type: str
    content: bytes


def chance(kind: str, seed: int) -> random.Random:
    """A stream of its own for each kind, so that equal seeds do not give look-alikes."""
    return random.Random(f"{kind}:{seed}")  # noqa: S311 - pictures must repeat; nothing here is a secret
