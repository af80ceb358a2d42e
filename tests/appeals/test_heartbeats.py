"""A packet is built by one worker at a time, and by another one when that dies; nothing waits for ever."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from appeals.enums import PacketState
from appeals.models import Packet
from appeals.services import heartbeats
from appeals.services import packets as packet_service
from appeals.services.heartbeats import SILENCE, UNCLAIMED, TakenOver, claim, recover, try_again
from appeals.services.packets import TASK, create_packet, recover_packets, request_packet, run_packet
from appeals.storage import PacketStore
from tests.instants import AT

INSTANT = timedelta(microseconds=1)


@pytest.fixture
def packet(draft) -> Packet:
    return create_packet(appeal=draft, by=None, now=AT)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Lets what waits for the commit happen with the block's end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def take(packet: Packet, *, at=AT, ticket: int | None = None):
    return claim(Packet, packet.pk, clock=lambda: at, ticket=ticket)


def queued() -> list[tuple[str, int]]:
    return [entry.task["args"] for entry in OrmQ.objects.order_by("pk")]


def recovered(now, commit) -> int:
    with commit():
        return recover_packets(now=now)


def test_claim_of_a_queued_packet_starts_a_try(packet):
    assert take(packet, ticket=0) is not None
    packet.refresh_from_db()
    assert (packet.state, packet.tries, packet.beat_at) == (PacketState.RUNNING, 1, AT)


def test_claim_with_the_same_ticket_twice_gives_it_to_one(packet):
    """The queue hands a task out again when it hears nothing of it for 20 minutes."""
    assert take(packet, ticket=0)
    assert take(packet, ticket=0, at=AT + timedelta(minutes=20)) is None


def test_claim_with_the_ticket_of_a_try_before_is_refused(packet):
    Packet.objects.update(tries=2)
    assert take(packet, ticket=1) is None
    assert take(packet, ticket=2)


@pytest.mark.parametrize("state", [PacketState.RUNNING, PacketState.FAILED])
def test_claim_with_a_ticket_is_for_what_is_queued(packet, state):
    Packet.objects.update(state=state, beat_at=AT - timedelta(days=1))
    assert take(packet, ticket=0) is None


@pytest.mark.parametrize(("silent", "is_free"), [(SILENCE, False), (SILENCE + INSTANT, True)])
def test_claim_without_a_ticket_of_what_is_silent(packet, silent, is_free):
    Packet.objects.update(state=PacketState.RUNNING, beat_at=AT, tries=1)
    assert bool(take(packet, at=AT + silent)) is is_free


def test_beat_of_a_worker_that_lost_its_packet_is_refused(packet):
    late = take(packet)
    late.beat(step="still there")
    later = AT + SILENCE + INSTANT
    assert take(packet, at=later)
    with pytest.raises(TakenOver):
        late.beat(step="and again")
    with pytest.raises(TakenOver):
        late.fail("too late", "late")
    with pytest.raises(TakenOver), late.ending():
        pytest.fail("not to be reached")
    packet.refresh_from_db()
    assert (packet.state, packet.step, packet.beat_at) == (PacketState.RUNNING, "still there", later)


@pytest.mark.parametrize(("silent", "count"), [(SILENCE, 0), (SILENCE + INSTANT, 1)])
def test_sweep_queues_a_silent_packet_again(packet, commit, silent, count):
    take(packet)
    assert recovered(AT + silent, commit) == count
    packet.refresh_from_db()
    assert packet.state == (PacketState.QUEUED if count else PacketState.RUNNING)
    assert queued() == [(str(packet.pk), 1)] * count


def test_sweep_gives_up_after_the_third_try(packet, commit):
    at = AT
    for number in (1, 2, 3):
        assert take(packet, at=at, ticket=number - 1)
        at += SILENCE + INSTANT
        assert recovered(at, commit) == 1
        assert recovered(at, commit) == 0
    packet.refresh_from_db()
    assert (packet.state, packet.error_code, packet.finished_at) == (PacketState.FAILED, "lost", at)
    assert packet.error
    assert queued() == [(str(packet.pk), 1), (str(packet.pk), 2)]
    assert take(packet, at=at, ticket=3) is None


def test_what_was_given_up_leaves_nothing_half_done(packet, commit):
    Packet.objects.update(state=PacketState.RUNNING, beat_at=AT, tries=3)
    leftover = Path(storages["packets"].path("incoming")) / f"{packet.pk}-killed"
    leftover.mkdir(parents=True)
    recovered(AT + SILENCE + INSTANT, commit)
    assert not leftover.exists()


def test_try_again_gives_as_many_tries_as_before(packet, commit):
    Packet.objects.update(state=PacketState.FAILED, tries=1, error="x", error_code="x", finished_at=AT)
    packet.refresh_from_db()
    with commit():
        assert try_again(packet, task=TASK, now=AT)
        assert not try_again(packet, task=TASK, now=AT)
    assert queued() == [(str(packet.pk), 3)]
    at = AT
    for number in (4, 5, 6):
        assert take(packet, at=at, ticket=number - 1)
        at += SILENCE + INSTANT
        recovered(at, commit)
    packet.refresh_from_db()
    assert packet.state == PacketState.FAILED


@pytest.mark.parametrize("state", [PacketState.QUEUED, PacketState.RUNNING, PacketState.DONE])
def test_try_again_of_what_has_not_failed_changes_nothing(packet, state):
    packet.state, packet.sha256 = state, "a" * 64
    packet.save()
    assert not try_again(packet, task=TASK, now=AT)
    assert Packet.objects.get().state == state


@pytest.mark.parametrize(("silent", "count"), [(UNCLAIMED, 0), (UNCLAIMED + INSTANT, 1)])
def test_sweep_queues_what_never_came_into_the_queue(packet, commit, silent, count):
    """The web process died between the commit and the queue, or the worker with the task in its hands."""
    assert recovered(AT + silent, commit) == count
    assert recovered(AT + silent, commit) == 0
    assert queued() == [(str(packet.pk), 0)] * count


def test_sweep_leaves_what_waits_in_a_long_queue(draft, commit):
    with commit():
        packet = request_packet(appeal=draft, by=None, now=AT)
    OrmQ.objects.update(lock=AT)
    assert recovered(AT + timedelta(hours=3), commit) == 0
    OrmQ.objects.update(lock=AT + timedelta(hours=4))  # a worker has taken it, and has not begun
    assert recovered(AT + timedelta(hours=3), commit) == 1
    assert queued() == [(str(packet.pk), 0)] * 2


def test_sweep_leaves_what_has_ended(packet, commit):
    for state in (PacketState.DONE, PacketState.FAILED):
        packet.state, packet.sha256 = state, "a" * 64
        packet.save()
        assert recovered(AT + timedelta(days=1), commit) == 0


def test_two_sweeps_queue_a_lost_packet_once(packet, commit, monkeypatch):
    """The second has read its rows before the first wrote."""
    take(packet)
    read = heartbeats._silent  # noqa: SLF001 - the moment between reading and writing

    def slowly(model, state, limit):
        rows = read(model, state, limit)
        if state == PacketState.RUNNING and rows:
            monkeypatch.setattr(heartbeats, "_silent", read)
            recover(Packet, task=TASK, now=AT + timedelta(hours=1))
        return rows

    monkeypatch.setattr(heartbeats, "_silent", slowly)
    with commit():
        found = recover(Packet, task=TASK, now=AT + timedelta(hours=1))
    assert found.again == []
    assert queued() == [(str(packet.pk), 1)]


def test_late_worker_leaves_the_file_and_the_row_of_the_other(packet, monkeypatch):
    """It was silent while it built, and has its own file ready when the other one is done."""
    really = packet_service.build_for

    def while_another_builds(*arguments, **named):
        monkeypatch.setattr(packet_service, "build_for", really)
        result = really(*arguments, **named)
        with PacketStore().workplace("beside") as folder:
            # The other one's workplace removes this one's, as a restarted worker's does.
            kept = (folder / "late").write_bytes(named["output"].read_bytes())
            assert kept
            other = run_packet(packet_id=packet.pk, clock=lambda: AT + SILENCE + INSTANT)
            assert other.state == PacketState.DONE
        named["output"].parent.mkdir(exist_ok=True)
        named["output"].write_bytes(b"late")
        return result

    monkeypatch.setattr(packet_service, "build_for", while_another_builds)
    late = run_packet(packet_id=packet.pk, clock=lambda: AT)
    assert (late.state, late.tries, late.finished_at) == (PacketState.DONE, 2, AT + SILENCE + INSTANT)
    with PacketStore().open(late.key) as file:
        assert file.read(5) == b"%PDF-"
    assert not list(Path(storages["packets"].path("incoming")).glob(f"{packet.pk}-*"))


def test_packet_that_takes_too_long_is_failed_at_once(packet, monkeypatch):
    """KILL by the queue's own time limit: another try would take as long."""

    def for_ever(*arguments, **named):
        raise TimeoutException

    monkeypatch.setattr(packet_service, "build_for", for_ever)
    with pytest.raises(TimeoutException):
        run_packet(packet_id=packet.pk, clock=lambda: AT)
    packet.refresh_from_db()
    assert (packet.state, packet.error_code) == (PacketState.FAILED, "took_too_long")


def test_run_packet_that_another_worker_builds_leaves_it(packet):
    take(packet)
    found = run_packet(packet_id=packet.pk, clock=lambda: AT)
    assert (found.state, found.tries) == (PacketState.RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_packet_beats_while_one_step_takes_long(draft, monkeypatch):
    packet = create_packet(appeal=draft, by=None, now=AT)
    monkeypatch.setattr(heartbeats, "BEAT_SECONDS", 0.01)
    beats = iter(AT + timedelta(seconds=n) for n in range(1000))
    held = claim(Packet, packet.pk, clock=lambda: next(beats))
    assert held is not None
    seen = threading.Event()
    with held.beating():
        for _look in range(500):
            packet.refresh_from_db()
            if packet.beat_at > AT + timedelta(seconds=2):
                break
            seen.wait(0.01)
    assert packet.beat_at > AT + timedelta(seconds=2)
    assert threading.active_count() == 1 or not [t for t in threading.enumerate() if t.name.startswith("beat ")]


@pytest.mark.django_db(transaction=True)
def test_packet_claimed_by_many_at_once_is_one_worker_s(draft):
    packet = create_packet(appeal=draft, by=None, now=AT)
    start, won = threading.Barrier(6), []

    def work():
        try:
            start.wait()
            if claim(Packet, packet.pk, clock=lambda: AT, ticket=0):
                won.append(threading.get_ident())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with transaction.atomic():
        assert Packet.objects.get().tries == 1
