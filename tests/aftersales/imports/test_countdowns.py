"""Section 2A, deadlines: the platform's own countdowns in each shape's unit and zone; an empty one is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.aftersales.imports.rows import codes, parsed
from tests.aftersales.imports.shapes import (
    DOUYIN,
    DOUYIN_API,
    KUAISHOU,
    PDD_DETAIL,
    PDD_LIST,
    TAOBAO,
    TIKTOK,
    TMALL,
)
from tests.instants import SHANGHAI

DUE = datetime(2026, 3, 3, 8, 0, 5, tzinfo=SHANGHAI)
SECONDS = int(DUE.timestamp())
TEXT = "2026-03-03 08:00:05"
WAITING = "买家已经申请退款，等待卖家同意"


def info(**changes) -> dict:
    return {"aftersale_info": {**DOUYIN_API["aftersale_info"], **changes}}


def timeout(value: Any, *, exists: Any = True) -> dict:
    return {"refund_remind_timeout": {"exist_timeout": exists, "remind_type": 1, "timeout": value}}


def actions(**deadlines: Any) -> dict:
    return {"seller_next_action_response": [{"action": name, "deadline": at} for name, at in deadlines.items()]}


def arbitration(status: int, **changes) -> dict:
    return {**info(arbitrate_status=status, status_deadline=0), "arbitrate_info": changes}


def told(shape: str, record: dict, **changes) -> list[tuple[datetime, str, str]]:
    """End, party and subject of each countdown, as `facts.CountdownData` takes them."""
    row = parsed(shape, record, **changes)
    found = [fact.data for fact in row.facts if fact.type == "platform.countdown"]
    assert [(one.due_at.isoformat(), one.party, one.subject) for one in row.deadlines] == [
        (data["due_at"], data["party"], data["node"]) for data in found
    ] or len(found) > 1
    return sorted((datetime.fromisoformat(data["due_at"]), data["party"], data["node"]) for data in found)


@pytest.mark.parametrize("value", [TEXT, SECONDS, str(SECONDS), "2026/03/03 08:00:05"])
def test_pinduoduo_expire_time_is_the_merchants(value):
    """Filled only while the merchant has to act: text is Beijing time, a number epoch seconds."""
    assert told("pinduoduo_refund_detail", PDD_DETAIL, expire_time=value) == [(DUE, "merchant", "2")]


@pytest.mark.parametrize("value", ["", 0, "0", None, "-", "0000-00-00 00:00:00"])
def test_pinduoduo_without_expire_time(value):
    row = parsed("pinduoduo_refund_detail", PDD_DETAIL, expire_time=value)
    assert (row.deadline, codes(row), row.tells_deadlines) == (None, [], True)


def test_pinduoduo_list_has_no_countdown_and_says_nothing_of_one():
    row = parsed("pinduoduo_refund_list", PDD_LIST, after_sales_status=2)
    assert (row.deadlines, row.tells_deadlines) == ((), False)


def test_douyin_status_deadline_is_in_seconds():
    assert told("douyin_aftersale_list", DOUYIN_API, **info(status_deadline=SECONDS)) == [(DUE, "merchant", "6")]


@pytest.mark.parametrize("value", [0, "0", "", None])
def test_douyin_without_status_deadline(value):
    assert told("douyin_aftersale_list", DOUYIN_API, **info(status_deadline=value)) == []


@pytest.mark.parametrize("value", [SECONDS, str(SECONDS)])
@pytest.mark.parametrize(
    ("status", "party", "subject"), [(4, "merchant", "举证"), (1, "platform", "仲裁"), (5, "platform", "仲裁")]
)
def test_douyin_arbitration_has_a_countdown_of_its_own(status, party, subject, value):
    """arbitrate_info.arbitrate_status_deadline: the merchant's while the platform waits for proof."""
    record = arbitration(status, arbitrate_status_deadline=value)
    assert told("douyin_aftersale_list", DOUYIN_API, **record) == [(DUE, party, subject)]


@pytest.mark.parametrize("status", [0, 2, 3, 255])
def test_douyin_arbitration_that_is_over_counts_down_no_more(status):
    assert told("douyin_aftersale_list", DOUYIN_API, **arbitration(status, arbitrate_status_deadline=SECONDS)) == []


def test_douyin_proof_is_due_when_the_template_says_where_the_ticket_does_not():
    record = arbitration(4, arbitrate_status_deadline="", arbitrate_evidence_tmpl={"dead_line": SECONDS})
    assert told("douyin_aftersale_list", DOUYIN_API, **record) == [(DUE, "merchant", "举证")]


def test_douyin_node_and_proof_count_side_by_side():
    record = arbitration(4, arbitrate_status_deadline=SECONDS - 60)
    record["aftersale_info"]["status_deadline"] = SECONDS
    row = parsed("douyin_aftersale_list", DOUYIN_API, **record)
    assert [one.subject for one in row.deadlines] == ["6", "举证"]
    assert row.deadline is not None
    assert (row.deadline.due_at, row.deadline.subject) == (DUE - timedelta(minutes=1), "举证")


def test_douyin_export_deadline_is_beijing_time():
    assert told("douyin_aftersales_export", DOUYIN, 自动处理截止时间=TEXT) == [(DUE, "merchant", "待商家处理")]
    for empty in ("", "-", "\t"):
        assert told("douyin_aftersales_export", DOUYIN, 自动处理截止时间=empty) == []


def test_kuaishou_expire_time_is_in_milliseconds():
    assert told("kuaishou_refund_list", KUAISHOU, expireTime=SECONDS * 1000) == [(DUE, "merchant", "10")]
    buyers = {"status": 30, "handlingWay": 1, "expireTime": SECONDS * 1000 + 250}
    quarter = timedelta(milliseconds=250)
    assert told("kuaishou_refund_list", KUAISHOU, **buyers) == [(DUE + quarter, "buyer", "30")]
    for empty in (0, "0", "", None):
        assert told("kuaishou_refund_list", KUAISHOU, expireTime=empty) == []


@pytest.mark.parametrize("exists", [True, "true", 1, None])
def test_taobao_timeout_is_beijing_time(exists):
    assert told("taobao_refund", TAOBAO, **timeout(TEXT, exists=exists)) == [(DUE, "merchant", "WAIT_SELLER_AGREE")]


@pytest.mark.parametrize(("value", "exists"), [(TEXT, False), (TEXT, "false"), (TEXT, 0), ("", True), (None, True)])
def test_taobao_without_timeout(value, exists):
    """exist_timeout false: whatever stands beside it is no countdown."""
    row = parsed("taobao_refund", TAOBAO, **timeout(value, exists=exists))
    assert (row.deadlines, row.tells_deadlines) == ((), True)


def test_taobao_timeout_in_the_other_spelling():
    record = {key: value for key, value in TAOBAO.items() if key != "refund_remind_timeout"}
    camel = {"refundRemindTimeout": {"existTimeout": True, "timeout": TEXT}}
    assert told("taobao_refund", {**record, **camel}) == [(DUE, "merchant", "WAIT_SELLER_AGREE")]
    assert not parsed("taobao_refund", record).tells_deadlines


def test_tiktok_actions_are_countdowns_of_their_own():
    """Epoch seconds, one of each action that the seller owes; the earliest is the case's next deadline."""
    later = SECONDS + 3600
    record = actions(SELLER_RESPOND_RETURN=later, SELLER_RESPOND_RECEIVE_PACKAGE=SECONDS)
    hour = timedelta(hours=1)
    assert told("tiktok_return", TIKTOK, **record) == [
        (DUE, "merchant", "SELLER_RESPOND_RECEIVE_PACKAGE"),
        (DUE + hour, "merchant", "SELLER_RESPOND_RETURN"),
    ]
    row = parsed("tiktok_return", TIKTOK, **record)
    assert row.deadline is not None
    assert row.deadline.due_at == DUE
    assert row.deadline.column == "seller_next_action_response.1.deadline"


def test_tiktok_fixture_of_28_8_hours():
    """2A: created 1690451136, deadline 1690554680: no length is hard-coded."""
    row = parsed("tiktok_return", TIKTOK)
    assert row.deadline is not None
    assert row.deadline.due_at == datetime(2023, 7, 28, 14, 31, 20, tzinfo=UTC)
    assert (row.deadline.due_at - row.requested_at).total_seconds() / 3600 == pytest.approx(28.8, abs=0.05)


def test_tiktok_sellers_action_is_the_merchants_also_while_the_buyer_ships():
    row = parsed("tiktok_return", TIKTOK, return_status="AWAITING_BUYER_SHIP")
    assert [one.party for one in row.deadlines] == ["merchant"]


def test_tiktok_same_action_twice_counts_at_its_earlier_end():
    twice = [{"action": "SELLER_RESPOND_REFUND", "deadline": at} for at in (SECONDS, SECONDS - 60)]
    found = told("tiktok_return", TIKTOK, seller_next_action_response=twice)
    assert found == [(DUE - timedelta(minutes=1), "merchant", "SELLER_RESPOND_REFUND")]


@pytest.mark.parametrize("value", [0, None, "", "-"])
def test_tiktok_action_without_a_deadline(value):
    both = actions(SELLER_RESPOND_REFUND=value, SELLER_RESPOND_REPLACEMENT=SECONDS)
    assert told("tiktok_return", TIKTOK, **both) == [(DUE, "merchant", "SELLER_RESPOND_REPLACEMENT")]
    assert told("tiktok_return", TIKTOK, **actions(SELLER_RESPOND_REFUND=value)) == []


@pytest.mark.parametrize("entries", [[], [{}], None])
def test_tiktok_without_actions(entries):
    assert told("tiktok_return", TIKTOK, seller_next_action_response=entries) == []


def test_tmall_export_has_the_steps_countdown_and_the_proofs():
    record = {"退款状态": WAITING, "完结时间": ""}
    both = told("tmall_refunds_export", TMALL, **record, 超时时间=TEXT, 举证超时="2026/3/3 08:00")
    assert both == [(DUE - timedelta(seconds=5), "merchant", "举证"), (DUE, "merchant", WAITING)]
    for empty in ("", "-", "0"):
        assert told("tmall_refunds_export", TMALL, **record, 超时时间=empty, 举证超时=empty) == []


@pytest.mark.parametrize(
    ("shape", "record", "changes"),
    [
        ("pinduoduo_refund_detail", PDD_DETAIL, {"after_sales_status": 10, "expire_time": TEXT}),
        ("douyin_aftersale_list", DOUYIN_API, info(aftersale_status=12, status_deadline=SECONDS)),
        ("douyin_aftersales_export", DOUYIN, {"售后状态": "售后关闭", "自动处理截止时间": TEXT}),
        ("kuaishou_refund_list", KUAISHOU, {"status": 60, "expireTime": SECONDS * 1000}),
        ("taobao_refund", TAOBAO, {"status": "SUCCESS", **timeout(TEXT)}),
        ("tiktok_return", TIKTOK, {"return_status": "RETURN_OR_REFUND_REQUEST_COMPLETE"}),
        ("tmall_refunds_export", TMALL, {"超时时间": TEXT, "举证超时": TEXT}),
    ],
)
def test_closed_case_has_no_countdown(shape, record, changes):
    assert told(shape, record, **changes) == []


def test_unknown_status_keeps_a_countdown_that_is_always_the_merchants():
    assert told("pinduoduo_refund_detail", PDD_DETAIL, after_sales_status=99, expire_time=TEXT) == [
        (DUE, "merchant", "99")
    ]


def test_unknown_status_does_not_say_whose_countdown_it_is():
    row = parsed("kuaishou_refund_list", KUAISHOU, status=99)
    assert row.deadlines == ()
    assert {"unknown_status", "countdown_unclear"} <= set(codes(row))
    assert not row.tells_deadlines


def test_countdown_that_cannot_be_read_is_a_warning():
    row = parsed("douyin_aftersales_export", DOUYIN, 自动处理截止时间="两天后")
    assert (row.deadlines, codes(row)) == ((), ["bad_time"])
