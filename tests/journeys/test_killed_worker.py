"""Real workers on a real queue: one is killed in the middle of a packet, two work off twenty packets at once."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from appeals.claims import DraftChange
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.packet_files import ending_of
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.heartbeats import SILENCE, enqueue
from appeals.services.packets import TASK, create_packet, recover_packets, request_packet
from appeals.storage import INCOMING, PacketStore
from tests.evidence.factories import keep_file
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT
from tests.samples import files

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 90.0
PACKETS, PDFS = 20, 1


def database_url() -> str:
    """Of the database that this test itself uses."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    # The address differs from the server's own in its last part, the database.
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


@contextmanager
def cluster(log: Path, *, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The queue's own processes, in a session of their own."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "tests.live_settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "WORKERS": str(workers),
    }
    command = [sys.executable, "manage.py", "qcluster"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(what: Callable[[], bool], log: Path) -> None:
    give_up_at = time.monotonic() + WAIT_SECONDS
    while not what():
        assert time.monotonic() < give_up_at, log.read_text(errors="replace")[-4000:]
        time.sleep(0.02)


@pytest.fixture
def draft(transactional_db, tmp_path) -> Appeal:
    agent = make_agent(make_shop())
    case = make_refunded_case(agent.shops.get(), agent)
    for number in range(3):
        path = files.jpeg(tmp_path, width=300 + number, height=240)
        keep_file(path, case=case, slot="chat_screenshot", name=f"{number}.jpg", by=agent, at=AT)
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    change = DraftChange(ground="empty_or_missing", statement="买家退回的是空包裹。")
    return update_appeal(appeal=appeal, change=change, by=agent, now=AT)


def leftovers() -> list[Path]:
    return list(Path(storages["packets"].path(INCOMING)).glob("*"))


def check_file(packet: Packet) -> None:
    assert packet.state == PacketState.DONE, packet.error
    with PacketStore().open(packet.key) as file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == packet.sha256
    assert len(data) == packet.byte_size
    if ending_of(packet) == "pdf":
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert len(pdf.pages) == packet.pages
    else:
        assert packet.pages == 3


def test_killed_worker_loses_nothing_and_two_workers_build_twenty(draft, tmp_path):
    log = tmp_path / "workers.log"
    now = timezone.now()  # noqa: TID251 - the workers' clock is the real one
    packet = request_packet(appeal=draft, by=None, now=now)
    with cluster(log, workers=1) as process:
        wait_for(lambda: Packet.objects.get().state == PacketState.RUNNING and bool(leftovers()), log)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    packet.refresh_from_db()
    assert (packet.state, packet.tries, packet.key) == (PacketState.RUNNING, 1, "")
    assert packet.beat_at is not None
    assert leftovers()

    now = packet.beat_at
    assert recover_packets(now=now + SILENCE) == 0  # not silent for long enough
    assert recover_packets(now=now + SILENCE + timedelta(seconds=30)) == 1
    many = []
    for number in range(PACKETS):
        profile = "pdf" if number < PDFS else "ticket_images"
        many.append(create_packet(appeal=draft, by=None, now=now, profile=profile))
        enqueue(many[-1], task=TASK)
    OrmQ.objects.update(lock=now - timedelta(seconds=1))  # the first task is handed out once more, as after 20 minutes
    with cluster(log, workers=2):
        wait_for(lambda: not OrmQ.objects.exists(), log)
    built = list(Packet.objects.all())
    assert len(built) == PACKETS + 1
    for one in built:
        check_file(one)
        assert one.tries == (2 if one.pk == packet.pk else 1)
    assert len({one.sha256 for one in built}) == 2  # the same facts, as a PDF and as pictures
    assert leftovers() == []
