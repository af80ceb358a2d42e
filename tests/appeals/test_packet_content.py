"""What a packet tells is gathered from the facts: of one case or of many, with the chain of custody of each file."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest

from aftersales.enums import EventType
from aftersales.models import Direction, Shipment
from aftersales.services.facts import record_fact
from appeals import snapshots
from appeals.claims import DraftChange, PieceChoice
from appeals.packets.content import PacketContent
from appeals.packets.masking import masked_content
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.packet_content import packet_content
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.packets import create_packet, run_packet
from appeals.storage import PacketStore
from evidence.models import EvidenceItem
from evidence.services.derivations import derive_evidence
from tests.factories import make_case
from tests.instants import AT
from tests.samples import files

LATER = AT + timedelta(hours=1)
CUT = {"turn": 90, "crop": [0.0, 0.0, 0.9, 0.9], "black_out": [[0.1, 0.1, 0.3, 0.3]]}


@pytest.fixture
def complaint(shop, agent, add_file):
    """About two orders, with a picture of each case."""
    first, second = make_case(shop, agent), make_case(shop, agent)
    add_file(first)
    add_file(second, caption="第二单的聊天")
    appeal = open_appeal(case=first, type="malicious_order", by=agent, now=AT)
    update_appeal(appeal=appeal, change=DraftChange(ground="extortion", further=(second.pk,)), by=agent, now=AT)
    items = [*EvidenceItem.objects.filter(case=first), *EvidenceItem.objects.filter(case=second)]
    change = DraftChange(
        pieces=tuple(PieceChoice(item.pk) for item in items), statement="两单均以差评要挟，电话 13812345678。"
    )
    update_appeal(appeal=appeal, change=change, by=agent, now=AT)
    return appeal


def content_of(appeal, language: str = "zh-hans") -> PacketContent:
    found = find_appeal(str(appeal.pk))
    return packet_content(found, standing_of(found, AT).book, language=language)


def test_complaint_tells_each_order_with_its_own_facts_and_proof(complaint, agent):
    """PD-32: one filing about several orders."""
    first, second = complaint.case, complaint.further_cases.get().case
    Shipment.objects.create(
        order=second.order, direction=Direction.OUTBOUND, courier="中通快递", tracking_no="13812340001"
    )
    record_fact(case=second, event_type=EventType.SHIPMENT_SIGNED, at=AT, by=agent, now=LATER)
    content = content_of(complaint)
    assert [order.case_no for order in content.orders] == [first.ref, second.ref]
    assert [order.order_no for order in content.orders] == [
        first.order.platform_order_no,
        second.order.platform_order_no,
    ]
    assert any("13812340001" in value for _label, value in content.orders[1].facts)
    assert [piece.case_no for piece in content.pieces] == [first.ref, second.ref]
    assert {row.case_no for row in content.timeline} == {first.ref, second.ref}
    assert content.timeline == tuple(sorted(content.timeline, key=lambda row: row.at))
    assert content.prepared_at == LATER
    assert "2" in content.title
    # The parcel's number looks like a phone and stays, the phone goes.
    masked = masked_content(content)
    assert any("13812340001" in value for _label, value in masked.orders[1].facts)
    assert "138****5678" in masked.statement


def test_one_case_has_no_table_of_orders(draft):
    content = content_of(draft)
    assert content.orders == ()
    assert {row.case_no for row in content.timeline} == {""}
    assert {piece.case_no for piece in content.pieces} == {""}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_complaint_s_snapshot_gives_back_the_content(complaint, language):
    content = content_of(complaint, language)
    snapshot = json.loads(json.dumps(snapshots.dump(content)))
    assert snapshots.load(snapshot, [piece.path for piece in content.pieces]) == content


def test_content_of_twenty_orders_takes_no_more_queries_than_of_two(
    complaint, shop, agent, django_assert_max_num_queries
):
    further = (complaint.further_cases.get().case_id, *(make_case(shop, agent).pk for _ in range(18)))
    update_appeal(appeal=complaint, change=DraftChange(further=further), by=agent, now=AT)
    found = find_appeal(str(complaint.pk))
    book = standing_of(found, AT).book
    with django_assert_max_num_queries(5):
        assert len(packet_content(found, book, language="zh-hans").orders) == 20


@pytest.fixture
def derived(draft, agent):
    """A piece turned, cut and blacked out, and cut once more."""
    original = draft.pieces.get().item
    middle = derive_evidence(item=original, derivation=CUT, by=agent, at=AT)
    return derive_evidence(item=middle, derivation={"crop": [0.0, 0.0, 0.95, 1.0]}, by=agent, at=AT)


def test_derived_piece_tells_its_first_original_and_all_that_was_done(draft, derived, agent):
    original = draft.pieces.get().item
    update_appeal(appeal=draft, change=DraftChange(pieces=(PieceChoice(derived.pk),)), by=agent, now=LATER)
    (piece,) = content_of(draft, "en").pieces
    assert piece.source.sha256 == original.sha256
    assert piece.source.original_name == original.original_name
    assert piece.source.how == "turned, cut, blacked out"
    assert (piece.added_by, piece.source.added_by) == (agent.display_name, agent.display_name)


def test_snapshot_takes_the_original_along_where_it_is_asked_for(draft, derived, agent):
    original = draft.pieces.get().item
    update_appeal(appeal=draft, change=DraftChange(pieces=(PieceChoice(derived.pk),)), by=agent, now=LATER)
    content = content_of(draft)
    snapshot = snapshots.dump(content)
    assert snapshots.keys(snapshot) == [derived.key]
    assert snapshots.keys(snapshot, with_sources=True) == [derived.key, original.key]
    (piece,) = content.pieces
    assert snapshots.load(snapshot, [piece.path, piece.source.path], with_sources=True) == content
    (without,) = snapshots.load(snapshot, [piece.path]).pieces
    assert without.source == replace(piece.source, path=None)
    assert not snapshots.load(snapshot, [piece.path], is_masked=False).is_masked


def test_archive_is_built_of_the_store_and_again_with_the_same_bytes(draft, derived, agent):
    update_appeal(appeal=draft, change=DraftChange(pieces=(PieceChoice(derived.pk),)), by=agent, now=LATER)
    shas = set()
    for _round in range(2):
        packet = create_packet(appeal=draft, by=agent, now=LATER, profile="archive")
        packet = run_packet(packet_id=packet.pk, clock=lambda: LATER)
        assert packet.state == "done", packet.error
        shas.add(packet.sha256)
    assert len(shas) == 1
    with PacketStore().open(packet.key) as file, pikepdf.open(file) as document:
        inside = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    original = draft.pieces.model.objects.filter(item=derived).get().item.derived_from.derived_from
    assert original.sha256 in {hashlib.sha256(data).hexdigest() for data in inside.values()}
    assert json.loads(inside["manifest.json"])["pieces"][0]["added_by"] == agent.display_name


def test_confirmed_points_are_told_in_the_reader_s_words(draft, agent, add_file, case, tmp_path):
    """PD-33: what whoever added the red-stamp proof has seen on it."""
    item = add_file(case, "red_stamp", path=files.png(tmp_path, 400, 300))
    update_appeal(appeal=draft, change=DraftChange(pieces=(PieceChoice(item.pk),)), by=agent, now=LATER)
    assert "Stamped in red" in content_of(draft, "en").pieces[0].confirmed
    assert "盖有红章" in content_of(draft).pieces[0].confirmed


def test_buyer_s_rating_of_the_service_stays_in_the_house(draft, agent):
    before = content_of(draft).timeline
    record_fact(
        case=draft.case, event_type=EventType.CHAT_RATED, at=AT, by=agent, now=LATER, data={"rating": "neutral"}
    )
    assert content_of(draft).timeline == before
