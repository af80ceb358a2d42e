"""Evidence is kept once, whole, unchanged and under a name that nobody can choose."""

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from evidence.errors import BadStoreKey, StoredFileAltered, StoredFileMissing
from evidence.storage import INCOMING, ContentStore
from tests.samples import files

CONTENT = b"proof" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KEY = f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"


@pytest.fixture
def source(tmp_path):
    return files.write(tmp_path, "proof.sh", CONTENT)


@pytest.fixture
def disk(tmp_path):
    return ContentStore(FileSystemStorage(tmp_path / "store"))


@pytest.fixture(params=["disk", "remote"])
def store(request, disk):
    return disk if request.param == "disk" else ContentStore(InMemoryStorage())


def test_kept_file_is_named_by_its_content(store, source):
    assert store.put(source) == KEY
    with store.open(KEY) as kept:
        assert kept.read() == CONTENT
    assert store.size(KEY) == len(CONTENT)
    assert list(store.keys()) == [KEY]
    assert source.exists()


def test_same_content_is_kept_once(store, source, tmp_path):
    other = files.write(tmp_path, "other.jpg", CONTENT)
    assert store.put(source) == store.put(other)
    assert list(store.keys()) == [KEY]


def test_keeping_again_does_not_write(disk, source):
    disk.put(source)
    with disk.local_path(KEY) as path:
        before = path.stat()
    disk.put(source)
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_many_workers_keep_the_same_content_at_once(store, source):
    with ThreadPoolExecutor(8) as workers:
        keys = set(workers.map(store.put, [source] * 40))
    assert keys == {KEY}
    assert list(store.keys()) == [KEY]
    assert store.verify(KEY)


def test_lost_race_on_a_remote_storage_leaves_one_file(source):
    class Late(InMemoryStorage):
        """Another worker saves between the question and the save."""

        is_taken = False

        def exists(self, name):
            found = super().exists(name)
            if not found and not self.is_taken:
                self.is_taken = True
                self.save(KEY, ContentFile(CONTENT))
            return found

    store = ContentStore(Late())
    assert store.put(source) == KEY
    assert list(store.keys()) == [KEY]


def test_nothing_is_left_beside_the_kept_file(disk, source, tmp_path):
    disk.put(source)
    disk.put(source)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == [tmp_path / "store" / KEY]


def test_failed_write_leaves_nothing(disk, tmp_path):
    with pytest.raises(FileNotFoundError):
        disk.put(tmp_path / "gone.jpg")
    assert not list((tmp_path / "store" / INCOMING).iterdir())
    assert list(disk.keys()) == []


def test_unfinished_writes_are_not_kept_files(disk, source, tmp_path):
    disk.put(source)
    files.write(tmp_path / "store" / INCOMING, "tmpabc", b"half")
    assert list(disk.keys()) == [KEY]


def test_kept_file_is_private_and_not_executable(disk, source, tmp_path):
    source.chmod(0o777)
    path = tmp_path / "store" / disk.put(source)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.suffix == ""


def test_verify_finds_an_altered_byte(disk, source, tmp_path):
    disk.put(source)
    assert disk.verify(KEY)
    (tmp_path / "store" / KEY).write_bytes(b"P" + CONTENT[1:])
    assert not disk.verify(KEY)


def test_shortened_file_is_reported_and_not_overwritten(disk, source, tmp_path):
    disk.put(source)
    kept = tmp_path / "store" / KEY
    kept.write_bytes(b"short")
    with pytest.raises(StoredFileAltered):
        disk.put(source)
    assert kept.read_bytes() == b"short"


def test_local_path_of_a_disk_store_is_the_file_itself(disk, source, tmp_path):
    disk.put(source)
    with disk.local_path(KEY) as path:
        assert path == tmp_path / "store" / KEY


def test_local_path_of_a_remote_store_is_a_copy_for_a_while(source):
    store = ContentStore(InMemoryStorage())
    store.put(source)
    with store.local_path(KEY) as path:
        assert path.read_bytes() == CONTENT
    assert not path.exists()


def test_local_path_of_altered_remote_content_is_refused():
    storage = InMemoryStorage()
    storage.save(KEY, ContentFile(b"something else"))
    with pytest.raises(StoredFileAltered), ContentStore(storage).local_path(KEY):
        pass


def test_missing_file_is_reported(store):
    with pytest.raises(StoredFileMissing):
        store.open(KEY)
    with pytest.raises(StoredFileMissing):
        store.verify(KEY)
    with pytest.raises(StoredFileMissing), store.local_path(KEY):
        pass
    assert not store.exists(KEY)
    assert list(store.keys()) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        SHA256,
        f"aa/bb/{SHA256}",
        KEY.upper(),
        KEY + ".html",
        KEY + "\n",
        "incoming/x",
    ],
)
def test_other_names_are_refused(store, key):
    with pytest.raises(BadStoreKey):
        store.open(key)
    with pytest.raises(BadStoreKey), store.local_path(key):
        pass


def test_store_uses_the_configured_storage(settings, tmp_path, source):
    settings.STORAGES = settings.STORAGES | {
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "configured")},
        }
    }
    assert (tmp_path / "configured" / ContentStore().put(source)).exists()
