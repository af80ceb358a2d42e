"""Writes the ZIP: from file to file, nothing in memory, the same bytes for the same members."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1024 * 1024
# A ZIP knows no earlier moment; a real one would make other bytes of the same members.
MOMENT = (1980, 1, 1, 0, 0, 0)
UNIX = 3
FILE_MODE = 0o100644


class Archive:
    """Members are stored as they are: PDFs, pictures and workbooks are compressed already."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file

    def add(self, name: str, source: IO[bytes], *, byte_size: int) -> str:
        """The SHA-256 of what was written; `byte_size` is what `source` is expected to hold."""
        member = ZipInfo(name, MOMENT)
        member.compress_type, member.create_system = ZIP_STORED, UNIX
        member.external_attr = FILE_MODE << 16
        member.file_size = byte_size  # decides on ZIP64 before the first byte
        digest = hashlib.sha256()
        with self._file.open(member, "w") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        return digest.hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            self.add(name, source, byte_size=path.stat().st_size)


@contextmanager
def writing(path: Path) -> Iterator[Archive]:
    with ZipFile(path, "w", ZIP_STORED) as file:
        yield Archive(file)
