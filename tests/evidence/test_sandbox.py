"""The process that decodes untrusted files is confined, and each of its refusals has its words."""

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.utils import translation

from evidence import decoder, decoding
from evidence.errors import FileTooComplex
from evidence.limits import Limits, readable_size
from evidence.media import MEDIA_TYPES
from evidence.sandbox import REFUSALS, decode, refusal
from tests.samples import files, pdf_files


def test_every_reason_of_the_decoder_has_its_error():
    source = "".join(path.read_text() for path in Path(decoder.__file__).parent.glob("*.py"))
    reasons = set(re.findall(r'Refused\(\s*"(\w+)"', source)) | {"damaged", "complex", "film_complex"}
    assert reasons == set(REFUSALS)


@pytest.mark.parametrize("reason", REFUSALS)
def test_refusal_is_ready_to_be_read(reason):
    with translation.override("en"):
        text = str(refusal(reason, Limits(max_pixels=1_500_000, max_pdf_pages=7)))
    assert "{" not in text
    assert ("1.5 million" in text) == (reason == "pixels")
    assert ("7 pages" in text) == (reason == "pages")


def test_decoder_without_memory_is_no_failure_of_ours(tmp_path):
    path = files.write(tmp_path, "large.png", files.flat_png(8_000, 8_000))
    with pytest.raises(FileTooComplex):
        decode("preview", path, media=MEDIA_TYPES["image/png"], limits=Limits(max_memory=200_000_000), max_px=640)


def test_name_of_the_file_is_data(tmp_path):
    path = pdf_files.letter(tmp_path).rename(tmp_path / "'; import os; os.abort() #\n--help.pdf")
    facts, _data = decode("check", path, media=MEDIA_TYPES["application/pdf"], limits=Limits())
    assert facts["pages"] == 1


def pages(path: Path) -> int:
    return int(decode("check", path, media=MEDIA_TYPES["application/pdf"], limits=Limits())[0]["pages"])


def server() -> int:
    current = decoding.servers.current
    assert current is not None
    return current.process.pid


def test_each_file_has_a_process_of_its_own_and_all_have_one_server(tmp_path):
    path = pdf_files.letter(tmp_path, pages=2)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(pages, [path] * 8)) == [2] * 8
    before = server()
    pages(path)
    assert server() == before


def test_server_that_was_killed_is_started_again(tmp_path):
    path = pdf_files.letter(tmp_path, pages=2)
    pages(path)
    before = server()
    os.kill(before, signal.SIGKILL)
    assert pages(path) == 2
    assert server() != before


def test_server_ends_with_its_caller(tmp_path):
    one = decoding.Server()
    one.control.close()
    assert one.process.wait(decoding.START_SECONDS) == 0


def test_fork_of_this_process_has_a_server_of_its_own(tmp_path):
    path = pdf_files.letter(tmp_path, pages=2)
    pages(path)
    before = server()
    child = os.fork()
    if child == 0:
        os._exit(0 if decoding.servers.current is None and pages(path) == 2 and server() != before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pages(path) == 2
    assert server() == before


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (1_500_000, "1.5 MB"), (50_000_000, "50 MB")],
)
def test_size_is_readable(size, text):
    assert readable_size(size) == text
