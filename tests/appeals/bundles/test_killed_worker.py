"""A worker that is killed in the middle of a bundle: another one finishes it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from aftersales.models import Deadline
from appeals.models import Bundle, Packet
from appeals.selectors.bundle_choices import find_appeals
from appeals.services.bundles import request_bundle
from appeals.services.heartbeats import SILENCE
from appeals.services.sweep import sweep_all
from tests.appeals.bundles.conftest import opened
from tests.desk import ROOT, environment

SECONDS = 90


def now() -> datetime:
    return timezone.now()  # noqa: TID251 - the worker goes by the real clock


def address() -> str:
    """That of the database of this test, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real one, with its guard and all its processes in a group of its own."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=ROOT,
            env=environment(Path(settings.DATA_DIR), address(), 0) | {"SECRET_KEY": settings.SECRET_KEY},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(holds, log: Path) -> None:
    give_up_at = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, log.read_text(errors="replace")
        time.sleep(0.02)


def states(bundle: Bundle) -> list[str]:
    return list(bundle.entries.order_by("position").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_bundle_whose_worker_is_killed_is_finished_by_the_next(make_draft, lead, tmp_path):
    drafts = [make_draft(built=False) for _number in range(2)]
    Deadline.objects.update(due_at=now() + timedelta(days=30))  # the sweep ends no draft
    appeals = find_appeals([str(draft.pk) for draft in drafts])
    bundle = request_bundle(appeals=appeals, by=lead, now=now(), language="zh-hans")
    log = tmp_path / "worker.log"
    with worker(log):
        wait_until(lambda: "done" in states(bundle), log)
    bundle.refresh_from_db()
    before = set(bundle.entries.filter(state="done").values_list("packet", flat=True))
    assert bundle.state == "running"
    assert "running" in states(bundle) or "queued" in states(bundle)
    assert not storages["packets"].exists(bundle.key)

    taken_up_at = now() + SILENCE + timedelta(seconds=1)
    counts = sweep_all(now=taken_up_at)
    assert counts["lost_bundles"] == 1
    assert sweep_all(now=taken_up_at)["lost_bundles"] == 0
    with worker(log):
        wait_until(lambda: Bundle.objects.get().state in {"done", "failed"}, log)

    bundle.refresh_from_db()
    assert (bundle.state, states(bundle)) == ("done", ["done"] * 2)
    assert before <= set(bundle.entries.values_list("packet", flat=True))
    assert Packet.objects.count() == 2
    read = opened(bundle)
    assert read.testzip() is None
    assert len(read.namelist()) == len(set(read.namelist())) == 4
    place = Path(storages["packets"].path(""))
    assert not [path for path in (place / "incoming").iterdir() if path.name.startswith(str(bundle.pk))]
    assert {path.name for path in place.iterdir() if path.is_file()} >= {bundle.key}
