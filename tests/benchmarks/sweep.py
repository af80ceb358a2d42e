"""The minute's sweep on PostgreSQL, on a desk where a million deadlines run; beside it what it must reach.

Where DATABASE_URL names no PostgreSQL, a child process measures on a throw-away server.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from aftersales.enums import EventType
from aftersales.models import CaseEvent
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from appeals.services.sweep import sweep_all
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT
from tests.postgres import postgres

NAMES = ("sweep_per_second", "sweep_idle_ms")
REFERENCES = {"sweep_per_second": 5_000, "sweep_idle_ms": 50}
UNITS = {"sweep_per_second": "1/s", "sweep_idle_ms": "ms"}

CASES = 1_000_000
DUE = 10_000  # in each round
EVERY = CASES // DUE  # the cases of a round lie far apart
ROUNDS, IDLE_ROUNDS = 3, 15
SAMPLED = 100  # cases of each round whose ledger is verified afterwards
SERVER = {"shared_buffers": "1GB", "max_wal_size": "4GB"}  # what a desk of this size would be given
HOUR = timedelta(hours=1)
FIRST = AT + timedelta(days=30)  # the first round; the next an hour later; whatever is in none is due after the last
IN_A_ROUND = f"n %% {EVERY} < {ROUNDS}"
DUE_AT = f"""
CASE WHEN {IN_A_ROUND} THEN %(first)s + n %% {EVERY} * interval '1 hour' - (1 + n %% 3598) * interval '1 second'
     ELSE %(first)s + interval '2 days' + n * interval '5 seconds' END
"""
WARN_AT = f"CASE WHEN NOT ({IN_A_ROUND}) THEN {DUE_AT} - interval '4 hours' END"  # the others' people know already


def sweep_per_second() -> dict[str, Any]:
    """How many deadlines that are due a sweep records in a second."""
    return measured()["sweep_per_second"]


def sweep_idle_ms() -> dict[str, Any]:
    """How long a sweep takes that finds nothing."""
    return measured()["sweep_idle_ms"]


@cache
def measured() -> dict[str, dict[str, Any]]:
    """Both rows, by name: making the million deadlines takes longer than either measurement."""
    if connection.vendor == "postgresql":
        with desk():
            values = {"sweep_per_second": per_second(), "sweep_idle_ms": idle_ms()}
        return {name: row(name, value) for name, value in values.items()}
    with postgres(**SERVER) as url, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        answer = Path(folder) / "rows.json"
        known = {"DATABASE_URL": url, "BENCH": ",".join(NAMES), "BENCH_JSON": str(answer)}
        command = [sys.executable, "-m", "tests.benchmarks"]
        subprocess.run(command, check=True, env={**os.environ, **known}, stdout=subprocess.DEVNULL)
        return {found["name"]: found for found in json.loads(answer.read_text(encoding="utf-8"))}


def row(name: str, value: float) -> dict[str, Any]:
    reference = REFERENCES[name]
    return {
        "name": name,
        "value": value,
        "unit": UNITS[name],
        "reference": "at least" if name == "sweep_per_second" else "less than",
        "reference_value": reference,
        "ratio": value / reference,
    }


@contextmanager
def desk() -> Iterator[None]:
    """A database with a million open cases, each with a running deadline, gone afterwards."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = time.monotonic()
        fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        note(f"{CASES} cases copied in {time.monotonic() - started:.0f} s")
        sweep_all(now=FIRST - HOUR)  # the case that was copied has been due for long
        yield
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


@transaction.atomic
def fill() -> None:
    """Copies of one case that the services have made: its order, its events in a ledger that holds, its deadline.

    Their relations are right, and checking each would take most of the time: only a superuser may leave it out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        # Room on each page, as there is on a desk where cases have been worked on.
        cursor.execute("ALTER TABLE aftersales_case SET (fillfactor = 90)")
    shop = make_shop()
    case = make_case(shop, facts=[(EventType.TICKET_OPENED, AT, {})])
    case.assignee = make_agent(shop)
    case.save()
    case_id, order_id = f"{case.pk} + n", f"{case.order_id} + n"
    opening, ticket = case.events.order_by("seq")
    opening_hash = hash_of(opening, case_id, "''")
    ticket_hash = hash_of(ticket, case_id, opening_hash)
    copy(case.order, id=order_id, platform_order_no="'B' || n")
    copy(opening, case_id=case_id, hash=opening_hash)
    copy(ticket, case_id=case_id, prev_hash=opening_hash, hash=ticket_hash)
    copy(case.deadlines.get(), case_id=case_id, due_at=DUE_AT, computed_due_at=DUE_AT, warn_at=WARN_AT)
    numbers = {"id": case_id, "order_id": order_id, "platform_case_no": "'B' || n"}
    copy(case, **numbers, next_due_at=DUE_AT, ledger_head=ticket_hash)


def copy(template: Model, **columns: str) -> None:
    """A million rows like one, but for these columns: SQL over the number `n`."""
    fields = template._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's fields
    names = [
        str(field.column)
        for field in fields
        if not field.generated and (field.column in columns or not field.primary_key)
    ]
    table = template._meta.db_table  # noqa: SLF001 - as above
    values = ", ".join(columns.get(name, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"  # noqa: S608 - names of our own tables
            f" FROM {table}, generate_series(1, {CASES}) n WHERE {table}.id = %(template)s ORDER BY n",
            {"template": template.pk, "first": FIRST},
        )


def hash_of(event: CaseEvent, case_id: str, before: str) -> str:
    """SQL for `CaseEvent.content_hash` of a copy: text that starts with its case and ends with the hash before it."""
    moments = [moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in (event.at, event.recorded_at)]
    content = [
        event.seq,
        event.type,
        *moments,
        event.actor_id,
        event.source,
        event.from_state,
        event.to_state,
        event.data,
    ]
    known = json.dumps(content, separators=(",", ":"))[1:-1]
    return f"encode(sha256(convert_to('[' || {case_id} || ',{known},\"' || {before} || '\"]', 'UTF8')), 'hex')"


def per_second() -> float:
    """The median of several rounds; raises where one of them recorded something else, or broke the ledger."""
    rates = []
    for number in range(ROUNDS):
        now = FIRST + number * HOUR
        started = time.perf_counter()
        counts = sweep_deadlines(now=now)
        rates.append(DUE / (time.perf_counter() - started))
        swept = CaseEvent.objects.filter(type=EventType.DEADLINE_BREACHED, recorded_at=now)
        if counts["breached"] != DUE or swept.count() != DUE:
            message = f"{DUE} deadlines were due, but the sweep recorded {counts}"
            raise RuntimeError(message)
        for event in swept.select_related("case")[:SAMPLED]:
            verify(case=event.case)
    note("deadlines a second: " + ", ".join(f"{rate:.0f}" for rate in rates))
    return median(rates)


def idle_ms() -> float:
    spent = []
    for _round in range(IDLE_ROUNDS):
        started = time.perf_counter()
        counts = sweep_all(now=FIRST + ROUNDS * HOUR)
        spent.append((time.perf_counter() - started) * 1000)
        if any(counts.values()):
            message = f"nothing was due, but the sweep recorded {counts}"
            raise RuntimeError(message)
    return median(spent)


def note(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
