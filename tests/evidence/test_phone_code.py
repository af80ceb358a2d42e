"""The code at the desk: who may make it, what it shows, how it is watched and closed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from evidence.models import UploadLink
from evidence.selectors.upload_links import digest
from evidence.services.upload_links import LIFETIME
from tests.evidence.factories import make_rows, picture
from tests.evidence.test_phone_page import send, sent
from tests.instants import AT

SCRIPT = {"hx-request": "true"}
SLOT = "chat_screenshot"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


def make(browser, case, slot=SLOT, headers=SCRIPT, **known):
    return browser.post(reverse("upload_link_make", args=[case.ref]), {"slot": slot}, headers=headers, **known)


def watch(browser, seen, pk=None):
    pk = pk or UploadLink.objects.latest("pk").pk
    return browser.get(reverse("upload_link", args=[pk]), {"seen": seen}, headers=SCRIPT)


def close(browser, headers=SCRIPT):
    return browser.post(reverse("upload_link_close", args=[UploadLink.objects.latest("pk").pk]), headers=headers)


def address_in(answer):
    return answer.context["address"]


def test_dialog_has_code_address_and_end(browser, case, store):
    answer = make(browser, case, SERVER_NAME="localhost")
    page = answer.content.decode()
    assert page.lstrip().startswith('<dialog id="phone_dialog"')
    assert 'src="data:image/svg+xml' in page
    assert address_in(answer) in page
    assert (AT + LIFETIME).isoformat() in page
    secret = address_in(answer).rstrip("/").rpartition("/")[2]
    assert UploadLink.objects.get().secret_sha256 == digest(secret)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("host", "is_warned"),
    [("localhost:8000", True), ("127.0.0.1:8000", True), ("[::1]:8000", True), ("desk.lan", False)],
)
def test_address_that_no_phone_reaches_is_warned_of(browser, case, store, settings, host, is_warned):
    settings.ALLOWED_HOSTS = ["*"]
    answer = make(browser, case, headers={**SCRIPT, "host": host})
    assert address_in(answer).startswith(f"http://{host}/u/")
    assert bool(answer.context["unreachable_host"]) == is_warned
    assert ("ALLOWED_HOSTS" in answer.content.decode()) == is_warned


def test_page_without_script_shows_the_code_as_well(browser, case, store):
    answer = make(browser, case, headers={})
    assert "<html" in answer.content.decode()
    assert 'src="data:image/svg+xml' in answer.content.decode()
    assert close(browser, headers={})["Location"] == reverse("case", args=[case.ref]) + "#slots"


def test_slot_offers_it_while_there_is_room(browser, case, agent, store):
    panel = reverse("case_evidence_panel", args=[case.ref])
    before = browser.get(panel).content.decode().count("data-phone")
    make_rows(case, agent, SLOT, 9)
    assert browser.get(panel).content.decode().count("data-phone") == before - 1
    refused = make(browser, case)
    assert (refused.status_code, refused["HX-Reswap"]) == (409, "none")
    assert "toast" in refused["HX-Trigger"]
    assert make(browser, case, "nothing").status_code == 422
    assert not UploadLink.objects.exists()


def test_arrivals_are_told_once(browser, case, store):
    """`seen` is how many the page shows: only a change makes it fetch the slots again."""
    phone, address = Client(), address_in(make(browser, case))
    assert "HX-Trigger" not in watch(browser, 0)
    assert 'hx-trigger="every 3s"' in watch(browser, 0).content.decode()
    phone.get(address)
    send(phone, address, sent(picture(), name="<现场>.png"))
    answer = watch(browser, 0)
    assert answer["HX-Trigger"] == "phone-arrived"
    assert "现场" in answer.content.decode()
    assert "<现场>" not in answer.content.decode()
    assert "HX-Trigger" not in watch(browser, 1)


def test_watching_ends_with_the_code(browser, case, store, time_machine):
    make(browser, case)
    time_machine.move_to(AT + LIFETIME, tick=False)
    assert "data-ended" not in watch(browser, 0).content.decode()
    time_machine.move_to(AT + LIFETIME + timedelta(microseconds=1), tick=False)
    ended = watch(browser, 0).content.decode()
    assert "data-ended" in ended
    assert "hx-get" not in ended


def test_closed_by_its_maker(browser, case, store):
    make(browser, case)
    assert "data-ended" in close(browser).content.decode()
    assert UploadLink.objects.get().closed_at == AT


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("colleague", 403), ("stranger", 404)])
def test_who_closes_it(browser, client, case, store, request, who, status):
    make(browser, case)
    other = Client()
    other.force_login(request.getfixturevalue(who))
    assert close(other).status_code == status
    assert watch(other, 0).status_code == (404 if who == "stranger" else 200)
    assert make(other, case).status_code == (404 if who == "stranger" else 200)


def test_anonymous_makes_and_watches_nothing(case, browser, store):
    make(browser, case)
    for answer in (make(Client(), case), watch(Client(), 0), close(Client())):
        assert answer.status_code == 302
    assert UploadLink.objects.count() == 1


def test_code_needs_a_token_of_the_page(case, agent, store):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(agent)
    assert make(careful, case).status_code == 403
    assert not UploadLink.objects.exists()
