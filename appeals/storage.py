"""Where built packets are kept: one file each, put in place as a whole."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext_lazy as _

from appeals.errors import PacketFileMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.core.files.storage import Storage

STORAGE_ALIAS = "packets"
# Beside the finished files, so that the last step is a rename on one disk.
INCOMING = "incoming"
FILE_MODE = 0o640


class PacketStore:
    """Files by key; a reader or a crash never meets half of one."""

    def __init__(self, storage: Storage | None = None) -> None:
        self.storage = storage or storages[STORAGE_ALIAS]

    @contextmanager
    def workplace(self, name: str) -> Iterator[Path]:
        """A folder to build in, gone afterwards; what a killed build of this name left behind goes first."""
        root = self._root()
        if root is None:
            with tempfile.TemporaryDirectory(prefix="packet-") as folder:
                yield Path(folder)
            return
        incoming = root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        self.clear(name)
        with tempfile.TemporaryDirectory(dir=incoming, prefix=f"{name}-") as folder:
            yield Path(folder)

    def clear(self, name: str) -> None:
        """Remove what a killed build of this name left behind."""
        root = self._root()
        for leftover in (root / INCOMING).glob(f"{name}-*") if root is not None else ():
            shutil.rmtree(leftover, ignore_errors=True)

    def keep(self, path: Path, key: str) -> None:
        """Put a finished file in place of what was there."""
        root = self._root()
        if root is not None:
            path.chmod(FILE_MODE)
            path.replace(root / key)
            return
        with path.open("rb") as file:
            self.storage.delete(key)
            self.storage.save(key, File(file, name=key))

    def open(self, key: str) -> File[Any]:
        """Raises PacketFileMissing."""
        if not key or not self.storage.exists(key):
            raise PacketFileMissing(_("The packet's file is not there: build it again."))
        return self.storage.open(key, "rb")

    def _root(self) -> Path | None:
        """The folder, None where the storage is not on this machine's disk."""
        return Path(self.storage.location) if isinstance(self.storage, FileSystemStorage) else None
