"""The commands, the minute's sweep and its schedule."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models.signals import post_migrate
from django_q.models import Schedule

from appeals.apps import AppealsConfig, keep_schedule
from appeals.models import Appeal, Packet
from appeals.services.packets import create_packet
from appeals.tasks import sweep
from tests.instants import AT


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def test_build_packet_writes_the_file(draft, tmp_path):
    file = tmp_path / "packet.pdf"
    told = json.loads(run("build_packet", draft.number, "--output", str(file), "--json"))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == told["sha256"]
    assert told["bytes"] == file.stat().st_size
    assert (told["appeal"], told["output"]) == (draft.number, str(file))
    assert Packet.objects.get(pk=told["packet"]).pages == told["pages"]


def test_build_packet_again_gives_the_same(draft):
    first, second = (json.loads(run("build_packet", str(draft.pk), "--json")) for _ in range(2))
    assert first["sha256"] == second["sha256"]


def test_build_packet_speaks_to_people(draft):
    told = run("build_packet", draft.number)
    assert draft.number in told
    assert Packet.objects.get().sha256 in told


@pytest.mark.parametrize(
    "arguments",
    [["A-00000000"], ["nonsense"], ["DRAFT", "--profile", "papyrus"], ["DRAFT", "--output", "/no/such/place/x.pdf"]],
)
def test_build_packet_that_cannot_exits_with_2(draft, arguments):
    arguments = [draft.number if word == "DRAFT" else word for word in arguments]
    with pytest.raises(CommandError) as refused:
        run("build_packet", *arguments)
    assert refused.value.returncode == 2
    assert str(refused.value)
    assert not Packet.objects.exists()


def test_build_packet_onto_a_directory_exits_with_2(draft, tmp_path):
    with pytest.raises(CommandError) as refused:
        run("build_packet", draft.number, "--output", str(tmp_path))
    assert refused.value.returncode == 2


def test_sweep_deadlines_records_windows_and_drafts(draft):
    create_packet(appeal=draft, by=None, now=AT)
    at = (AT + timedelta(hours=48, microseconds=1)).isoformat()
    counts = json.loads(run("sweep_deadlines", "--at", at, "--json"))
    assert (counts["at"], counts["lapsed"], counts["expired_appeals"], counts["lost_packets"]) == (at, 1, 1, 1)
    assert Appeal.objects.get().state == "expired"
    again = json.loads(run("sweep_deadlines", "--at", at, "--json"))
    assert (again["lapsed"], again["expired_appeals"], again["lost_packets"]) == (0, 0, 0)


def test_sweep_deadlines_at_the_last_moment_records_nothing(draft):
    counts = json.loads(run("sweep_deadlines", "--at", (AT + timedelta(hours=48)).isoformat(), "--json"))
    assert (counts["lapsed"], counts["expired_appeals"]) == (0, 0)


def test_sweep_deadlines_speaks_to_people(draft):
    assert "expired appeals: 1" in run("sweep_deadlines", "--at", (AT + timedelta(days=9)).isoformat())


@pytest.mark.parametrize("at", ["tomorrow", "2026-03-02T10:00:00", "2026-13-02T10:00:00+08:00", "2026-03-02"])
def test_sweep_deadlines_at_no_moment_exits_with_2(db, at):
    with pytest.raises(CommandError) as refused:
        run("sweep_deadlines", "--at", at)
    assert refused.value.returncode == 2


def test_sweep_task_does_the_same(draft):
    with time_machine.travel(AT + timedelta(days=9), tick=False):
        counts = sweep()
    assert (counts["lapsed"], counts["expired_appeals"]) == (1, 1)


def test_sweep_is_scheduled_once_every_minute(db):
    keep_schedule("default")
    keep_schedule("default")
    schedule = Schedule.objects.get(name="sweep_deadlines")
    assert (schedule.func, schedule.schedule_type, schedule.minutes) == ("appeals.tasks.sweep", Schedule.MINUTES, 1)


def test_sweep_keeps_what_the_admin_changed(db):
    Schedule.objects.filter(name="sweep_deadlines").update(minutes=5)
    keep_schedule("default")
    assert Schedule.objects.get(name="sweep_deadlines").minutes == 5


def test_migrating_keeps_the_schedule():
    receivers = [
        receiver for (uid, _sender), receiver, *_rest in post_migrate.receivers if uid == "keep_sweep_schedule"
    ]
    assert len(receivers) == 1
    assert AppealsConfig.name == "appeals"
