"""From asking for a packet to its file: the same facts give the same bytes, and no failure is lost."""

import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage, storages
from django_q.models import OrmQ

from aftersales.enums import EventType
from aftersales.errors import NotAllowed, Unprocessable
from aftersales.services.facts import record_fact
from appeals import snapshots
from appeals.claims import DraftChange
from appeals.enums import PacketState
from appeals.errors import AppealFrozen, PacketFileMissing
from appeals.models import Appeal, Packet
from appeals.packets.masking import masked_content
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.packet_content import packet_content
from appeals.services import packets as packet_service
from appeals.services.drafts import update_appeal
from appeals.services.filing import submit_appeal, withdraw_appeal
from appeals.services.heartbeats import claim
from appeals.services.packets import create_packet, request_packet, run_packet
from appeals.storage import PacketStore
from appeals.tasks import build_packet
from tests.factories import make_agent, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


@pytest.fixture
def build():
    """Builds a packet as the worker does."""

    def build(appeal: Appeal, *, now=AT + timedelta(minutes=10)) -> Packet:
        packet = create_packet(appeal=appeal, by=None, now=now)
        return run_packet(packet_id=packet.pk, clock=lambda: now)

    return build


@pytest.fixture
def ready(draft, build) -> Appeal:
    packet = build(draft)
    assert packet.state == "done", packet.error
    return draft


def bytes_of(packet: Packet) -> bytes:
    with PacketStore().open(packet.key) as file:
        return file.read()


def rerun(packet: Packet) -> Packet:
    """As if the worker had died over it and the queue had given it out again."""
    packet.state, packet.beat_at = PacketState.QUEUED, None
    packet.save(update_fields=["state", "beat_at"])
    return run_packet(packet_id=packet.pk, clock=lambda: LATER)


def test_packet_is_built_and_described(draft, build):
    packet = build(draft)
    data = bytes_of(packet)
    assert packet.state == PacketState.DONE
    assert packet.finished_at == AT + timedelta(minutes=10)
    assert hashlib.sha256(data).hexdigest() == packet.sha256
    assert len(data) == packet.byte_size
    assert packet.done_steps == packet.total_steps > 0
    with PacketStore().open(packet.key) as file, pikepdf.open(file) as pdf:
        assert len(pdf.pages) == packet.pages


def test_packet_built_again_has_the_same_bytes(ready):
    packet = ready.packets.get()
    before, sha256 = bytes_of(packet), packet.sha256
    assert rerun(packet).sha256 == sha256
    assert bytes_of(packet) == before


def test_packet_built_again_after_everything_changed_has_the_same_bytes(ready, agent, shop):
    """What it is made of was written down when it was asked for."""
    packet = ready.packets.get()
    before = bytes_of(packet)
    update_appeal(appeal=ready, change=DraftChange(statement="换一种说法"), by=agent, now=LATER)
    record_fact(case=ready.case, event_type=EventType.SHIPMENT_SIGNED, at=AT, by=agent, now=LATER)
    shop.name = "改名店"
    shop.save()
    rerun(packet)
    assert bytes_of(packet) == before


def test_packet_of_the_same_facts_asked_for_later_has_the_same_bytes(draft, build):
    first, second = build(draft), build(draft, now=AT + timedelta(hours=7))
    assert first.pk != second.pk
    assert first.sha256 == second.sha256


def test_packet_of_a_submitted_appeal_is_what_was_handed_in(ready, agent, build):
    handed_in = submit_appeal(appeal=ready, by=agent, now=LATER).filed_packet
    assert handed_in is not None
    record_fact(case=ready.case, event_type=EventType.SHIPMENT_SIGNED, at=AT, by=agent, now=LATER)
    assert build(ready, now=LATER).sha256 == handed_in.sha256


def test_packet_of_a_dropped_draft_is_refused(draft, agent):
    withdraw_appeal(appeal=draft, by=agent, now=LATER)
    with pytest.raises(AppealFrozen):
        create_packet(appeal=draft, by=agent, now=LATER)


def test_packet_of_another_shop_is_refused(draft):
    with pytest.raises(NotAllowed):
        request_packet(appeal=draft, by=make_agent(make_shop()), now=LATER)


def test_packet_of_an_unknown_profile_is_refused(draft, agent):
    with pytest.raises(Unprocessable) as refused:
        request_packet(appeal=draft, by=agent, now=LATER, profile="papyrus")
    assert "profile" in refused.value.fields


def test_packet_whose_evidence_was_altered_fails_with_the_piece_s_number(draft, agent, build):
    item = draft.pieces.get().item
    store = storages["evidence"]
    assert isinstance(store, FileSystemStorage)
    path = Path(store.path(item.key))
    original = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(original[:-10] + bytes(10))
    try:
        packet = build(draft)
    finally:
        path.write_bytes(original)
    assert packet.state == PacketState.FAILED
    assert "1" in packet.error
    assert packet.error_code
    assert not storages["packets"].exists(f"{packet.pk}.pdf")
    assert standing_of(find_appeal(str(draft.pk)), LATER).dossier.packet == "failed"


def test_packet_whose_evidence_is_gone_fails_with_a_message(draft, build):
    item = draft.pieces.get().item
    path = Path(storages["evidence"].path(item.key))
    aside = path.rename(path.with_suffix(".aside"))
    try:
        packet = build(draft)
    finally:
        aside.rename(path)
    assert (packet.state, packet.error_code) == (PacketState.FAILED, "stored_file_missing")


def test_packet_that_failed_unforeseen_is_recorded_and_raised(draft, monkeypatch, settings, tmp_path):
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    settings.STORAGES = {
        **settings.STORAGES,
        "packets": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": blocked / "packets"},
        },
    }
    packet = create_packet(appeal=draft, by=None, now=LATER)
    with pytest.raises(OSError, match="Not a directory"):
        run_packet(packet_id=packet.pk, clock=lambda: LATER)
    packet.refresh_from_db()
    assert (packet.state, packet.error_code, packet.finished_at) == (PacketState.FAILED, "unexpected", LATER)


def test_packet_that_failed_is_built_by_the_next_try(draft, build):
    item = draft.pieces.get().item
    path = Path(storages["evidence"].path(item.key))
    aside = path.rename(path.with_suffix(".aside"))
    packet = build(draft)
    aside.rename(path)
    again = run_packet(packet_id=packet.pk, clock=lambda: LATER)
    assert (again.state, again.error, again.error_code) == (PacketState.DONE, "", "")


def test_leftovers_of_a_killed_build_go_with_the_next(draft, build):
    packet = create_packet(appeal=draft, by=None, now=LATER)
    leftover = Path(storages["packets"].path("incoming")) / f"{packet.pk}-killed"
    leftover.mkdir(parents=True)
    (leftover / "half.pdf").write_bytes(b"%PDF-")
    assert run_packet(packet_id=packet.pk, clock=lambda: LATER).state == PacketState.DONE
    assert not list(leftover.parent.glob(f"{packet.pk}-*"))


def test_packet_on_a_storage_without_a_disk(draft, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "packets": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    packet = create_packet(appeal=draft, by=None, now=LATER)
    packet = run_packet(packet_id=packet.pk, clock=lambda: LATER)
    assert isinstance(storages["packets"], InMemoryStorage)
    assert hashlib.sha256(bytes_of(packet)).hexdigest() == packet.sha256
    assert hashlib.sha256(bytes_of(rerun(packet))).hexdigest() == packet.sha256


def test_progress_is_written_at_most_every_half_second(draft, monkeypatch):
    packet = create_packet(appeal=draft, by=None, now=LATER)
    held = claim(Packet, packet.pk, clock=lambda: LATER)
    moments = iter([0.0, 0.49, 0.5, 0.99, 1.0])
    monkeypatch.setattr(packet_service, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    write = packet_service._progress(held)  # noqa: SLF001 - the pace of writing shows nowhere else
    seen = []
    for done in range(1, 6):
        write(done, 9, "Laying out the pages")
        seen.append(Packet.objects.get(pk=packet.pk).done_steps)
    assert seen == [1, 1, 3, 3, 5]


def test_request_packet_queues_one_task_for_the_same_thing(draft, agent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = request_packet(appeal=draft, by=agent, now=LATER)
        second = request_packet(appeal=draft, by=agent, now=LATER + timedelta(seconds=1))
    assert first.pk == second.pk
    (queued,) = OrmQ.objects.all()
    task = queued.task
    assert (task["func"], task["args"]) == ("appeals.tasks.build_packet", (str(first.pk), 0))
    assert build_packet(*task["args"]) == PacketState.DONE


def test_request_packet_after_a_change_is_another(draft, agent):
    first = request_packet(appeal=draft, by=agent, now=LATER)
    update_appeal(appeal=draft, change=DraftChange(statement="换一种说法"), by=agent, now=LATER)
    assert request_packet(appeal=draft, by=agent, now=LATER).pk != first.pk


def test_run_packet_that_is_done_leaves_it(ready):
    packet = ready.packets.get()
    again = run_packet(packet_id=packet.pk, clock=lambda: LATER)
    assert again.finished_at == packet.finished_at


def test_packet_store_without_the_file_says_so():
    with pytest.raises(PacketFileMissing):
        PacketStore().open(f"{uuid.uuid4()}.pdf")
    with pytest.raises(PacketFileMissing):
        PacketStore().open("")


def test_snapshot_gives_back_the_content(draft, agent, add_file):
    record_fact(
        case=draft.case,
        event_type=EventType.SHIPMENT_SCANNED,
        at=AT,
        by=agent,
        now=LATER,
        data={"tracking_no": "YT001"},
    )
    appeal = find_appeal(str(draft.pk))
    content = packet_content(appeal, standing_of(appeal, AT).book, language="zh-hans")
    snapshot = snapshots.dump(content)
    assert snapshots.load(snapshot, [piece.path for piece in content.pieces]) == content


def test_packet_does_not_tell_what_stays_in_the_house(draft, agent):
    record_fact(
        case=draft.case, event_type=EventType.CASE_NOTED, at=AT, by=agent, now=LATER, data={"note": "买家是熟人"}
    )
    record_fact(
        case=draft.case,
        event_type=EventType.BUYER_CONTACTED,
        at=AT,
        by=agent,
        now=LATER,
        data={"note": "态度很差，拖到明天"},
    )
    appeal = find_appeal(str(draft.pk))
    content = packet_content(appeal, standing_of(appeal, AT).book, language="zh-hans")
    told = str(snapshots.dump(masked_content(replace(content, pieces=()))))
    assert "联系" in told or "Buyer contacted" in told
    for secret in ("熟人", "拖到明天", agent.display_name, agent.username, "张小明"):
        assert secret not in told


def test_packet_names_what_it_is_about(draft):
    appeal = find_appeal(str(draft.pk))
    content = packet_content(appeal, standing_of(appeal, AT).book, language="zh-hans")
    assert (content.appeal_type, content.ground, content.platform) == ("维权申诉", "退回空包、少件、漏件", "拼多多")
    assert content.buyer_masked == "张**"
    assert content.pieces[0].caption == "聊天记录截图"
    assert content.prepared_at == draft.changed_at
    assert [row.is_key for row in content.timeline][-1]
