"""What several journeys do on the pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.api_caller import Caller

expect.set_options(timeout=30_000)
_numbers = count(1)
TRIES = 50


@contextmanager
def refusal(page: Page, problems: list[str], status: int) -> Iterator[None]:
    """The browser itself complains of an answer of this status: once, and it is what the test is about."""
    yield
    for _try in range(TRIES):
        expected = [problem for problem in problems if f"status of {status}" in problem]
        if expected:
            break
        page.wait_for_timeout(100)
    assert len(expected) == 1, problems
    problems.remove(expected[0])


def check_fits(page: Page) -> None:
    """The page itself does not scroll sideways."""
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= shown, f"{page.url} is {wide} px wide on a screen of {shown} px"


def desk_now(api: Caller) -> datetime:
    """By the desk's own clock."""
    return parsedate_to_datetime(api.get("health").headers["date"])


def new_case(
    api: Caller, *, hours_ago: float = 30, events: Sequence[tuple[str, float, dict[str, Any]]] = (), **known: Any
) -> dict[str, Any]:
    """A return dispute with the events (type, hours ago, data)."""
    now = desk_now(api)
    number = next(_numbers)

    def moment(hours: float) -> str:
        return (now - timedelta(hours=hours)).isoformat()

    told = {
        "shop": "demo-home",
        "platform_case_no": f"88{number:05d}",
        "order_no": f"261122-8800000000{number:05d}",
        "kind": "return_dispute",
        "issue": "return_mismatch",
        "requested_at": moment(hours_ago),
        "reason": "商品与描述不符",
        "product": "实木书桌 120 厘米",
        "buyer": "张小明",
        "refund_amount": "459.00",
        "order_amount": "459.00",
    }
    case = api.send("cases", told | known).json()
    for type_, hours, data in events:
        answer = api.send(f"cases/{case['ref']}/events", {"type": type_, "at": moment(hours), "data": data})
        assert answer.status == 201, answer.content
    return dict(api.get(f"cases/{case['ref']}").json())


def take(api: Caller, case: dict[str, Any], name: str, hours_ago: float, **data: Any) -> dict[str, Any]:
    at = (desk_now(api) - timedelta(hours=hours_ago)).isoformat()
    body = {"name": name, "version": case["version"], "at": at, "data": data}
    answer = api.send(f"cases/{case['ref']}/transitions", body)
    assert answer.status == 200, answer.content
    return dict(answer.json())
