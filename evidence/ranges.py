"""One part of a file, as the header `Range` asks for it."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from django.core.files.base import File

RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})")
CHUNK_BYTES = 1 << 16


def asked_range(header: str, size: int) -> range | None:
    """The positions asked for; an empty range where the file has none of them, None where all of it is to be sent.

    Several ranges at once, other units and nonsense are answered with the whole file, as RFC 9110 allows.
    """
    match = RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match["first"], match["last"]
    if not first:
        return range(max(size - int(last), 0), size) if int(last) else range(0)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


class FilePart:
    """Streams a part of a file in chunks, and closes the file with the answer."""

    def __init__(self, file: IO[bytes] | File[bytes], part: range) -> None:
        self.file = file
        self.left = len(part)
        file.seek(part.start)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        chunk: bytes = self.file.read(min(CHUNK_BYTES, self.left))
        if not chunk:
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.file.close()
