"""The panel, an upload and a withdrawal as the case page and a plain form send them."""

import json

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.models import Case, CaseEvent
from evidence.limits import Limits
from evidence.models import EvidenceItem
from evidence.receiving import DISCARDED_BYTES, ENVELOPE_BYTES
from tests.evidence.factories import Zeros, make_evidence, make_rows, picture
from tests.samples import files, pdf_files
from tests.samples.names import HOSTILE_NAMES

SCRIPT = {"hx-request": "true", "hx-target": "slots"}
PLAIN: dict[str, str] = {}


def sent(data=None, name="聊天记录.png"):
    return SimpleUploadedFile(name, picture() if data is None else data)


def upload(browser, case, *uploads, headers=SCRIPT, slot="chat_screenshot", **fields):
    data = {"slot": slot, "file": list(uploads) or sent(), **fields}
    return browser.post(reverse("evidence_upload", args=[case.ref]), data, headers=headers)


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def untouched(case, store):
    """Nothing was stored, recorded or changed."""
    before = Case.objects.values().get(pk=case.pk), CaseEvent.objects.count()
    yield
    assert (Case.objects.values().get(pk=case.pk), CaseEvent.objects.count()) == before
    assert not EvidenceItem.objects.exclude(byte_size=1).exists()
    assert list(store.keys()) == []


def test_panel_shows_slots_and_pieces(browser, case, agent, store):
    item = make_evidence(case, agent, name="<b>证据</b>.png")
    answer = browser.get(reverse("case_evidence_panel", args=[case.ref]), headers=SCRIPT)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="slots"' in page
    assert 'data-slot="chat_screenshot"' in page
    assert reverse("evidence_preview", args=[item.pk]) in page
    assert "1/3" in page
    assert "<b>" not in page


def test_upload_by_script_answers_the_fresh_panel(browser, case, store):
    answer = upload(browser, case, caption="第一屏")
    item = EvidenceItem.objects.get()
    assert answer.status_code == 200
    assert 'id="slots"' in answer.content.decode()
    assert reverse("evidence_withdraw", args=[item.pk]) in answer.content.decode()
    assert (item.case_id, item.slot, item.caption) == (case.pk, "chat_screenshot", "第一屏")


def test_script_that_asks_for_json_looks_after_its_own_rows(browser, case, store):
    answer = upload(browser, case, sent(name="聊天.jpg"), headers={**SCRIPT, "accept": "application/json"})
    told = answer.json()
    assert (told["name"], len(told["warnings"])) == ("聊天.jpg", 1)
    assert EvidenceItem.objects.get().origin == "page"


def test_double_upload_by_script_is_one_piece(browser, case, store):
    data = picture()
    assert [upload(browser, case, sent(data)).status_code for _ in range(2)] == [200, 200]
    assert EvidenceItem.objects.count() == 1


def test_large_upload_is_accepted(browser, case, store, tmp_path):
    """Over the size up to which Django keeps uploads in memory."""
    data = files.phone_jpeg(tmp_path).read_bytes() + bytes(3_000_000)
    assert upload(browser, case, sent(data, "IMG_1.jpg")).status_code == 200
    assert EvidenceItem.objects.get().byte_size == len(data)


REFUSALS = {
    "no_file": (
        lambda browser, case, _folder: browser.post(_address(case), {"slot": "red_stamp"}, headers=SCRIPT),
        422,
    ),
    "file_as_text": (lambda browser, case, _folder: upload(browser, case, "not a file"), 422),
    "empty": (lambda browser, case, _folder: upload(browser, case, sent(b"")), 422),
    "no_slot": (lambda browser, case, _folder: upload(browser, case, slot=""), 422),
    "unknown_slot": (lambda browser, case, _folder: upload(browser, case, slot="nothing"), 422),
    "nul_in_slot": (lambda browser, case, _folder: upload(browser, case, slot="red\0stamp"), 422),
    "long_caption": (lambda browser, case, _folder: upload(browser, case, caption="长" * 201), 422),
    "bad_fields": (lambda browser, case, _folder: upload(browser, case, fields="[1]"), 422),
    "unknown_field": (lambda browser, case, _folder: upload(browser, case, fields='{"slot": "red_stamp"}'), 422),
    "half_character": (lambda browser, case, _folder: upload(browser, case, fields=r'{"caption": "\ud800"}'), 422),
    "script": (lambda browser, case, _folder: upload(browser, case, sent(b"#!/bin/sh\n")), 415),
    "bomb": (lambda browser, case, folder: upload(browser, case, sent(files.png_bomb(folder).read_bytes())), 413),
    "cut": (lambda browser, case, folder: upload(browser, case, sent(files.truncated_png(folder).read_bytes())), 422),
    "locked": (
        lambda browser, case, folder: upload(browser, case, sent(pdf_files.encrypted(folder).read_bytes())),
        422,
    ),
}


def _address(case):
    return reverse("evidence_upload", args=[case.ref])


@pytest.mark.parametrize("what", REFUSALS)
def test_refusal_by_script_is_json_and_leaves_no_trace(browser, case, untouched, tmp_path, what):
    send, status = REFUSALS[what]
    answer = send(browser, case, tmp_path)
    assert answer.status_code == status
    told = json.loads(answer.content)
    assert set(told) == {"error", "message", "fields"}
    assert told["message"]


@pytest.mark.parametrize("kind", files.REFUSED_TYPES)
def test_refused_types_by_script(browser, case, untouched, kind):
    name, data = files.REFUSED_TYPES[kind]()
    answer = upload(browser, case, sent(data, name))
    assert (answer.status_code, answer.json()["error"]) == (415, "file_type_refused")


def test_full_slot_by_script_is_a_conflict(browser, case, agent, untouched):
    make_rows(case, agent, "chat_screenshot", 9)
    answer = upload(browser, case)
    assert (answer.status_code, answer.json()["error"]) == (409, "slot_full")


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:30])
def test_hostile_names_by_upload(browser, case, store, name):
    """As raw bytes: the test client would clean the name itself."""
    shown = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", " ").replace("\n", " ")
    body = b"".join(
        [
            b'--X\r\nContent-Disposition: form-data; name="slot"\r\n\r\nchat_screenshot\r\n',
            b'--X\r\nContent-Disposition: form-data; name="file"; filename="',
            shown.encode(errors="surrogatepass"),
            b'"\r\nContent-Type: text/html\r\n\r\n',
            picture(),
            b"\r\n--X--\r\n",
        ]
    )
    answer = browser.generic("POST", _address(case), body, "multipart/form-data; boundary=X", headers=SCRIPT)
    if answer.status_code == 422:
        assert answer.json()["fields"].keys() == {"file"}
        assert not EvidenceItem.objects.exists()
    else:
        assert answer.status_code == 200
        kept = EvidenceItem.objects.get().original_name
        assert 0 < len(kept) <= 120
        assert not {"/", "\\", "\0", "\n", "\u202e"}.intersection(kept)


def announce(browser, case, size, headers):
    body = Zeros(size)
    answer = browser.generic(
        "POST",
        _address(case),
        b"",
        "multipart/form-data; boundary=X",
        headers=headers,
        **{"CONTENT_LENGTH": str(size), "wsgi.input": body},
    )
    return answer, body


@pytest.mark.parametrize(("headers", "files"), [(SCRIPT, 1), (PLAIN, 9)], ids=["script", "plain"])
def test_body_over_the_limit_is_refused_by_its_announced_length(browser, case, untouched, headers, files):
    """The body is nonsense: who reads it as a form answers 400. It is read to its end, so that browsers listen."""
    most = Limits().max_film_bytes + (files - 1) * Limits().max_bytes + files * ENVELOPE_BYTES
    answer, body = announce(browser, case, most + 1, headers)
    assert answer.status_code == 413
    assert body.left == 0
    if headers:
        assert answer.json()["error"] == "file_too_large"


def test_body_far_over_the_limit_is_cut_off(browser, case, untouched):
    answer, body = announce(browser, case, 10 * DISCARDED_BYTES, SCRIPT)
    assert answer.status_code == 413
    assert body.read_bytes < DISCARDED_BYTES + 1_000_000


def test_broken_body_is_refused(browser, case, untouched):
    answer = browser.generic("POST", _address(case), b"nonsense", "multipart/form-data", headers=SCRIPT)
    assert answer.status_code == 400


def test_plain_form_keeps_the_good_files(browser, case, store):
    answer = upload(browser, case, sent(name="a.png"), sent(b"MZ" + bytes(99), "b.exe"), sent(name="c.png"), headers={})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("case", args=[case.ref]) + "#slots"
    assert set(EvidenceItem.objects.values_list("original_name", flat=True)) == {"a.png", "c.png"}
    assert sum("b.exe" in message for message in told(answer)) == 1


def test_plain_form_without_file_says_so(browser, case, untouched):
    answer = browser.post(_address(case), {"slot": "red_stamp"})
    assert answer.status_code == 302
    assert len(told(answer)) == 1


@pytest.mark.parametrize("headers", [SCRIPT, PLAIN], ids=["script", "plain"])
def test_upload_needs_the_csrf_token(case, agent, untouched, headers):
    """The view is exempt at its outside only."""
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(agent)
    assert upload(careful, case, headers=headers).status_code == 403


def test_upload_with_csrf_token_passes(case, agent, store):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(agent)
    careful.get(reverse("case_evidence_panel", args=[case.ref]))
    token = careful.cookies["csrftoken"].value
    assert upload(careful, case, csrfmiddlewaretoken=token).status_code == 200


@pytest.mark.parametrize("headers", [SCRIPT, PLAIN], ids=["script", "plain"])
def test_stranger_finds_no_case(client, case, stranger, untouched, headers):
    client.force_login(stranger)
    assert upload(client, case, headers=headers).status_code == 404
    assert client.get(reverse("case_evidence_panel", args=[case.ref]), headers=headers).status_code == 404


def test_anonymous_must_log_in(client, case, untouched):
    assert upload(client, case, headers={}).status_code == 302
    assert client.get(reverse("case_evidence_panel", args=[case.ref])).status_code == 302


def test_colleague_may_upload(client, case, colleague, store):
    client.force_login(colleague)
    assert upload(client, case).status_code == 200
    assert EvidenceItem.objects.get().added_by == colleague


@pytest.fixture
def item(case, agent, store):
    return make_evidence(case, agent)


def withdraw(browser, item, reason="传错了", headers=SCRIPT):
    return browser.post(reverse("evidence_withdraw", args=[item.pk]), {"reason": reason}, headers=headers)


def test_withdraw_by_script_answers_the_panel(browser, case, agent, store):
    item = make_evidence(case, agent)
    answer = withdraw(browser, item)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "evidence-changed")
    assert "传错了" in answer.content.decode()
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_by == agent


@pytest.mark.parametrize("reason", ["", "长" * 201])
def test_withdraw_without_a_fit_reason_shows_it_in_the_panel(browser, case, agent, store, reason):
    item = make_evidence(case, agent)
    answer = withdraw(browser, item, reason)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at is None


def test_second_withdraw_is_a_conflict(browser, case, agent, store):
    item = make_evidence(case, agent)
    withdraw(browser, item)
    assert withdraw(browser, item).status_code == 409


def test_plain_withdraw_goes_back_to_the_case(browser, case, agent, store):
    answer = withdraw(browser, make_evidence(case, agent), headers={})
    assert answer["Location"] == reverse("case", args=[case.ref]) + "#slots"


def test_plain_withdraw_tells_why_not(browser, case, agent, store):
    answer = withdraw(browser, make_evidence(case, agent), "", headers={})
    assert len(told(answer)) == 1


@pytest.mark.parametrize(("who", "status"), [("colleague", 403), ("stranger", 404)])
def test_others_do_not_withdraw(client, item, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert withdraw(client, item).status_code == status
    assert withdraw(client, item).json()["message"]
    assert withdraw(client, item, headers={}).status_code == status
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at is None
