"""Writes a packet from file to file: pictures are copied in chunks, and hashed meanwhile on the other core."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

CHUNK = 1024 * 1024
# Chunks that wait to be hashed, at most: what bounds the memory.
WAITING = 8


@dataclass(frozen=True)
class FileBytes:
    """Bytes of which the middle lies in a file; pydyf measures them, adds a line end and hands them to write()."""

    head: bytes
    path: Path
    spans: tuple[tuple[int, int], ...]
    tail: bytes

    def __len__(self) -> int:
        return len(self.head) + sum(length for _offset, length in self.spans) + len(self.tail)

    def __add__(self, more: bytes) -> FileBytes:
        return replace(self, tail=self.tail + more)

    def chunks(self) -> Iterator[bytes]:
        """Raises OSError when the file has become shorter."""
        yield self.head
        with self.path.open("rb", buffering=0) as file:
            for offset, length in self.spans:
                file.seek(offset)
                left = length
                while left:
                    chunk = file.read(min(left, CHUNK))
                    if not chunk:
                        raise OSError(f"{self.path} ends early")
                    left -= len(chunk)
                    yield chunk
        yield self.tail


class FileStream(pydyf.Stream):
    """A stream whose bytes stay in their file until they are written, so that a packet may be larger than memory."""

    def __init__(self, path: Path, spans: tuple[tuple[int, int], ...], sha256: str, entries: dict[str, Any]) -> None:
        super().__init__(extra=entries)
        self.path, self.spans, self.sha256 = path, spans, sha256
        self.extra["Length"] = sum(length for _offset, length in spans)

    @property
    def data(self) -> bytes:
        """Stands for the content where pydyf computes the document's identifier."""
        return bytes(pydyf.Dictionary(self.extra).data) + self.sha256.encode()

    @property
    def indirect(self) -> FileBytes:
        head = f"{self.number} {self.generation} obj\n".encode() + pydyf.Dictionary(self.extra).data + b"\nstream\n"
        return FileBytes(head, self.path, self.spans, b"\nendstream\nendobj")


class PacketFile:
    """A file that takes bytes and FileBytes, and knows its SHA-256 once it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        self._hasher = ThreadPoolExecutor(max_workers=1)
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._hasher.shutdown()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes | FileBytes) -> None:
        for chunk in content.chunks() if isinstance(content, FileBytes) else (content,):
            self._file.write(chunk)
            self._waiting.append(self._hasher.submit(self._hash.update, chunk))
            if len(self._waiting) > WAITING:
                self._waiting.popleft().result()
