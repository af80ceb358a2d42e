"""A file becomes a piece of proof once, with its event, or leaves no trace."""

import pytest
from django.utils import translation

from aftersales.enums import EventType, Kind, State
from aftersales.errors import NotAllowed, TransitionBlocked
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from evidence.errors import FileTypeRefused, ImageTooSmall, SlotFull, UnknownSlot
from evidence.models import EvidenceItem
from evidence.services.uploads import add_evidence, withdraw_evidence
from tests.evidence.factories import make_evidence, make_rows, on_disk, picture
from tests.factories import SCANNED, make_case, take
from tests.instants import AT
from tests.samples import files, pdf_files


def added(case):
    return list(CaseEvent.objects.filter(case_id=case.pk, type=EventType.EVIDENCE_ADDED).order_by("seq"))


def test_added_piece_is_kept_and_recorded(case, agent, store):
    data = picture()
    item = make_evidence(case, agent, "goods_photo", data=data, caption="包裹外观")
    with store.open(item.key) as kept:
        assert kept.read() == data
    assert (item.media_type, item.byte_size, item.width, item.height) == ("image/png", len(data), 240, 320)
    assert (item.added_at, item.added_by, item.caption) == (AT, agent, "包裹外观")
    [event] = added(case)
    said = {
        "item": str(item.pk),
        "slot": "goods_photo",
        "sha256": item.sha256,
        "name": "聊天记录.png",
        "origin": "page",
    }
    assert event.data == said
    assert (event.at, event.actor) == (AT, agent)
    assert verify(case=Case.objects.get(pk=case.pk)) > 1


def test_case_shows_progress_and_a_new_version(case, agent, store):
    before = Case.objects.get(pk=case.pk)
    make_evidence(case, agent, "goods_photo")
    after = Case.objects.get(pk=case.pk)
    assert (before.proof_filled, after.proof_filled) == (0, 1)
    assert after.version == before.version + 1


def test_group_counts_once(case, agent, store):
    make_evidence(case, agent, "courier_screenshot")
    make_evidence(case, agent, "red_stamp")
    assert Case.objects.get(pk=case.pk).proof_filled == 1


def test_pdf_keeps_its_pages(case, agent, store, tmp_path):
    item = make_evidence(case, agent, data=pdf_files.letter(tmp_path, pages=3).read_bytes(), name="说明.pdf")
    assert (item.media_type, item.pages) == ("application/pdf", 3)


def test_same_file_in_the_same_slot_is_one_piece(case, agent, colleague, store):
    data = picture()
    first = make_evidence(case, agent, data=data)
    again = make_evidence(case, colleague, data=data, name="另存.png")
    assert again.pk == first.pk
    assert len(added(case)) == 1


def test_same_file_in_another_slot_is_another_piece(case, agent, store):
    data = picture()
    first = make_evidence(case, agent, "chat_screenshot", data=data)
    second = make_evidence(case, agent, "goods_photo", data=data)
    assert first.pk != second.pk
    assert list(store.keys()) == [first.key]


def test_withdrawn_file_can_be_added_again(case, agent, store):
    data = picture()
    first = make_evidence(case, agent, data=data)
    withdraw_evidence(item=first, reason="传错了", by=agent, at=AT)
    second = make_evidence(case, agent, data=data)
    assert second.pk != first.pk
    assert len(added(case)) == 2


def test_name_becomes_harmless(case, agent, store):
    item = make_evidence(case, agent, name="退款/" * 100 + "凭证" * 150 + "\u202e.png")
    assert item.original_name.startswith("凭证凭证")
    assert item.original_name.endswith(".png")
    assert len(item.original_name) <= 120


def test_warnings_are_kept_as_codes(case, agent, store):
    assert make_evidence(case, agent, name="chat.pdf").warnings == ["extension_differs"]


@pytest.fixture
def untouched(case, store):
    """Nothing was stored, recorded or changed."""
    before = Case.objects.values().get(pk=case.pk)
    yield
    assert Case.objects.values().get(pk=case.pk) == before
    assert not EvidenceItem.objects.exclude(byte_size=1).exists()
    assert added(case) == []
    assert list(store.keys()) == []


@pytest.mark.parametrize("slot", ["", "no_such_slot", "weight_photo"])
def test_slot_that_the_case_does_not_have_is_refused(case, agent, untouched, slot):
    """The weight photo is for other issues."""
    with pytest.raises(UnknownSlot) as refused:
        make_evidence(case, agent, slot)
    assert "slot" in refused.value.fields


def test_stranger_is_refused(case, stranger, untouched):
    with pytest.raises(NotAllowed):
        make_evidence(case, stranger)


def test_refused_file_leaves_no_trace(case, agent, untouched, tmp_path):
    with pytest.raises(FileTypeRefused):
        make_evidence(case, agent, data=b"MZ" + bytes(200))
    with pytest.raises(ImageTooSmall):
        make_evidence(case, agent, data=files.tiny_png(tmp_path).read_bytes())


def test_full_slot_refuses_another_piece(case, agent, untouched):
    make_rows(case, agent, "chat_screenshot", 9)
    with pytest.raises(SlotFull), translation.override("en"):
        make_evidence(case, agent)


def test_full_slot_still_knows_its_own_pieces(case, agent, store):
    data = picture()
    item = make_evidence(case, agent, data=data)
    make_rows(case, agent, "chat_screenshot", 8)
    assert make_evidence(case, agent, data=data).pk == item.pk


def test_withdrawn_pieces_make_room(case, agent, store):
    item = make_evidence(case, agent)
    make_rows(case, agent, "chat_screenshot", 8)
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    assert make_evidence(case, agent).slot == "chat_screenshot"


@pytest.mark.parametrize("slot", ["courier_screenshot", "red_stamp"])
def test_proof_opens_the_transition_that_needs_it(shop, agent, store, slot):
    """KS-33: a failed intercept is shown by the courier's site or the stamped statement."""
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    take(case, "order_intercept", agent)
    with pytest.raises(TransitionBlocked) as blocked:
        take(case, "intercept_failed", agent)
    assert blocked.value.error_code == "proof_missing"
    item = make_evidence(case, agent, slot)
    withdraw_evidence(item=item, reason="单号不对", by=agent, at=AT)
    with pytest.raises(TransitionBlocked):
        take(case, "intercept_failed", agent)
    make_evidence(case, agent, slot)
    assert take(case, "intercept_failed", agent).state == State.INTERCEPT_FAILED


def test_other_proof_does_not_open_it(shop, agent, store):
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT, facts=[SCANNED])
    take(case, "order_intercept", agent)
    make_evidence(case, agent, "chat_screenshot")
    with pytest.raises(TransitionBlocked):
        take(case, "intercept_failed", agent)


def test_closed_case_takes_proof_for_its_appeal(case, agent, store):
    take(case, "agree_refund", agent)
    take(case, "confirm_refund", agent)
    assert make_evidence(case, agent).case_id == case.pk


def test_source_of_a_program_is_recorded(case, agent, store):
    with on_disk(picture()) as path:
        add_evidence(case=case, slot="goods_photo", path=path, name="a.png", by=agent, at=AT, source="api")
    assert added(case)[0].source == "api"
