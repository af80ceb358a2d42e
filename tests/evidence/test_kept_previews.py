"""Previews are made when somebody looks, and once."""

import time
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import storages

from evidence.errors import BadStoreKey, NoPreview, StoredFileMissing
from evidence.kept_previews import is_whole, preview_of
from tests.samples import files


@pytest.fixture
def key(store, tmp_path):
    return store.put(files.jpeg(tmp_path))


def kept_file(key, edition=1):
    return Path(storages["previews"].path(f"{key}-{edition}.webp"))


def preview(key, media_type="image/jpeg", edition=1):
    return preview_of(key=key, media_type=media_type, edition=edition)


def test_preview_is_made_once(key):
    first = preview(key)
    assert is_whole(first)
    before = kept_file(key).stat()
    assert preview(key) == first
    assert kept_file(key).stat().st_mtime_ns == before.st_mtime_ns


def test_lost_preview_is_made_again(key):
    first = preview(key)
    kept_file(key).unlink()
    assert preview(key) == first


def test_half_preview_is_made_again(key):
    first = preview(key)
    kept_file(key).write_bytes(first[:500])
    assert preview(key) == first
    assert kept_file(key).read_bytes() == first


def test_previews_of_another_edition_are_others(key):
    preview(key)
    preview(key, edition=2)
    assert kept_file(key, 1).exists()
    assert kept_file(key, 2).exists()


def test_unreadable_file_has_no_preview_and_is_left_alone(store, tmp_path):
    key = store.put(files.truncated_jpeg(tmp_path))
    with pytest.raises(NoPreview):
        preview(key)
    started = time.monotonic()
    with pytest.raises(NoPreview):
        preview(key)
    assert time.monotonic() - started < 0.05
    assert not kept_file(key).exists()
    cache.clear()
    with pytest.raises(NoPreview):
        preview(key)


def test_missing_file_is_said_to_be_missing(store):
    with pytest.raises(StoredFileMissing):
        preview("00/00/" + "0" * 64)


def test_only_keys_of_the_store_are_looked_up(store):
    with pytest.raises(BadStoreKey):
        preview("../../etc/passwd")
