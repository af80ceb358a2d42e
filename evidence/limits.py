"""How large a piece of evidence may be, and how a person reads such a size."""

from __future__ import annotations

from dataclasses import dataclass

MEGA = 1_000_000
KILO = 1_000
MINUTE = 60


@dataclass(frozen=True)
class Limits:
    """Bounds of one upload; a platform's own, smaller limits belong to its policy pack.

    `max_pixels`: phones make up to 50 megapixels; 64 million decode to 256 MB at most (4 bytes a pixel).
    `min_side`: under 16 pixels nobody can read anything, it is an icon or a tracking pixel.
    `max_seconds` and `max_memory` (bytes) bound the process that decodes one file.
    `max_film_pixels`: of one frame; 4K has 8.8 million at most, and a decoder keeps up to 17 frames at once.
    `max_film_length` is seconds of film, `max_film_seconds` seconds of work on it.
    """

    max_bytes: int = 50 * MEGA
    max_pixels: int = 64 * MEGA
    min_side: int = 16
    max_pdf_pages: int = 500
    max_seconds: int = 30
    max_memory: int = 2_000 * MEGA
    max_film_bytes: int = 100 * MEGA
    max_film_length: int = 3 * MINUTE
    max_film_pixels: int = 16 * MEGA
    max_film_seconds: int = 90

    def bytes_of(self, kind: str) -> int:
        """The most bytes of a file of a kind of media.py."""
        return self.max_film_bytes if kind == "video" else self.max_bytes


def readable_size(size: int) -> str:
    """Bytes as `50 MB`, `1.5 MB`, `20 KB` or `7 B`, counted in thousands as shops' forms do."""
    for unit, step in (("MB", MEGA), ("KB", KILO)):
        if size >= step:
            return f"{size / step:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"
