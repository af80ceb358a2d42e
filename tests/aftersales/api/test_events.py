from datetime import timedelta

import pytest

from aftersales.models import CaseEvent, Shipment
from tests.factories import learn
from tests.instants import AT


def test_event_is_recorded_with_both_moments(owner, agent, case):
    scanned_at = AT - timedelta(minutes=20)
    answer = owner.post(
        f"cases/{case.ref}/events",
        {
            "type": "return.shipped",
            "at": scanned_at.isoformat(),
            "data": {"tracking_no": "SF1234567890", "courier": "顺丰"},
            "source": "courier",
        },
    )
    assert answer.status_code == 201, answer.content
    event = CaseEvent.objects.get(type="return.shipped")
    assert (event.at, event.recorded_at, event.source, event.actor) == (scanned_at, AT, "courier", agent)
    assert Shipment.objects.get().direction == "return"


def test_event_twice_is_recorded_once(owner, case):
    body = {"type": "buyer.contacted", "at": AT.isoformat()}
    first, second = (owner.post(f"cases/{case.ref}/events", body) for _time in range(2))
    assert first.status_code == second.status_code == 201
    assert CaseEvent.objects.filter(type="buyer.contacted").count() == 1
    assert first.json()["version"] == second.json()["version"]


def test_event_moves_a_clock(owner, case):
    due_at = AT + timedelta(hours=3)
    body = {
        "type": "platform.countdown",
        "at": AT.isoformat(),
        "source": "platform",
        "data": {"due_at": due_at.isoformat()},
    }
    assert owner.post(f"cases/{case.ref}/events", body).json()["next_due_at"] == due_at.isoformat()


@pytest.mark.parametrize(
    "change",
    [
        {"type": "case.rejected"},
        {"type": "deadline.breached"},
        {"type": "evidence.added"},
        {"source": "person"},
        {"source": "system"},
        {"at": None},
        {"at": (AT + timedelta(seconds=1)).isoformat()},
        {"data": {"colour": "red"}},
        {"data": []},
        {"type": "platform.countdown"},
        {"type": "platform.countdown", "data": {"due_at": "9999-12-31T23:59:59-12:00"}},
        {"type": "shipment.tracking_uploaded", "data": {"tracking_no": "SF 1"}},
    ],
)
def test_event_refused(owner, case, change):
    events = CaseEvent.objects.count()
    answer = owner.post(f"cases/{case.ref}/events", {"type": "buyer.contacted", "at": AT.isoformat(), **change})
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"]
    assert CaseEvent.objects.count() == events


def test_timeline_pages_while_events_come(owner, agent, case):
    for minute in range(3):
        learn(case, "case.noted", agent, at=AT - timedelta(minutes=minute), now=AT, note=f"第{minute}条")
    first = owner.get(f"cases/{case.ref}/timeline", limit=2).json()
    learn(case, "case.noted", agent, at=AT - timedelta(minutes=50), now=AT, note="后来补记")
    rest = owner.get(f"cases/{case.ref}/timeline", cursor=first["next_cursor"]).json()
    events = first["items"] + rest["items"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert events[-1]["data"] == {"note": "后来补记"}
    assert events[-1]["actor"] == agent.username
    assert rest["next_cursor"] == ""
    assert events[0]["title"]
    assert events[0]["at"].endswith("+08:00")


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "W10", "bnVsbA", "e30", "eyJzZXEiOiBudWxsfQ", "eyJzZXEiOiAiOTk5OTk5OTk5OTk5OTk5OTk5OTkifQ"]
)
def test_timeline_forged_cursor(owner, case, cursor):
    answer = owner.get(f"cases/{case.ref}/timeline", cursor=cursor)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json()["error"] == "bad_cursor"
