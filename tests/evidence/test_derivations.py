"""A piece made from another one: turned, cropped, blacked out; the original stays, and the ledger keeps both hashes."""

import io
import math
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from aftersales.enums import EventType, Issue, Kind
from aftersales.errors import NotAllowed, Unprocessable
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from evidence.derivations import MOST_BOXES, read_derivation
from evidence.enums import Origin
from evidence.errors import (
    AlreadyWithdrawn,
    NotAPicture,
    NotConfirmed,
    SlotFull,
    StoredFileAltered,
    StoredFileMissing,
    UnknownSlot,
)
from evidence.models import EvidenceItem
from evidence.services.derivations import derive_evidence
from evidence.services.uploads import withdraw_evidence
from tests.evidence.factories import make_evidence, make_rows, picture
from tests.factories import make_case
from tests.instants import AT
from tests.samples import files, films, pdf_files

LATER = AT + timedelta(minutes=5)
BLACK = (0, 0, 0)
HALF = [0.5, 0.0, 1.0, 1.0]


@pytest.fixture
def item(case, agent, store):
    """640 × 480, red top left, blue bottom right."""
    return make_evidence(case, agent, data=files.encoded(files.photo(640, 480), "PNG"), caption="第一屏")


def derive(item, by, *, at=LATER, replaces=False, caption=None, confirmed=None, **change):
    return derive_evidence(
        item=item, derivation=change, by=by, at=at, replaces=replaces, caption=caption, confirmed=confirmed
    )


def image_of(item, store):
    with store.open(item.key) as kept:
        return Image.open(io.BytesIO(kept.read()))


def events(case, event_type):
    return list(CaseEvent.objects.filter(case_id=case.pk, type=event_type).order_by("seq"))


def test_new_piece_lies_beside_the_original(item, case, agent, colleague, store):
    before = EvidenceItem.objects.values().get(pk=item.pk)
    made = derive(item, colleague, turn=90, black_out=[HALF])
    assert (made.slot, made.origin, made.derived_from, made.caption) == (item.slot, Origin.DERIVED, item, "第一屏")
    assert made.derivation == {"turn": 90, "crop": None, "black_out": [HALF]}
    assert (made.added_by, made.added_at, made.width, made.height) == (colleague, LATER, 480, 640)
    assert made.original_name.endswith(".png")
    assert made.original_name != item.original_name
    assert EvidenceItem.objects.values().get(pk=item.pk) == before
    assert store.verify(item.key)
    assert store.verify(made.key)


def test_ledger_keeps_who_when_from_where_and_both_hashes(item, case, agent, store):
    made = derive(item, agent, crop=[0, 0, 0.5, 0.5])
    first, second = events(case, EventType.EVIDENCE_ADDED)
    assert (first.data["origin"], first.data["sha256"]) == ("page", item.sha256)
    assert second.data == {
        "item": str(made.pk),
        "slot": item.slot,
        "sha256": made.sha256,
        "name": made.original_name,
        "origin": "derived",
        "derived_from": str(item.pk),
        "derived_from_sha256": item.sha256,
        "derivation": {"turn": 0, "crop": [0, 0, 0.5, 0.5], "black_out": []},
    }
    assert (second.actor, second.at) == (agent, LATER)
    assert verify(case=Case.objects.get(pk=case.pk)) > 1


def test_the_same_change_again_is_the_same_piece(item, case, agent, colleague, store):
    made = derive(item, agent, black_out=[HALF, [0, 0, 0.1, 0.1]], crop=[0, 0, 1, 1])
    again = derive(item, colleague, black_out=[[0.0, 0.0, 0.1000000004, 0.1], HALF, HALF], turn=0)
    assert again == made
    assert len(events(case, EventType.EVIDENCE_ADDED)) == 2


def test_the_same_change_gives_the_same_bytes_after_a_withdrawal(item, case, agent, store):
    made = derive(item, agent, turn=90)
    withdraw_evidence(item=made, reason="传错了", by=agent, at=LATER)
    again = derive(item, agent, turn=90)
    assert again != made
    assert again.sha256 == made.sha256


def test_original_is_replaced_in_one_transaction(item, case, agent, store):
    make_rows(case, agent, item.slot, 8)
    made = derive(item, agent, turn=180, replaces=True)
    original = EvidenceItem.objects.get(pk=item.pk)
    assert (original.withdrawn_at, original.withdrawn_by) == (LATER, agent)
    assert made.original_name in original.withdrawn_reason
    assert events(case, EventType.EVIDENCE_WITHDRAWN)[0].data["item"] == str(item.pk)
    assert EvidenceItem.objects.kept().filter(slot=item.slot).count() == 9
    assert Case.objects.get(pk=case.pk).proof_filled == 1
    assert store.verify(item.key)


def test_replacing_again_changes_nothing(item, case, agent, store):
    """As when the answer to the first call was lost."""
    made = derive(item, agent, turn=180, replaces=True)
    assert derive(EvidenceItem.objects.get(pk=item.pk), agent, turn=180, replaces=True) == made
    assert len(events(case, EventType.EVIDENCE_WITHDRAWN)) == 1


def test_original_can_be_replaced_later_by_the_piece_that_is_there(item, case, agent, store):
    made = derive(item, agent, turn=180)
    assert derive(item, agent, turn=180, replaces=True) == made
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at == LATER


def test_full_slot_takes_it_only_instead(item, case, agent, store):
    make_rows(case, agent, item.slot, 7)
    derive(item, agent, turn=90)
    with pytest.raises(SlotFull):
        derive(item, agent, turn=180)
    assert EvidenceItem.objects.kept().count() == 9
    derive(item, agent, turn=180, replaces=True)
    assert EvidenceItem.objects.kept().count() == 9


def test_chain_may_be_longer(item, case, agent, store):
    second = derive(item, agent, turn=90)
    third = derive(second, agent, crop=[0, 0, 0.5, 1])
    assert third.derived_from.derived_from == item
    assert third.original_name == second.original_name


def test_caption_may_be_another(item, case, agent, store):
    assert derive(item, agent, turn=90, caption="收货人已涂黑").caption == "收货人已涂黑"
    assert derive(item, agent, turn=180, caption="").caption == ""


SILLY = {
    "nothing": {},
    "no_turn": {"turn": 0, "crop": None, "black_out": []},
    "all_of_it": {"crop": [0, 0, 1, 1]},
    "odd_turn": {"turn": 45},
    "full_turn": {"turn": 360},
    "turn_left": {"turn": -90},
    "true_turn": {"turn": True},
    "word_turn": {"turn": "90"},
    "crop_of_nothing": {"crop": [0.5, 0, 0.5, 1]},
    "crop_of_less": {"crop": [0.5, 0, 0.4999, 1]},
    "crop_outside": {"crop": [0, 0, 1.01, 1]},
    "black_outside": {"black_out": [[-0.01, 0, 0.5, 0.5]]},
    "black_nothing": {"black_out": [[0.5, 0.5, 0.5, 0.5]]},
    "upside_down": {"black_out": [[0, 0.5, 0.5, 0.1]]},
    "not_a_number": {"black_out": [[0, 0, math.nan, 1]]},
    "infinite": {"crop": [0, 0, math.inf, 1]},
    "three_sides": {"crop": [0, 0, 1]},
    "five_sides": {"black_out": [[0, 0, 1, 1, 1]]},
    "words": {"crop": ["0", "0", "1", "1"]},
    "true_sides": {"crop": [False, False, 0.5, True]},
    "one_rectangle": {"black_out": HALF},
    "text": {"black_out": "[[0,0,1,1]]"},
    "object": {"black_out": {"0": HALF}},
    "many": {"black_out": [[0, 0, 0.5, (place + 1) / 100] for place in range(MOST_BOXES + 1)]},
}


@pytest.mark.parametrize("what", SILLY)
def test_silly_change_is_refused_in_words(what):
    with pytest.raises(Unprocessable) as refused:
        read_derivation(SILLY[what])
    assert set(refused.value.fields) <= {"turn", "crop", "black_out"}
    assert "{" not in str(refused.value)


def test_refused_change_leaves_no_trace(item, agent, store):
    for change in ({}, {"turn": 45}, {"crop": [0, 0, 1, 0.01]}, {"crop": [0, 0, 15 / 640, 1]}):
        with pytest.raises(Unprocessable):
            derive(item, agent, **change)
    assert EvidenceItem.objects.count() == 1
    assert len(list(store.keys())) == 1


def test_boundaries_are_taken(item, case, agent, store):
    boxes = [[0, 0, 0.5, (place + 1) / 100] for place in range(MOST_BOXES)]
    assert len(read_derivation({"black_out": boxes}).black_out) == MOST_BOXES
    made = derive(item, agent, crop=[0, 0, 16 / 640, 16 / 480])
    assert (made.width, made.height) == (16, 16)


def test_picture_that_would_be_the_same_is_refused(case, agent, store):
    plain = make_evidence(case, agent, data=files.encoded(Image.new("RGB", (40, 40)), "PNG"))
    with pytest.raises(Unprocessable):
        derive(plain, agent, black_out=[[0, 0, 1, 1]], replaces=True)
    assert EvidenceItem.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    ("make", "way_out"),
    [(lambda folder: pdf_files.letter(folder).read_bytes(), "截图"), (lambda _folder: films.film(), "截图")],
    ids=["pdf", "film"],
)
def test_what_is_no_picture_is_refused_with_a_way_out(case, agent, store, tmp_path, make, way_out):
    other = make_evidence(case, agent, "goods_photo", data=make(tmp_path))
    with pytest.raises(NotAPicture) as refused:
        derive(other, agent, turn=90)
    assert str(refused.value)


def test_withdrawn_piece_is_left_alone(item, case, agent, store):
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    with pytest.raises(AlreadyWithdrawn):
        derive(EvidenceItem.objects.get(pk=item.pk), agent, turn=90)


def test_piece_of_a_slot_that_is_not_asked_for_any_more(shop, agent, store):
    case = make_case(shop, agent, issue=Issue.MISSING_ITEMS)
    item = make_evidence(case, agent, "weight_photo")
    Case.objects.filter(pk=case.pk).update(issue=Issue.QUALITY)
    with pytest.raises(UnknownSlot):
        derive(EvidenceItem.objects.get(pk=item.pk), agent, turn=90)


def test_altered_original_is_no_source(item, agent, store):
    """A chain of custody does not begin with a file that somebody changed."""
    path = Path(store.storage.path(item.key))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(StoredFileAltered):
        derive(item, agent, turn=90)
    store.storage.delete(item.key)
    with pytest.raises(StoredFileMissing):
        derive(item, agent, turn=90)


def test_stranger_may_not(item, stranger, store):
    with pytest.raises(NotAllowed):
        derive(item, stranger, turn=90)


def test_colleague_may_not_take_the_original_out(item, colleague, lead, store):
    with pytest.raises(NotAllowed):
        derive(item, colleague, turn=90, replaces=True)
    assert EvidenceItem.objects.count() == 1
    derive(item, colleague, turn=90)
    with pytest.raises(NotAllowed):
        derive(item, colleague, turn=90, replaces=True)
    derive(item, lead, turn=90, replaces=True)
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_by == lead


def test_strict_slot_takes_over_what_was_confirmed(shop, agent, store):
    """PD-33: who cuts the stamp away has to say that it is still there."""
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT)
    item = make_evidence(case, agent, "red_stamp", data=picture(31))
    made = derive(item, agent, turn=90)
    assert made.confirmed == item.confirmed
    with pytest.raises(NotConfirmed):
        derive(item, agent, crop=[0, 0, 1, 0.5], confirmed=item.confirmed[:-1])
    with pytest.raises(Unprocessable):
        derive(item, agent, crop=[0, 0, 1, 0.5], confirmed=["nothing"])
