"""The page that a phone opens by a code, as two phones and a form without script use it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.enums import Kind
from evidence.enums import Origin
from evidence.limits import Limits
from evidence.models import EvidenceItem, UploadLink
from evidence.receiving import ENVELOPE_BYTES
from evidence.services.upload_links import LIFETIME, close_upload_link, make_upload_link
from evidence.views.phone import COOKIE
from tests.evidence.factories import Zeros, make_evidence, make_rows, picture
from tests.factories import make_case, make_shop
from tests.instants import AT

JSON = {"accept": "application/json"}
TICK = timedelta(microseconds=1)
GONE, TAKEN, UNKNOWN = 410, 409, 404
ALL = ["number_by_hand", "recipient_by_hand", "courier_by_hand", "date_by_hand", "rest_printed", "stamped"]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


def code(case, by, slot="chat_screenshot"):
    link, secret = make_upload_link(case=case, slot=slot, by=by, at=AT)
    return link, reverse("phone_upload", args=[secret])


@pytest.fixture
def address(case, agent, store):
    return code(case, agent)[1]


@pytest.fixture
def phone(address):
    """It has opened the page; no token is asked of it, since the address is one."""
    phone = Client(enforce_csrf_checks=True)
    assert phone.get(address).status_code == 200
    return phone


def sent(data=None, name="IMG_0001.png"):
    return SimpleUploadedFile(name, data or picture())


def send(phone, address, *files, headers=JSON, **fields):
    return phone.post(address, {"file": list(files) or sent(), **fields}, headers=headers)


def test_first_device_opens_it_and_keeps_it(phone, address):
    """One-time: another device is told so, the first one may load the page again."""
    assert phone.get(address).status_code == 200
    other = Client()
    refused = other.get(address)
    assert refused.status_code == TAKEN
    assert COOKIE not in refused.cookies
    assert "另一台设备" in refused.content.decode()
    assert send(other, address).json()["error"] == "link_taken"
    assert send(phone, address).status_code == 200


def test_cookie_is_for_this_page_only(address):
    cookie = Client().get(address, secure=True).cookies[COOKIE]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == (address, int(LIFETIME.total_seconds()), "Lax")
    assert cookie["httponly"]
    assert cookie["secure"]


@pytest.mark.parametrize("headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}])
def test_looking_ahead_does_not_claim_it(client, address, headers):
    assert client.get(address, headers=headers).status_code == 204
    assert client.head(address).status_code == 204
    assert UploadLink.objects.get().claimed_at is None
    assert client.get(address).status_code == 200


def test_nothing_of_the_case_is_told(phone, address, case, agent, store):
    make_evidence(case, agent, name="给高先生的聊天.png")
    page = phone.get(address).content.decode()
    answer = send(phone, address).content.decode()
    for text in (page, answer, Client().get(address).content.decode()):
        for known in (
            case.ref,
            case.platform_case_no,
            case.order.platform_order_no,
            case.order.product,
            "张",
            case.shop.name,
            agent.display_name,
            "高先生",
        ):
            assert known not in text
    assert "聊天记录截图" in page


def test_same_file_under_another_name_keeps_that_name_to_itself(phone, address, case, agent, store):
    data = picture()
    make_evidence(case, agent, data=data, name="给高先生的聊天.png")
    answer = send(phone, address, sent(data))
    assert (answer.status_code, answer.json()["name"]) == (200, "IMG_0001.png")
    assert EvidenceItem.objects.get().origin == Origin.PAGE


def test_use_in_another_case_is_not_told_to_the_phone(phone, address, shop, agent, store):
    data = picture()
    make_evidence(make_case(shop, agent), agent, data=data)
    assert send(phone, address, sent(data)).json()["warnings"] == []


def test_page_is_not_kept_and_names_no_address(phone, address):
    for answer in (phone.get(address), send(phone, address), Client().get(address), Client().get("/u/nothing/")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("secret", ["nothing", "x" * 500, "密", "%00", "..", "a b"])
def test_wrong_address_says_what_to_do(client, secret, db):
    answer = client.get(reverse("phone_upload", args=[secret]))
    assert answer.status_code == UNKNOWN
    assert "重新扫码" in answer.content.decode()
    assert client.post(reverse("phone_upload", args=[secret]), {"file": sent()}).status_code == UNKNOWN


@pytest.mark.parametrize(("late", "status"), [(-TICK, 200), (timedelta(), 200), (TICK, GONE)])
def test_end_to_the_microsecond(phone, address, time_machine, late, status):
    time_machine.move_to(AT + LIFETIME + late, tick=False)
    assert phone.get(address).status_code == status
    answer = send(phone, address)
    assert answer.status_code == status
    assert EvidenceItem.objects.count() == (status == 200)
    if status != 200:
        assert answer.json()["error"] == "link_ended"
        assert "过期" in answer.json()["message"]


def test_closed_at_the_desk(phone, address, agent):
    close_upload_link(link=UploadLink.objects.select_related("case__shop").get(), by=agent, at=AT)
    assert phone.get(address).status_code == GONE
    assert send(phone, address).status_code == GONE


def test_file_arrives_with_what_is_left(phone, address, case, agent):
    answer = send(phone, address, sent(name="../现场.png"))
    item = EvidenceItem.objects.get()
    assert answer.json() == {"name": "现场.png", "warnings": [], "room": 8}
    assert (item.case_id, item.slot, item.added_by, item.origin) == (case.pk, "chat_screenshot", agent, Origin.PHONE)
    assert answer["Content-Type"].startswith("application/json")


def test_other_fields_cannot_choose_another_slot(phone, address):
    send(phone, address, slot="goods_photo", case="C-000002", caption="x")
    assert EvidenceItem.objects.get().slot == "chat_screenshot"


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([], 422),
        ([sent(b"#!/bin/sh\n", "a.png")], 415),
        ([sent(name="a.png"), sent(name="b.png")], 422),
        ([SimpleUploadedFile("a.png", b"")], 422),
    ],
)
def test_refusals_are_said_to_a_script(phone, address, files, status):
    answer = phone.post(address, {"file": files}, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not EvidenceItem.objects.exists()


def test_full_slot_is_said(phone, address, case, agent):
    make_rows(case, agent, "chat_screenshot", 9)
    assert "data-full>" in phone.get(address).content.decode()
    assert send(phone, address).json()["error"] == "slot_full"


def test_body_over_the_limit_is_refused_by_its_announced_length(phone, address):
    size = Limits().bytes_of("video") + 2 * ENVELOPE_BYTES
    for headers, files in ((JSON, 1), ({}, 9)):
        body = Zeros(files * size)
        answer = phone.generic(
            "POST",
            address,
            b"",
            "multipart/form-data; boundary=X",
            headers=headers,
            **{"CONTENT_LENGTH": str(files * size), "wsgi.input": body},
        )
        assert answer.status_code == 413


def test_phone_in_the_middle_of_a_photo_hears_why(phone, address, time_machine):
    """The body is taken, or the phone would see a broken line only."""
    time_machine.move_to(AT + LIFETIME + TICK, tick=False)
    body = Zeros(1_000_000)
    kind = "multipart/form-data; boundary=X"
    answer = phone.generic("POST", address, b"", kind, **{"CONTENT_LENGTH": "1000000", "wsgi.input": body})
    assert (answer.status_code, body.left) == (GONE, 0)


def test_form_without_script_keeps_the_good_files(phone, address):
    answer = send(phone, address, sent(name="a.png"), sent(b"MZ" + bytes(99), "<b>.exe"), headers={})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="notice success"') == 1
    assert page.count('class="notice error"') == 1
    assert "<b>" not in page
    assert send(phone, address, headers={}).status_code == 200
    assert EvidenceItem.objects.count() == 2


def test_form_without_a_file_says_so(phone, address):
    answer = phone.post(address, {})
    assert answer.status_code == 422
    assert "选择" in answer.content.decode()


def test_checklist_is_asked_on_the_phone_as_well(agent, store):
    """PD-33: all of it, or the statement is refused."""
    shop = make_shop("pinduoduo")
    agent.shops.add(shop)
    _link, address = code(make_case(shop, agent, kind=Kind.IN_TRANSIT), agent, "red_stamp")
    phone = Client()
    assert phone.get(address).content.decode().count('name="confirmed"') == len(ALL)
    refused = send(phone, address, confirmed=ALL[1:])
    assert (refused.status_code, refused.json()["error"]) == (422, "not_confirmed")
    assert send(phone, address, confirmed=ALL).status_code == 200
    assert EvidenceItem.objects.get().confirmed == ALL


def test_finished_by_the_phone(phone, address):
    done = f"{address}done/"
    assert Client().post(done).status_code == TAKEN
    assert phone.get(done).status_code == 405
    answer = phone.post(done)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert send(phone, address).status_code == GONE
    assert phone.post(done).status_code == GONE


def test_slot_that_is_not_asked_for_any_more(phone, address, case):
    type(case).objects.filter(pk=case.pk).update(kind=Kind.NOT_SHIPPED)
    UploadLink.objects.update(slot="goods_photo")
    assert phone.get(address).status_code == 422
    assert send(phone, address).status_code == 422


@pytest.mark.parametrize(("headers", "said"), [({"accept-language": "en"}, "Take a photo"), ({}, "拍照")])
def test_language_is_the_phones(client, address, headers, said):
    page = client.get(address, headers=headers).content.decode()
    assert f'<html lang="{"en" if headers else "zh-hans"}">' in page
    assert said in page


def test_person_without_a_shop_any_more(phone, address, agent):
    agent.shops.clear()
    assert phone.get(address).status_code == GONE
    assert send(phone, address).status_code == GONE
    assert not EvidenceItem.objects.exists()
