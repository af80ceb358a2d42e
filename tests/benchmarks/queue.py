"""The lead's queue, the whole page, on a desk with many cases; beside it the same page on a desk with a thousand."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from aftersales.models import User
from aftersales.services.policies import load_policies
from appeals.demo.bulk import cast_cases
from appeals.demo.cast import make_cast
from appeals.demo.people import LEAD

REFERENCE_CASES = 1_000
WARM_UPS, ROUNDS = 3, 25
PAGE_ROWS = 50


@contextmanager
def desk(cases: int) -> Iterator[None]:
    """A database with so many cases, gone afterwards."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        now = timezone.localtime()
        load_policies(folder=settings.POLICIES_DIR, at=now)
        started = time.monotonic()
        cast_cases(cast=make_cast(), cases=cases, seed=1, at=now, progress=lambda _done: None)
        seconds = time.monotonic() - started
        print(f"  {cases} cases cast in {seconds:.1f} s, {cases / seconds:.0f} a second", file=sys.stderr, flush=True)
        yield
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


def page_ms() -> float:
    """The median of many requests; raises where the page does not show what it should."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=LEAD))
    spent = []
    for _round in range(WARM_UPS + ROUNDS):
        started = time.perf_counter()
        answer = client.get("/")
        spent.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200 or answer.content.count(b"<tr data-row ") != PAGE_ROWS:
            message = f"the queue answers {answer.status_code}, or without its rows"
            raise RuntimeError(message)
    return median(spent[WARM_UPS:])


def queue_ms(name: str, cases: int) -> dict[str, Any]:
    values = []
    for size in (REFERENCE_CASES, cases):
        with desk(size):
            values.append(page_ms())
    reference_value, value = values
    return {
        "name": name,
        "value": value,
        "unit": "ms",
        "reference": f"{REFERENCE_CASES} cases",
        "reference_value": reference_value,
        "ratio": value / reference_value,
    }


def queue_ms_10k() -> dict[str, Any]:
    return queue_ms("queue_ms_10k", 10_000)


def queue_ms_100k() -> dict[str, Any]:
    return queue_ms("queue_ms_100k", 100_000)
