import base64
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from aftersales.models import Case, CaseEvent
from tests.api_client import ApiClient
from tests.factories import SCANNED, learn, make_agent, make_case, make_shop, take
from tests.instants import AT

NEW = {
    "platform_case_no": "7001",
    "order_no": "260302-1",
    "kind": "return_dispute",
    "issue": "damaged",
    "requested_at": "2026-03-02T09:00:00+08:00",
    "reason": "  商品破损 ",
    "buyer": "张小明",
    "refund_amount": "32.5",
    "order_amount": 39.9,
}


def refs(answer):
    assert answer.status_code == 200, answer.content
    return [item["ref"] for item in answer.json()["items"]]


def due_case(shop, due_at, **known):
    """A case whose step the platform wants done by `due_at`."""
    requested_at = known.pop("requested_at", AT - timedelta(hours=1))
    countdown = ("platform.countdown", requested_at, {"due_at": due_at.isoformat()})
    return make_case(shop, requested_at=requested_at, facts=[countdown], **known)


def test_list_most_urgent_first(owner, shop):
    calm = due_case(shop, AT + timedelta(hours=30), requested_at=AT - timedelta(hours=3))
    late = due_case(shop, AT - timedelta(minutes=1), requested_at=AT - timedelta(hours=2))
    undue = make_case(shop, requested_at=AT - timedelta(hours=1), refund_amount=Decimal(900))
    costly = due_case(shop, AT + timedelta(hours=2), refund_amount=Decimal(39), requested_at=AT - timedelta(hours=9))
    found = owner.get("cases")
    assert refs(found) == [late.ref, costly.ref, calm.ref, undue.ref]
    assert [item["urgency"] for item in found.json()["items"]] == ["overdue", "urgent", "calm", "none"]
    assert refs(owner.get("cases", sort="newest")) == [undue.ref, late.ref, calm.ref, costly.ref]
    assert refs(owner.get("cases", sort="money"))[0] == costly.ref


def test_list_filters(owner, shop, agent):
    case = due_case(shop, AT + timedelta(hours=5))
    other = make_case(shop, kind="not_shipped", product="雨伞")
    take(other, "negotiate", agent)
    for query, expected in [
        ({"kind": "not_shipped"}, [other]),
        ({"state": "negotiating"}, [other]),
        ({"q": "雨"}, [other]),
        ({"q": case.platform_case_no}, [case]),
        ({"q": case.ref}, [case]),
        ({"q": "C-²"}, []),
        ({"queue": "mine"}, []),
        ({"assignee": agent.username}, []),
        ({"breached": "true"}, []),
        ({"shop": "elsewhere"}, []),
        ({"shop": shop.code, "platform": shop.platform, "kind": "return_dispute"}, [case]),
        ({"due_before": case.next_due_at.isoformat()}, []),
        ({"due_before": (case.next_due_at + timedelta(seconds=1)).isoformat(), "kind": "return_dispute"}, [case]),
    ]:
        assert refs(owner.get("cases", **query)) == [found.ref for found in expected], query


def test_list_pages_while_cases_come(owner, shop):
    cases = [due_case(shop, AT + timedelta(hours=number)) for number in range(5)]
    first = owner.get("cases", limit=2)
    due_case(shop, AT - timedelta(minutes=1))
    due_case(shop, AT + timedelta(hours=20))
    seen, cursor = refs(first), first.json()["next_cursor"]
    while cursor:
        page = owner.get("cases", limit=2, cursor=cursor)
        seen, cursor = seen + refs(page), page.json()["next_cursor"]
    assert seen[:5] == [case.ref for case in cases]
    assert len(seen) == len(set(seen)) == 6


def mark(*key):
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


@pytest.mark.parametrize("cursor", ["x", "AAAA", "bnVsbA", mark(), mark("urgency"), mark({}), mark("money", "NaN")])
@pytest.mark.parametrize("sort", ["urgency", "money", "newest"])
def test_list_forged_cursor(owner, case, cursor, sort):
    answer = owner.get("cases", cursor=cursor, sort=sort)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_cursor"


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("urgency", [AT.isoformat(), "9" * 40]),
        ("urgency", ["2026-03-02T10:00:00", "1"]),
        ("urgency", ["0001-01-01T00:00:00+14:00", "1"]),
        ("newest", [None, "1"]),
        ("money", ["NaN", AT.isoformat(), "1"]),
        ("money", ["1e999", AT.isoformat(), "1"]),
        ("money", ["-0", AT.isoformat(), "1"]),
    ],
)
def test_list_cursor_with_forged_key(owner, case, sort, key):
    """A mark is opaque, not secret: whatever stands in it, nothing breaks."""
    assert owner.get("cases", sort=sort, cursor=mark(sort, *key)).status_code in (200, 400)


@pytest.mark.parametrize("more", [1, 3])
def test_list_queries_do_not_grow(owner, shop, django_assert_num_queries, more):
    for _case in range(more):
        make_case(shop)
    owner.get("cases")
    with django_assert_num_queries(3):  # the token, its shops, the page
        owner.get("cases")


def test_create(owner, shop, agent):
    answer = owner.post("cases", {"shop": shop.code, **NEW})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    case = Case.objects.get(platform_case_no="7001")
    assert said["ref"] == case.ref
    assert said["requested_at"] == "2026-03-02T09:00:00+08:00"
    assert (said["refund_amount"], said["order_amount"]) == ("32.50", "39.90")
    assert said["buyer_masked"] == "张**"
    assert (said["state"], said["version"], said["reason"]) == ("pending", 1, "商品破损")
    assert case.order.amount == Decimal("39.90")
    assert [(event.source, event.actor) for event in case.events.all()] == [("api", agent)]


def test_create_twice(owner, shop):
    body = {"shop": shop.code, **NEW}
    owner.post("cases", body)
    answer = owner.post("cases", body)
    assert answer.status_code == 409
    assert answer.json()["error"] == "case_exists"


def test_create_in_the_future(owner, shop):
    answer = owner.post("cases", {"shop": shop.code, **NEW, "requested_at": (AT + timedelta(minutes=1)).isoformat()})
    assert answer.status_code == 422
    assert answer.json()["error"] == "future"
    assert not Case.objects.exists()


def test_create_in_a_shop_of_others(owner, shop):
    elsewhere = make_shop()
    for code in (elsewhere.code, "nothing"):
        answer = owner.post("cases", {"shop": code, **NEW})
        assert answer.status_code == 404
        assert answer.json()["error"] == "shop_not_found"


def test_detail_by_either_number(owner, shop, case):
    assert owner.get(f"cases/{case.ref}").json()["ref"] == case.ref
    assert owner.get(f"cases/{shop.code}:{case.platform_case_no}").json()["ref"] == case.ref
    for ref in ("C-", "C-x", "C-²", "C-99999999999999999999", ":", f"{shop.code}:", "x:" + case.platform_case_no):
        assert owner.get(f"cases/{ref}").status_code == 404


def test_detail_after_a_handover_is_the_one_that_lives(owner, shop, agent):
    case = make_case(shop, kind="not_shipped", facts=[SCANNED])
    following = take(case, "transfer_to_intercept", agent)
    said = owner.get(f"cases/{shop.code}:{case.platform_case_no}").json()
    assert (said["ref"], said["follows"]) == (following.ref, case.ref)


def test_detail_says_what_may_be_done_and_why_not(owner, case):
    said = owner.get(f"cases/{case.ref}").json()
    transitions = {transition["name"]: transition for transition in said["transitions"]}
    assert transitions["agree_refund"]["is_allowed"]
    assert not transitions["reject"]["is_allowed"]
    assert transitions["reject"]["code"] == "buyer_not_contacted"
    assert transitions["reject"]["reason"]
    assert transitions["confirm_refund"]["code"] == "illegal_transition"
    assert transitions["follow_platform"]["is_allowed"]
    assert "negotiate" not in transitions
    assert transitions["make_offer"]["data_schema"]["required"] == ["offer"]


def test_detail_shows_where_a_deadline_comes_from(owner, agent, case):
    learn(case, "platform.countdown", agent, at=AT, due_at=(AT + timedelta(hours=5)).isoformat())
    deadlines = {row["rule"]: row for row in owner.get(f"cases/{case.ref}").json()["deadlines"]}
    assert {row["due_source"] for row in deadlines.values()} >= {"platform"}
    for row in deadlines.values():
        assert row["started_because"]
        assert row["reference"]
        assert row["policy_version"]


def test_detail_shows_proof_slots(owner, agent, case):
    slots = owner.get(f"cases/{case.ref}").json()["slots"]
    assert slots
    assert {slot["filled"] for slot in slots} == {0}


def test_transition(owner, agent, case):
    answer = owner.post(
        f"cases/{case.ref}/transitions",
        {"name": "agree_refund", "version": 1, "at": (AT - timedelta(minutes=5)).isoformat(), "data": {"amount": "30"}},
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "refunding"
    assert answer.json()["version"] > 1
    assert answer.json()["refund_amount"] == "30.00"
    event = CaseEvent.objects.get(type="refund.agreed")
    assert (event.at, event.recorded_at, event.source, event.actor) == (AT - timedelta(minutes=5), AT, "api", agent)


def test_transition_stale(owner, agent, case):
    learn(case, "buyer.contacted", agent)
    answer = owner.post(f"cases/{case.ref}/transitions", {"name": "agree_refund", "version": 1})
    assert answer.status_code == 409
    assert answer.json()["error"] == "stale_version"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"name": "confirm_refund"}, 409, "illegal_transition"),
        ({"name": "reject", "data": {"reason": "与描述一致"}}, 409, "buyer_not_contacted"),
        ({"name": "reject"}, 422, "unprocessable"),
        ({"name": "negotiate"}, 404, "unknown_transition"),
        ({"name": "delete"}, 404, "unknown_transition"),
        ({"name": "agree_refund", "data": {"amount": "1000"}}, 422, "unprocessable"),
        ({"name": "agree_refund", "data": {"colour": "red"}}, 422, "unprocessable"),
        ({"name": "agree_refund", "at": (AT + timedelta(seconds=1)).isoformat()}, 422, "future"),
        ({"name": "follow_platform", "data": {"state": "intercepting"}}, 422, "unprocessable"),
        ({"name": "follow_platform", "data": {"state": "transferred"}}, 422, "unprocessable"),
    ],
)
def test_transition_refused(owner, case, asked, status, code):
    events = CaseEvent.objects.count()
    answer = owner.post(f"cases/{case.ref}/transitions", {"version": 1, **asked})
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.content
    assert CaseEvent.objects.count() == events
    case.refresh_from_db()
    assert (case.state, case.version) == ("pending", 1)


def test_transition_reported_by_the_platform(owner, case):
    answer = owner.post(
        f"cases/{case.ref}/transitions", {"name": "refund_directly", "version": 1, "data": {"rapid": True}}
    )
    assert answer.json()["state"] == "refunded"


def test_transition_hands_over(owner, shop):
    case = make_case(shop, kind="not_shipped", facts=[SCANNED])
    said = owner.post(f"cases/{case.ref}/transitions", {"name": "transfer_to_intercept", "version": 1}).json()
    assert said["ref"] != case.ref
    assert said["kind"] == "in_transit"
    assert said["platform_case_no"] == case.platform_case_no


def test_assign(owner, shop, case):
    colleague = make_agent(shop)
    answer = owner.post(f"cases/{case.ref}/assign", {"user": colleague.username})
    assert answer.json()["assignee"] == colleague.username
    assert refs(ApiClient(colleague).get("cases", queue="mine")) == [case.ref]
    assert owner.post(f"cases/{case.ref}/assign", {"user": None}).json()["assignee"] == ""


def test_assign_to_somebody_elsewhere(owner, case):
    stranger = make_agent(make_shop())
    for username in (stranger.username, "nobody-at-all", ""):
        answer = owner.post(f"cases/{case.ref}/assign", {"user": username})
        assert answer.status_code == 422
        assert set(answer.json()["fields"]) == {"user"}
