"""A kept file never runs in a browser, and nobody sees it who may not see its case."""

import pytest
from django.urls import reverse
from django.utils.http import parse_header_parameters

from evidence.models import EvidenceItem
from evidence.services.uploads import withdraw_evidence
from tests.evidence.factories import make_evidence, picture
from tests.factories import make_agent
from tests.instants import AT
from tests.samples import files, pdf_files

SAMPLES = {
    "image/jpeg": files.jpeg,
    "image/png": files.png,
    "image/webp": files.webp,
    "image/gif": files.gif,
    "image/heic": files.heic,
    "application/pdf": pdf_files.letter,
}


def file_of(item):
    return reverse("evidence_file", args=[item.pk])


def preview_of(item):
    return reverse("evidence_preview", args=[item.pk])


def body(answer):
    """Read to its end, which closes the file as a web server does."""
    return b"".join(answer.streaming_content)


@pytest.fixture
def item(case, agent, store):
    return make_evidence(case, agent, data=picture(7))


@pytest.mark.parametrize("media_type", SAMPLES)
def test_file_is_served_safely(browser, case, agent, store, tmp_path, media_type):
    data = SAMPLES[media_type](tmp_path).read_bytes()
    item = make_evidence(case, agent, data=data, name="聊天<记录>.html")
    answer = browser.get(file_of(item))
    assert body(answer) == data
    assert answer["Content-Type"] == media_type
    assert answer["Content-Length"] == str(len(data))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in answer["Cache-Control"]
    assert answer["ETag"] == f'"{item.sha256}"'
    shown, parameters = parse_header_parameters(answer["Content-Disposition"])
    is_download = media_type in ("image/heic", "application/pdf")
    assert shown == ("attachment" if is_download else "inline")
    assert parameters["filename"].startswith("聊天_记录.")
    assert not parameters["filename"].endswith("html")


def test_polyglot_is_served_as_the_picture_it_is(browser, case, agent, store, tmp_path):
    data = files.polyglot_jpeg(tmp_path).read_bytes()
    answer = browser.get(file_of(make_evidence(case, agent, data=data, name="polyglot.html")))
    assert body(answer) == data
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert 'filename="polyglot.jpg"' in answer["Content-Disposition"]


def test_unchanged_file_is_not_sent_again(browser, item):
    answer = browser.get(file_of(item), headers={"if-none-match": f'"{item.sha256}"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_part_of_a_file(browser, item):
    answer = browser.get(file_of(item), headers={"range": "bytes=10-19"})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes 10-19/{item.byte_size}"
    assert (answer["Content-Length"], answer["Content-Type"]) == ("10", "image/png")
    assert body(answer) == picture(7)[10:20]


def test_part_beyond_the_end(browser, item):
    answer = browser.get(file_of(item), headers={"range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{item.byte_size}"


def test_part_of_another_edition_is_the_whole(browser, item):
    answer = browser.get(file_of(item), headers={"range": "bytes=10-19", "if-range": '"another"'})
    assert answer.status_code == 200
    assert body(answer) == picture(7)


def test_head_gives_the_length_only(browser, item):
    answer = browser.head(file_of(item))
    assert (answer.status_code, answer["Content-Length"]) == (200, str(item.byte_size))
    assert body(answer) == b""


def test_withdrawn_file_can_still_be_looked_at(browser, item, agent):
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    answer = browser.get(file_of(item))
    assert answer.status_code == 200
    assert body(answer) == picture(7)


def test_missing_file_is_said_to_be_missing(browser, item, store):
    store.storage.delete(item.key)
    assert browser.get(file_of(item)).status_code == 404
    assert browser.get(preview_of(item)).status_code == 404


@pytest.mark.parametrize("media_type", SAMPLES)
def test_every_type_has_a_preview(browser, case, agent, store, tmp_path, media_type):
    item = make_evidence(case, agent, data=SAMPLES[media_type](tmp_path).read_bytes())
    answer = browser.get(preview_of(item))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content[8:12] == b"WEBP"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in answer["Cache-Control"]
    again = browser.get(preview_of(item), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", [file_of, preview_of])
class TestAccess:
    def test_colleague_sees_it(self, client, colleague, item, address):
        client.force_login(colleague)
        answer = client.get(address(item))
        assert answer.status_code == 200
        assert body(answer) if answer.streaming else answer.content

    def test_stranger_does_not_learn_that_it_exists(self, client, stranger, item, address):
        client.force_login(stranger)
        answer = client.get(address(item), headers={"if-none-match": f'"{item.sha256}"'})
        assert answer.status_code == 404
        nothing = client.get(address(EvidenceItem(case=item.case)))
        assert nothing.status_code == 404

    def test_somebody_without_shops_sees_nothing(self, client, item, address):
        client.force_login(make_agent())
        assert client.get(address(item)).status_code == 404

    def test_whoever_left_the_shop_sees_nothing(self, client, colleague, item, address):
        client.force_login(colleague)
        colleague.shops.clear()
        assert client.get(address(item)).status_code == 404

    def test_anonymous_must_log_in(self, client, item, address):
        answer = client.get(address(item))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("login"))

    def test_it_is_only_looked_at(self, client, agent, item, address):
        client.force_login(agent)
        assert client.post(address(item)).status_code == 405
