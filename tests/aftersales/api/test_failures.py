"""Every failure has one shape: error, message, fields."""

import json

import pytest

from tests.api_client import ApiClient
from tests.instants import AT

NEW = {"platform_case_no": "7001", "order_no": "1", "kind": "in_transit", "requested_at": AT.isoformat()}


def check(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    said = answer.json()
    assert sorted(said) == ["error", "fields", "message"]
    assert said["error"] == code
    assert said["message"]
    return said


def test_unknown_address(owner, nobody):
    for client in (owner, nobody):
        for path in ("nothing", "cases/", "", "cases/C-000001/nothing"):
            check(client.get(path), 404, "not_found")


def test_wrong_method(owner):
    answer = owner.client.delete("/api/v1/cases", headers=owner.headers)
    check(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"quantity": NaN}',
        b'{"reason": "a\\u0000b"}',
        b'{"reason": "\\ud83d"}',
        b'{"\\u0000": 1}',
        b'{"quantity": ' + b"9" * 5000 + b"}",
    ],
    ids=["cut", "empty", "no utf-8", "deep", "nan", "nul", "half a character", "nul in a name", "long number"],
)
def test_body_unreadable(owner, body):
    answer = owner.client.post("/api/v1/cases", body, content_type="application/json", headers=owner.headers)
    assert answer.status_code == (422 if body == b"" else 400)
    assert sorted(answer.json()) == ["error", "fields", "message"]


def test_body_too_large(owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    check(owner.post("cases", {"reason": "x" * 200}), 413, "too_large")


def test_query_unreadable(owner):
    check(owner.get("cases", q="a\0b"), 400, "bad_text")


def test_path_unreadable(owner):
    check(owner.get("cases/shop%00:1"), 404, "not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "other"}, "kind"),
        ({"kind": None}, "kind"),
        ({"requested_at": "2026-03-02T10:00:00"}, "requested_at"),
        ({"requested_at": "0001-01-01T00:00:00+14:00"}, "requested_at"),
        ({"requested_at": "9999-12-31T23:59:59-12:00"}, "requested_at"),
        ({"requested_at": "yesterday"}, "requested_at"),
        ({"refund_amount": "-1"}, "refund_amount"),
        ({"refund_amount": "1.234"}, "refund_amount"),
        ({"refund_amount": "1e400"}, "refund_amount"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**12}, "quantity"),
        ({"platform_case_no": "  "}, "platform_case_no"),
        ({"platform_case_no": "9" * 65}, "platform_case_no"),
        ({"issue": "other"}, "issue"),
    ],
)
def test_field_wrong(owner, shop, change, field):
    said = check(owner.post("cases", {"shop": shop.code, **NEW, **change}), 422, "unprocessable")
    assert {name.split(".")[0] for name in said["fields"]} == {field}


def test_field_missing(agent, shop):
    english = ApiClient(agent, headers={"Accept-Language": "en"})
    said = check(english.post("cases", {"shop": shop.code}), 422, "unprocessable")
    assert set(said["fields"]) == {"platform_case_no", "order_no", "kind", "requested_at"}
    assert said["fields"]["kind"] == "This is needed."


def test_body_is_no_object(owner):
    check(owner.post("cases", [1]), 422, "unprocessable")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"queue": "nothing"}, "queue"),
        ({"sort": "colour"}, "sort"),
        ({"state": "nothing"}, "state"),
        ({"due_before": "2026-03-02"}, "due_before"),
        ({"breached": "perhaps"}, "breached"),
    ],
)
def test_query_wrong(owner, query, field):
    assert set(check(owner.get("cases", **query), 422, "unprocessable")["fields"]) == {field}


def test_message_in_the_asked_language(shop, agent):
    chinese, english = ApiClient(agent), ApiClient(agent, headers={"Accept-Language": "en-GB,en;q=0.8"})
    path = "cases/C-999999"
    assert chinese.get(path)["Content-Language"] == "zh-hans"
    assert english.get(path).json()["message"] == "There is no such case among those of your shops."
    other = ApiClient(agent, headers={"Accept-Language": "fr"})
    assert other.get(path).json()["message"] == chinese.get(path).json()["message"]


def test_fault_of_ours_tells_nothing(owner, monkeypatch, caplog):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("aftersales.api.cases.queue_page", fail)
    answer = owner.get("cases")
    check(answer, 500, "server_error")
    assert "secret" not in json.dumps(answer.json())
    assert "ZeroDivisionError" in caplog.text


def test_rate_limit(owner, colleague, settings, time_machine):
    settings.API_CALLS_PER_MINUTE = 3
    assert [owner.get("policies").status_code for _call in range(4)] == [200, 200, 200, 429]
    answer = owner.get("policies")
    check(answer, 429, "too_many_requests")
    assert answer["Retry-After"] == "60"
    assert colleague.get("policies").status_code == 200
    time_machine.shift(60)
    assert owner.get("policies").status_code == 200


def test_health_is_not_limited(nobody, db, settings):
    settings.API_CALLS_PER_MINUTE = 1
    assert [nobody.get("health").status_code for _call in range(3)] == [200, 200, 200]
