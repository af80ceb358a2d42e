"""Where evidence files are kept: named by their content, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext_lazy as _

from evidence.errors import BadStoreKey, StoredFileAltered, StoredFileMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.core.files.storage import Storage

STORAGE_ALIAS = "evidence"
KEY = re.compile(r"(?P<first>[0-9a-f]{2})/(?P<second>[0-9a-f]{2})/(?P=first)(?P=second)[0-9a-f]{60}")
CHUNK_BYTES = 1 << 20
# The owner writes, the group (backups) reads, nobody executes; keys have no ending for the same reason.
FILE_MODE = 0o640
FOLDER_MODE = 0o750
# Holds files while they are written; on the same disk as the store, so that the last step is a rename.
INCOMING = "incoming"


class ContentStore:
    """Files under `ab/cd/abcd…`, their SHA-256; the same content is kept once.

    A store on disk gets each file by one rename, so a reader or a crash never meets half of one.
    """

    def __init__(self, storage: Storage | None = None) -> None:
        self.storage = storage or storages[STORAGE_ALIAS]

    def put(self, path: Path) -> str:
        """Keep a copy of the file; returns its key. Doing it again, or twice at once, changes nothing.

        Raises StoredFileAltered if the kept file of that name has another size.
        """
        root = self._root()
        return self._put_remote(path) if root is None else self._put_on_disk(path, root)

    def put_bytes(self, data: bytes) -> str:
        """As `put`, for a file that the desk itself has made."""
        with tempfile.NamedTemporaryFile(prefix="evidence-") as made:
            made.write(data)
            made.flush()
            return self.put(Path(made.name))

    def open(self, key: str) -> File[Any]:
        """The kept file for reading. Raises BadStoreKey, StoredFileMissing."""
        self._require(key)
        return self.storage.open(key, "rb")

    def exists(self, key: str) -> bool:
        """Raises BadStoreKey."""
        return self.storage.exists(checked_key(key))

    def size(self, key: str) -> int:
        """Bytes. Raises BadStoreKey, StoredFileMissing."""
        self._require(key)
        return self.storage.size(key)

    def verify(self, key: str) -> bool:
        """Whether the kept bytes still make the key. Raises BadStoreKey, StoredFileMissing."""
        with self.open(key) as kept:
            return key_of(digest_of(kept)) == key

    def keys(self) -> Iterator[str]:
        """Every kept file's key, in order."""
        if not self.storage.exists(""):
            return
        for first in sorted(self.storage.listdir("")[0]):
            for second in sorted(self.storage.listdir(first)[0]) if first != INCOMING else ():
                names = sorted(self.storage.listdir(f"{first}/{second}")[1])
                yield from (key for name in names if KEY.fullmatch(key := f"{first}/{second}/{name}"))

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        """A path for tools that need one; read only. Remote content is copied and checked first.

        Raises BadStoreKey, StoredFileMissing, StoredFileAltered.
        """
        self._require(key)
        root = self._root()
        if root is not None:
            yield root / key
            return
        with tempfile.NamedTemporaryFile(prefix="evidence-") as copy, self.storage.open(key, "rb") as kept:
            if key_of(copy_and_digest(kept, copy)) != key:
                raise altered()
            copy.flush()
            yield Path(copy.name)

    def _root(self) -> Path | None:
        """The store's folder, None where the storage is not on this machine's disk."""
        # Asking for path() would not tell: the in-memory storage answers it too.
        return Path(self.storage.location) if isinstance(self.storage, FileSystemStorage) else None

    def _require(self, key: str) -> None:
        if not self.storage.exists(checked_key(key)):
            raise StoredFileMissing(_("This file is missing from the store. Restore it from a backup."))

    def _put_on_disk(self, path: Path, root: Path) -> str:
        incoming = root / INCOMING
        incoming.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as copy:
            try:
                # The name comes from the bytes that were written, not from an earlier reading of them.
                with path.open("rb") as source:
                    key = key_of(copy_and_digest(source, copy))
                copy.flush()
                os.fchmod(copy.fileno(), FILE_MODE)
                os.fsync(copy.fileno())
                self._place(Path(copy.name), root / key)
            finally:
                Path(copy.name).unlink(missing_ok=True)
        return key

    def _place(self, copy: Path, target: Path) -> None:
        """Move a finished copy to its name, unless it is there."""
        size = copy.stat().st_size
        if target.exists():
            if target.stat().st_size != size:
                raise altered()
            return
        target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        # Whoever else puts this content now renames the same bytes to the same name.
        copy.replace(target)
        for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
            sync_folder(folder)

    def _put_remote(self, path: Path) -> str:
        with path.open("rb") as source:
            key = key_of(digest_of(source))
            if not self.storage.exists(key):
                source.seek(0)
                saved = self.storage.save(key, File(source, name=key))
                if saved != key:
                    # Somebody else put the same content meanwhile, so ours went beside it.
                    self.storage.delete(saved)
        if self.storage.size(key) != path.stat().st_size:
            raise altered()
        return key


def checked_key(key: str) -> str:
    """Raises BadStoreKey, so no other path can be asked of the storage."""
    if not KEY.fullmatch(key):
        raise BadStoreKey(_("This is not the name of a kept file."))
    return key


def key_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest_of(file: IO[bytes] | File[Any]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def copy_and_digest(source: IO[bytes] | File[Any], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def altered() -> StoredFileAltered:
    return StoredFileAltered(_("A kept file was altered outside this program. Restore it from a backup."))
