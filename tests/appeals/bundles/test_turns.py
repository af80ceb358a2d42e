"""One turn after the other, one worker at a time: what is lost is taken up again, what kills its worker is left out."""

import math
from datetime import timedelta

import pytest
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from appeals.enums import PacketState
from appeals.models import Bundle, Packet
from appeals.services import bundle_entries
from appeals.services.bundles import recover_bundles
from appeals.services.heartbeats import SILENCE, claim
from appeals.services.packets import create_packet
from tests.appeals.bundles.conftest import LATER, carry_out, entries, opened
from tests.instants import AT

DONE, FAILED, QUEUED, RUNNING = "done", "failed", "queued", "running"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def queued() -> list[tuple[str, int]]:
    return [entry.task["args"] for entry in OrmQ.objects.order_by("pk")]


def test_bundle_gives_way_after_its_time_and_goes_on(drafts, ask, commit):
    """Each turn builds at least one; the ZIP has a turn of its own."""
    bundle = ask(drafts)
    states, ticket = [], 0
    for _turn in range(3):
        with commit():
            bundle = carry_out(bundle, seconds=-1, ticket=ticket)
        states.append((bundle.state, [state for state, _code in entries(bundle)].count(DONE)))
        ticket = bundle.tries
    assert states == [(QUEUED, 1), (QUEUED, 2), (DONE, 2)]
    assert [ticket for _pk, ticket in queued()] == [3, 6]


def test_what_a_lost_worker_had_begun_comes_last_and_alone(drafts, ask):
    """Should it be what kills the workers, the others are done before it is tried again."""
    bundle = ask(drafts)
    first = bundle.entries.get(position=1)
    first.state = RUNNING
    first.save()
    bundle = carry_out(bundle, seconds=math.inf)
    assert (bundle.state, [state for state, _code in entries(bundle)]) == (QUEUED, [RUNNING, DONE])
    assert carry_out(bundle, seconds=math.inf).state == DONE


def test_packet_that_was_given_up_fails_in_its_bundle(make_draft, ask):
    """It killed its worker three times: the sweep has recorded it, the bundle goes on without it."""
    killer, fine = make_draft(built=False), make_draft()
    packet = create_packet(appeal=killer, by=None, now=AT)
    packet.state, packet.error, packet.error_code = PacketState.FAILED, "多次中断", "lost"
    packet.save()
    bundle = ask([killer, fine])
    entry = bundle.entries.get(position=1)
    entry.state, entry.packet = RUNNING, packet
    entry.save()
    for _turn in range(2):
        bundle = carry_out(bundle)
    assert entries(bundle) == [(FAILED, "lost"), (DONE, "")]
    assert bundle.state == DONE


def test_packet_that_another_worker_builds_is_waited_for(make_draft, ask, build, monkeypatch):
    draft = make_draft(built=False)
    packet = create_packet(appeal=draft, by=None, now=AT)
    other = claim(Packet, packet.pk, clock=lambda: LATER)
    assert other

    def ends(_seconds):
        with other.ending() as row:
            done = build(draft)
            for name in ("key", "pages", "byte_size", "sha256", "state", "finished_at"):
                setattr(row, name, getattr(done, name))

    monkeypatch.setattr(bundle_entries.time, "sleep", ends)
    bundle = carry_out(ask([draft]))
    assert (bundle.state, bundle.entries.get().packet) == (DONE, packet)


def test_packet_that_another_worker_builds_for_long_is_left_for_later(make_draft, ask):
    draft = make_draft(built=False)
    claim(Packet, create_packet(appeal=draft, by=None, now=AT).pk, clock=lambda: LATER)
    bundle = carry_out(ask([draft]), seconds=-1)
    assert (bundle.state, entries(bundle)) == (QUEUED, [(RUNNING, "")])


def test_packet_that_takes_too_long_fails_alone(drafts, make_draft, ask, monkeypatch):
    slow = make_draft(built=False)

    def for_ever(**_named):
        raise TimeoutException

    monkeypatch.setattr(bundle_entries, "run_packet", for_ever)
    bundle = carry_out(ask([slow, *drafts]))
    assert entries(bundle) == [(FAILED, "took_too_long"), *[(DONE, "")] * 2]


def test_late_worker_leaves_the_bundle_to_the_other(drafts, ask, monkeypatch):
    """It was silent while it looked for a packet, and another one has built all meanwhile."""
    bundle = ask(drafts)
    really = bundle_entries.lock_appeal

    def while_another_builds(pk, *, actor):
        monkeypatch.setattr(bundle_entries, "lock_appeal", really)
        assert carry_out(bundle, now=LATER + SILENCE + timedelta(seconds=1)).state == DONE
        return really(pk, actor=actor)

    monkeypatch.setattr(bundle_entries, "lock_appeal", while_another_builds)
    late = carry_out(bundle)
    assert (late.state, late.tries, late.finished_at) == (DONE, 2, LATER + SILENCE + timedelta(seconds=1))
    assert opened(late).testzip() is None


def test_sweep_takes_a_lost_bundle_up_again_and_gives_up_after_three(rows, ask, commit):
    bundle, at = ask(rows(1)), LATER
    for number in (1, 2, 3):
        assert claim(Bundle, bundle.pk, clock=lambda at=at: at, ticket=number - 1)
        at += SILENCE + timedelta(microseconds=1)
        with commit():
            assert recover_bundles(now=at) == 1
            assert recover_bundles(now=at) == 0
    bundle.refresh_from_db()
    assert (bundle.state, bundle.error_code) == (FAILED, "lost")
    assert queued() == [(str(bundle.pk), 1), (str(bundle.pk), 2)]
