"""The page on which a picture is turned, cropped and blacked out, and the same through the API."""

import io
import json

import pytest
from django.test import Client
from PIL import Image

from aftersales.enums import EventType, Kind
from aftersales.models import CaseEvent
from aftersales.services.tokens import create_token
from evidence.models import EvidenceItem
from evidence.services.derivations import derive_evidence
from evidence.services.uploads import withdraw_evidence
from tests.api_client import ApiClient
from tests.evidence.factories import make_evidence, make_rows, picture
from tests.factories import make_case, make_shop
from tests.instants import AT
from tests.samples import files, films, pdf_files

CHANGE = {"turn": "90", "crop": "[0.1, 0.1, 0.9, 0.9]", "black_out": "[[0.2, 0.2, 0.4, 0.3]]"}


@pytest.fixture
def item(case, agent, store):
    return make_evidence(case, agent, data=files.encoded(files.photo(320, 240), "PNG"), caption="第一屏")


def address(item):
    return f"/evidence/{item.pk}/edit/"


def made_from(item):
    return EvidenceItem.objects.filter(derived_from=item)


def test_page_shows_the_picture_and_its_origin(browser, item, case):
    answer = browser.get(address(item))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f"/evidence/{item.pk}/whole/" in text
    assert item.sha256 in text
    assert "第一屏" in text
    assert 'style="' not in text


def test_posted_change_makes_a_piece(browser, item, agent):
    answer = browser.post(address(item), {**CHANGE, "caption": "涂掉电话"})
    assert answer["Location"].endswith("#slots")
    made = made_from(item).get()
    assert made.derivation == {"turn": 90, "crop": [0.1, 0.1, 0.9, 0.9], "black_out": [[0.2, 0.2, 0.4, 0.3]]}
    assert (made.caption, made.added_by) == ("涂掉电话", agent)
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at is None


def test_original_goes_where_that_is_asked(browser, item):
    browser.post(address(item), {**CHANGE, "replaces": "on"})
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at is not None


def test_form_without_script_can_turn(browser, item):
    """The hidden field comes first, the choice for whoever has no script behind it."""
    browser.post(address(item), {"turn": ["0", "180"], "crop": "", "black_out": "", "replaces": ""})
    assert made_from(item).get().derivation["turn"] == 180


SILLY = {
    "nothing": {},
    "no_json": {"crop": "{"},
    "deep": {"black_out": "[" * 9_000},
    "long": {"black_out": f"[{' ' * 10_000}]"},
    "word": {"turn": "left"},
    "not_a_number": {"crop": "[NaN, 0, 1, 1]"},
    "long_caption": {**CHANGE, "caption": "长" * 201},
    "unknown_point": {**CHANGE, "confirmed": "stamped"},
}


@pytest.mark.parametrize("what", SILLY)
def test_refusal_keeps_what_was_drawn(browser, item, what):
    answer = browser.post(address(item), SILLY[what])
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not made_from(item).exists()


def test_refused_page_has_the_rectangles_again(browser, item):
    answer = browser.post(address(item), {**CHANGE, "caption": "长" * 201})
    assert 'value="[0.1, 0.1, 0.9, 0.9]"' in answer.content.decode()


def test_full_slot_offers_only_to_replace(browser, item, case, agent):
    make_rows(case, agent, item.slot, 8)
    assert browser.post(address(item), CHANGE).status_code == 409
    text = browser.get(address(item)).content.decode()
    assert 'name="replaces" value="" disabled' in text
    assert 'name="replaces" value="on" checked' in text


@pytest.mark.parametrize(
    "make", [lambda folder: pdf_files.letter(folder).read_bytes(), lambda _folder: films.film()], ids=["pdf", "film"]
)
def test_what_is_no_picture_is_told_what_to_do(browser, case, agent, store, tmp_path, make):
    other = make_evidence(case, agent, "goods_photo", data=make(tmp_path))
    page = browser.get(address(other))
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert "data-editor" not in page.content.decode()
    assert browser.post(address(other), CHANGE).status_code == 422
    assert browser.get(f"/evidence/{other.pk}/whole/").status_code == 404


def test_withdrawn_piece_is_not_edited(browser, item, agent):
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    assert "data-editor" not in browser.get(address(item)).content.decode()
    assert browser.post(address(item), CHANGE).status_code == 409


def test_strict_slot_asks_again_what_it_shows(browser, shop, agent, store):
    """PD-33."""
    item = make_evidence(make_case(shop, agent, kind=Kind.IN_TRANSIT), agent, "red_stamp")
    assert browser.get(address(item)).content.decode().count('name="confirmed"') == 6
    assert browser.post(address(item), CHANGE).status_code == 422
    assert browser.post(address(item), {**CHANGE, "confirmed": item.confirmed}).status_code == 302


def test_colleague_may_edit_but_not_replace(client, item, colleague):
    client.force_login(colleague)
    assert 'value="on" disabled' in client.get(address(item)).content.decode()
    assert client.post(address(item), {**CHANGE, "replaces": "on"}).status_code == 403
    assert client.post(address(item), CHANGE).status_code == 302


@pytest.mark.parametrize("part", ["edit", "whole", "film", "stills", "caption"])
def test_stranger_finds_nothing(client, item, stranger, part):
    client.force_login(stranger)
    send = client.post if part == "caption" else client.get
    assert send(f"/evidence/{item.pk}/{part}/").status_code == 404
    client.logout()
    assert send(f"/evidence/{item.pk}/{part}/").status_code == 302


def test_post_needs_the_csrf_token(item, agent):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(agent)
    assert careful.post(address(item), CHANGE).status_code == 403
    assert careful.post(f"/evidence/{item.pk}/caption/", {"caption": "x"}).status_code == 403


def test_panel_names_what_it_was_made_from(browser, item, case, agent):
    made = derive_evidence(item=item, derivation={"turn": 90, "black_out": [[0, 0, 0.1, 0.1]]}, by=agent, at=AT)
    text = browser.get(f"/cases/{case.ref}/evidence/").content.decode()
    for told in (f"/evidence/{item.pk}/edit/", f"{made.sha256[:12]} ← {item.sha256[:12]}", made.sha256, item.sha256):
        assert told in text


def test_picture_to_edit_by_is_kept_and_safe(browser, item):
    answer = browser.get(f"/evidence/{item.pk}/whole/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.content)).size == (320, 240)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert browser.get(f"/evidence/{item.pk}/whole/", headers={"if-none-match": answer["ETag"]}).status_code == 304


def call(program, item, **body):
    return program.post(f"evidence/{item.pk}/derive", body)


def test_api_makes_a_piece(item, agent):
    answer = call(ApiClient(agent), item, turn=90, black_out=[[0, 0, 0.5, 0.5]], caption="涂黑", replaces=True)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["derived_from"], told["origin"], told["duration_ms"]) == (str(item.pk), "derived", None)
    assert told["derivation"] == {"turn": 90, "crop": None, "black_out": [[0, 0, 0.5, 0.5]]}
    assert (told["caption"], told["width"], told["height"], told["media_type"]) == ("涂黑", 240, 320, "image/png")
    added = CaseEvent.objects.filter(type=EventType.EVIDENCE_ADDED).latest("seq")
    assert (added.source, added.data["derived_from_sha256"]) == ("api", item.sha256)
    original = ApiClient(agent).get(f"evidence/{item.pk}").json()
    assert told["name"] in original["withdrawn_reason"]
    assert (original["derived_from"], original["derivation"], original["origin"]) == (None, None, "page")
    assert call(ApiClient(agent), item, turn=90, black_out=[[0, 0, 0.5, 0.5]], replaces=True).json()["id"] == told["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"turn": 45},
        {"turn": "left"},
        {"crop": [0, 0, 1]},
        {"crop": [0, 0, 2, 1]},
        {"crop": [0.5, 0, 0.5, 1]},
        {"black_out": [[0, 0, 0.5, 0.5]] * 51},
        {"turn": 90, "caption": "长" * 201},
        {"turn": 90, "replaces": "perhaps"},
    ],
    ids=json.dumps,
)
def test_api_refuses_silly_changes(item, agent, body):
    answer = call(ApiClient(agent), item, **body)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert not made_from(item).exists()


def test_api_knows_who_may(item, agent, colleague, stranger):
    other = make_shop()
    agent.shops.add(other)
    _token, narrow = create_token(user=agent, now=AT, shops=[other])
    assert call(ApiClient(stranger), item, turn=90).status_code == 404
    assert call(ApiClient(headers={"Authorization": f"Bearer {narrow}"}), item, turn=90).status_code == 404
    assert call(ApiClient(agent, is_read_only=True), item, turn=90).status_code == 403
    assert call(ApiClient(), item, turn=90).status_code == 401
    assert call(ApiClient(colleague), item, turn=90, replaces=True).status_code == 403
    assert not made_from(item).exists()
    assert call(ApiClient(colleague), item, turn=90).status_code == 201


def test_api_refuses_by_state_and_kind(item, case, agent, store, tmp_path):
    letter = make_evidence(case, agent, data=pdf_files.letter(tmp_path).read_bytes())
    answer = call(ApiClient(agent), letter, turn=90)
    assert (answer.status_code, answer.json()["error"]) == (422, "not_a_picture")
    make_rows(case, agent, item.slot, 7)
    assert call(ApiClient(agent), item, turn=90).json()["error"] == "slot_full"
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    assert call(ApiClient(agent), item, turn=90).json()["error"] == "already_withdrawn"


def test_api_says_how_a_file_came(case, agent, store):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - only here

    sent = {"slot": "chat_screenshot", "file": SimpleUploadedFile("a.png", picture())}
    told = ApiClient(agent).upload(f"cases/{case.ref}/evidence", **sent).json()
    assert told["origin"] == "api"
    assert CaseEvent.objects.filter(type=EventType.EVIDENCE_ADDED).latest("seq").data["origin"] == "api"
