"""Proof through the HTTP API."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent
from aftersales.services.tokens import create_token
from evidence.limits import Limits
from evidence.models import EvidenceItem
from evidence.receiving import ENVELOPE_BYTES
from tests.evidence.factories import Zeros, make_evidence, picture
from tests.factories import make_case, make_shop
from tests.instants import AT
from tests.samples import files, pdf_files


@pytest.fixture
def call(client):
    """Calls the API with a token of the given person."""

    def send(user, method, address, *, token=None, headers=None, **values):
        _token, key = (None, token) if token else create_token(user=user, now=AT)
        headers = {"authorization": f"Bearer {key}", **(headers or {})}
        return getattr(client, method)(f"/api/v1/{address}", headers=headers, **values)

    return send


def sent(data=None, name="聊天记录.png"):
    return SimpleUploadedFile(name, picture() if data is None else data)


def upload(call, user, case, file=None, *, token=None, headers=None, **fields):
    data = {"slot": "chat_screenshot", "file": file or sent(), **fields}
    return call(user, "post", f"cases/{case.ref}/evidence", token=token, headers=headers, data=data)


@pytest.fixture
def untouched(case, store):
    before = Case.objects.values().get(pk=case.pk), CaseEvent.objects.count()
    yield
    assert (Case.objects.values().get(pk=case.pk), CaseEvent.objects.count()) == before
    assert not EvidenceItem.objects.exists()
    assert list(store.keys()) == []


def test_post_adds_proof(call, case, agent, store):
    data = picture()
    answer = upload(call, agent, case, sent(data), fields='{"caption": "第一屏"}')
    assert answer.status_code == 201
    told = answer.json()
    item = EvidenceItem.objects.get()
    assert told == {
        "id": str(item.pk),
        "case": case.ref,
        "slot": "chat_screenshot",
        "caption": "第一屏",
        "name": "聊天记录.png",
        "media_type": "image/png",
        "byte_size": len(data),
        "sha256": item.sha256,
        "width": 240,
        "height": 320,
        "pages": 1,
        "duration_ms": None,
        "warnings": [],
        "confirmed": [],
        "origin": "api",
        "derived_from": None,
        "derivation": None,
        "added_at": told["added_at"],
        "added_by": agent.username,
        "withdrawn_at": None,
        "withdrawn_by": "",
        "withdrawn_reason": "",
        "file": f"/api/v1/evidence/{item.pk}/file",
    }
    event = CaseEvent.objects.get(type=EventType.EVIDENCE_ADDED)
    assert (event.source, event.actor) == ("api", agent)


def test_post_by_shop_and_platform_number(call, case, agent, store):
    answer = call(
        agent,
        "post",
        f"cases/{case.shop.code}:{case.platform_case_no}/evidence",
        data={"slot": "goods_photo", "file": sent()},
    )
    assert (answer.status_code, answer.json()["case"]) == (201, case.ref)


def test_post_again_gives_the_same_answer(call, case, agent, store):
    data = picture()
    headers = {"idempotency-key": "upload-1"}
    first = upload(call, agent, case, sent(data), headers=headers)
    again = upload(call, agent, case, sent(data), headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert EvidenceItem.objects.count() == 1


def test_warnings_are_told(call, shop, case, agent, store):
    data = picture()
    upload(call, agent, make_case(shop, agent), sent(data))
    warnings = upload(call, agent, case, sent(data, "photo.pdf")).json()["warnings"]
    assert [warning["code"] for warning in warnings] == ["extension_differs", "used_elsewhere"]
    assert all(warning["message"] for warning in warnings)


REFUSALS = {
    "no_file": (lambda _folder: {"file": ""}, 422, "unprocessable"),
    "two_files": (lambda _folder: {"file": [sent(), sent()]}, 422, "unprocessable"),
    "empty": (lambda _folder: {"file": sent(b"")}, 422, "empty_file"),
    "unknown_slot": (lambda _folder: {"slot": "nothing"}, 422, "unknown_slot"),
    "bad_fields": (lambda _folder: {"fields": "{"}, 422, "unprocessable"),
    "unknown_field": (lambda _folder: {"fields": '{"colour": "red"}'}, 422, "unprocessable"),
    "deep_fields": (lambda _folder: {"fields": "[" * 100_000}, 422, "unprocessable"),
    "script": (lambda _folder: {"file": sent(b"#!/bin/sh\n")}, 415, "file_type_refused"),
    "zip": (lambda _folder: {"file": sent(files.REFUSED_TYPES["zip"]()[1])}, 415, "file_type_refused"),
    "bomb": (lambda folder: {"file": sent(files.png_bomb(folder).read_bytes())}, 413, "too_many_pixels"),
    "cut": (lambda folder: {"file": sent(files.truncated_jpeg(folder).read_bytes())}, 422, "damaged_file"),
    "locked": (lambda folder: {"file": sent(pdf_files.encrypted(folder).read_bytes())}, 422, "locked_file"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_refusal_leaves_no_trace(call, case, agent, untouched, tmp_path, what):
    changed, status, code = REFUSALS[what]
    data = {"slot": "chat_screenshot", "file": sent(), **changed(tmp_path)}
    answer = call(agent, "post", f"cases/{case.ref}/evidence", data=data)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["fields"]


def test_json_body_is_refused(call, case, agent, untouched):
    answer = call(
        agent, "post", f"cases/{case.ref}/evidence", data=json.dumps({"slot": "a"}), content_type="application/json"
    )
    assert answer.status_code == 422


def test_broken_body_is_refused(call, case, agent, untouched):
    answer = call(agent, "post", f"cases/{case.ref}/evidence", data=b"x", content_type="multipart/form-data")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_body_over_the_limit_is_refused_by_its_announced_length(client, case, agent, untouched):
    """The body is nonsense: who reads it as a form first answers otherwise."""
    _token, key = create_token(user=agent, now=AT)
    size = Limits().max_film_bytes + ENVELOPE_BYTES + 1
    answer = client.generic(
        "POST",
        f"/api/v1/cases/{case.ref}/evidence",
        b"",
        "multipart/form-data; boundary=X",
        headers={"authorization": f"Bearer {key}"},
        **{"CONTENT_LENGTH": str(size), "wsgi.input": Zeros(size)},
    )
    assert (answer.status_code, answer.json()["error"]) == (413, "file_too_large")


def test_file_just_over_the_limit_is_refused(call, case, agent, untouched):
    """Within the allowance for the request's other parts, but too large itself."""
    answer = upload(call, agent, case, sent(b"\x89PNG" + bytes(Limits().max_bytes), "big.png"))
    assert (answer.status_code, answer.json()["error"]) == (413, "file_too_large")


def test_list_and_detail(call, case, agent, store):
    items = [make_evidence(case, agent, slot, at=AT) for slot in ("chat_screenshot", "goods_photo", "red_stamp")]
    first = call(agent, "get", f"cases/{case.ref}/evidence?limit=2").json()
    rest = call(agent, "get", f"cases/{case.ref}/evidence?cursor={first['next_cursor']}").json()
    told = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert sorted(told) == sorted(str(item.pk) for item in items)
    assert rest["next_cursor"] == ""
    assert call(agent, "get", f"evidence/{items[0].pk}").json() in first["items"] + rest["items"]


def test_file_by_token(call, case, agent, store):
    data = picture()
    item = make_evidence(case, agent, data=data)
    answer = call(agent, "get", f"evidence/{item.pk}/file")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    part = call(agent, "get", f"evidence/{item.pk}/file", headers={"range": "bytes=0-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"\x89PNG")


def test_withdraw(call, case, agent, store):
    item = make_evidence(case, agent, at=AT - timedelta(hours=1))
    address = f"evidence/{item.pk}/withdraw"
    answer = call(agent, "post", address, data={"reason": " 传错了 "}, content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json()["withdrawn_by"], answer.json()["withdrawn_reason"]) == (agent.username, "传错了")
    assert CaseEvent.objects.get(type=EventType.EVIDENCE_WITHDRAWN).source == "api"
    again = call(agent, "post", address, data={"reason": "x"}, content_type="application/json")
    assert (again.status_code, again.json()["error"]) == (409, "already_withdrawn")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, None])
def test_withdraw_needs_a_fit_reason(call, case, agent, store, reason):
    item = make_evidence(case, agent)
    answer = call(
        agent, "post", f"evidence/{item.pk}/withdraw", data={"reason": reason}, content_type="application/json"
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["reason"])


def calls(case, item):
    return {
        "add": ("post", f"cases/{case.ref}/evidence", {"data": {"slot": "red_stamp", "file": sent()}}),
        "withdraw": (
            "post",
            f"evidence/{item.pk}/withdraw",
            {"data": {"reason": "x"}, "content_type": "application/json"},
        ),
        "list": ("get", f"cases/{case.ref}/evidence", {}),
        "detail": ("get", f"evidence/{item.pk}", {}),
        "file": ("get", f"evidence/{item.pk}/file", {}),
    }


NAMES = ("add", "withdraw", "list", "detail", "file")


@pytest.mark.parametrize("name", NAMES)
def test_stranger_finds_nothing(call, case, agent, stranger, store, name):
    method, address, values = calls(case, make_evidence(case, agent))[name]
    answer = call(stranger, method, address, **values)
    assert answer.status_code == 404
    assert EvidenceItem.objects.kept().count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_token_of_another_shop_finds_nothing(call, case, agent, store, name):
    """The person works for both shops, the token for one."""
    other = make_shop()
    agent.shops.add(other)
    _token, key = create_token(user=agent, now=AT, shops=[other])
    method, address, values = calls(case, make_evidence(case, agent))[name]
    assert call(agent, method, address, token=key, **values).status_code == 404
    assert EvidenceItem.objects.kept().count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_read_only_token_reads(call, case, agent, store, name):
    _token, key = create_token(user=agent, now=AT, is_read_only=True)
    method, address, values = calls(case, make_evidence(case, agent))[name]
    answer = call(agent, method, address, token=key, **values)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    assert answer.status_code == (403 if method == "post" else 200)
    assert EvidenceItem.objects.kept().count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_no_token_no_answer(client, case, agent, store, name):
    method, address, values = calls(case, make_evidence(case, agent))[name]
    client.force_login(agent)
    assert getattr(client, method)(f"/api/v1/{address}", **values).status_code == 401
    assert EvidenceItem.objects.kept().count() == 1


@pytest.mark.parametrize("number", ["x", "1", "00000000-0000-0000-0000-000000000000", "é" * 50])
def test_unknown_number_is_not_found(call, agent, number):
    answer = call(agent, "get", f"evidence/{number}")
    assert (answer.status_code, answer.json()["error"]) == (404, "evidence_not_found")


def test_upload_is_described(client):
    schema = client.get("/api/v1/openapi.json").json()
    described = schema["paths"]["/api/v1/cases/{ref}/evidence"]["post"]
    properties = described["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert set(properties) == {"file", "slot", "fields"}
    assert any(parameter["name"] == "Idempotency-Key" for parameter in described["parameters"])
