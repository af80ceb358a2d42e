"""Previews, made once and kept. They can be lost at any time: they are made again when somebody looks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from aftersales.errors import DeskError
from evidence.errors import NoPreview
from evidence.previews import render_preview, render_whole
from evidence.storage import ContentStore, checked_key

if TYPE_CHECKING:
    from django.core.files.storage import Storage

logger = logging.getLogger(__name__)

STORAGE_ALIAS = "previews"
RIFF_HEADER = 8
TRY_AGAIN_SECONDS = 600


def preview_of(*, key: str, media_type: str, edition: int, whole: bool = False) -> bytes:
    """The WebP preview of the stored file `key`; `edition` tells previews made in different ways apart.

    `whole` is a large one of all of a picture.

    A file that cannot be rendered is left alone for ten minutes, so that nobody's page keeps both cores busy.
    Raises `BadStoreKey`, `StoredFileMissing`, `NoPreview`.
    """
    storage = storages[STORAGE_ALIAS]
    name = f"{checked_key(key)}-{'whole-' if whole else ''}{edition}.webp"
    kept = _read(storage, name)
    if kept:
        return kept
    failed = f"no-preview-{name}"
    if cache.get(failed):
        raise NoPreview(_("No preview of this file can be made: open the file itself."))
    with ContentStore().local_path(key) as path:
        try:
            data = render_whole(path, media_type) if whole else render_preview(path, media_type)
        except DeskError as error:
            cache.set(failed, value=True, timeout=TRY_AGAIN_SECONDS)
            logger.warning("No preview of %s: %s", key, error.error_code)
            raise NoPreview(_("No preview of this file can be made: open the file itself.")) from error
    _keep(storage, name, data)
    return data


def _read(storage: Storage, name: str) -> bytes:
    """A kept preview, empty where there is none or somebody is still writing it."""
    try:
        with storage.open(name, "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return b""
    return data if is_whole(data) else b""


def is_whole(webp: bytes) -> bool:
    """Whether as many bytes are there as the file's own header counts."""
    return len(webp) > RIFF_HEADER and int.from_bytes(webp[4:RIFF_HEADER], "little") + RIFF_HEADER == len(webp)


def _keep(storage: Storage, name: str, data: bytes) -> None:
    if storage.exists(name):
        # A half that a crash left, or one that somebody else is writing: the same bytes are written either way.
        storage.delete(name)
    saved = storage.save(name, ContentFile(data))
    if saved != name:
        storage.delete(saved)
