"""Opening an appeal and working on its draft."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from aftersales.enums import EventType
from aftersales.errors import NotAllowed, NotFound, Unprocessable
from aftersales.models import CaseEvent
from aftersales.services.ledger import verify
from appeals.claims import Claim, DraftChange, PieceChoice
from appeals.errors import AppealExists, AppealFrozen, CannotAppeal, StaleAppeal
from appeals.models import Appeal
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import claims_of
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import Result, record_outcome, submit_appeal, withdraw_appeal
from evidence.models import EvidenceItem
from evidence.services.derivations import derive_evidence
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


def items_of(appeal):
    return {item.kind: item.amount for item in appeal.items.all()}


def pieces_of(appeal):
    return [piece.item_id for piece in appeal.pieces.order_by("position")]


def test_open_appeal_asks_for_all_that_is_known(case, agent):
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    assert items_of(appeal) == {"liability": None, "payment": Decimal("32.50")}
    assert (appeal.closes_at, appeal.state, appeal.version) == (AT + timedelta(hours=48), "draft", 1)


def test_open_appeal_chooses_all_proof_in_the_order_of_the_slots(case, agent, add_file):
    second = add_file(case, "red_stamp", caption="红章")
    first = add_file(case, "goods_photo")
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    chat = case.evidence_items.get(slot="chat_screenshot")
    assert pieces_of(appeal) == [chat.pk, first.pk, second.pk]
    assert appeal.pieces.get(item=second).caption == "红章"


def test_open_appeal_records_its_event(case, agent):
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    event = CaseEvent.objects.get(case=case, type=EventType.APPEAL_OPENED)
    assert event.data == {"appeal": str(appeal.pk), "appeal_type": "rights"}
    assert event.actor == agent
    verify(case=case)


def test_open_appeal_twice_is_refused_by_the_database(case, agent):
    open_appeal(case=case, type="rights", by=agent, now=AT)
    with pytest.raises(AppealExists):
        open_appeal(case=case, type="rights", by=agent, now=AT)
    assert Appeal.objects.count() == 1
    assert CaseEvent.objects.filter(type=EventType.APPEAL_OPENED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_open_appeal_at_once_opens_one(case, agent):
    """Two people press the button in the same moment."""
    start, outcomes = threading.Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            open_appeal(case=case, type="rights", by=agent, now=AT)
            outcomes.append("opened")
        except AppealExists:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["opened", "refused"]
    assert Appeal.objects.count() == 1
    verify(case=case)


def test_open_appeal_of_another_shop_is_refused(case):
    stranger = make_agent(make_shop())
    with pytest.raises(NotAllowed):
        open_appeal(case=case, type="rights", by=stranger, now=AT)


def test_open_appeal_of_an_unknown_type_is_refused(case, agent):
    with pytest.raises(Unprocessable) as refused:
        open_appeal(case=case, type="wishful", by=agent, now=AT)
    assert "type" in refused.value.fields


def test_open_appeal_again_after_the_draft_was_dropped(draft, agent):
    withdraw_appeal(appeal=draft, by=agent, now=LATER)
    assert open_appeal(case=draft.case, type="rights", by=agent, now=LATER).state == "draft"


def test_open_appeal_after_a_lost_one_of_the_order_is_refused(ready, agent, shop):
    """PD-26: the lock covers the order, so another case of it as well."""
    submit_appeal(appeal=ready, by=agent, now=LATER)
    lost = {"liability": Result("lost"), "payment": Result("lost")}
    record_outcome(appeal=ready, results=lost, by=agent, at=LATER, now=LATER)
    other = make_refunded_case(shop, agent, order_no=ready.case.order.platform_order_no)
    with pytest.raises(CannotAppeal, match=find_appeal(str(ready.pk)).number):
        open_appeal(case=other, type="rights", by=agent, now=LATER)


def test_open_appeal_after_a_partly_won_one_leaves_out_what_was_lost(ready, agent, shop):
    """A4: what failed is locked; the rest is for a person to judge."""
    submit_appeal(appeal=ready, by=agent, now=LATER)
    mixed = {"liability": Result("lost"), "payment": Result("won", Decimal(10))}
    record_outcome(appeal=ready, results=mixed, by=agent, at=LATER, now=LATER)
    other = make_refunded_case(shop, agent, order_no=ready.case.order.platform_order_no)
    appeal = open_appeal(case=other, type="rights", by=agent, now=LATER)
    checks = standing_checks(appeal)
    assert not checks["order"].is_ok
    update_appeal(appeal=appeal, change=DraftChange(items=(Claim("payment", Decimal(5)),)), by=agent, now=LATER)
    assert standing_checks(appeal)["order"].is_ok


def standing_checks(appeal):
    return {check.code: check for check in standing_of(find_appeal(str(appeal.pk)), LATER).checks}


def test_update_appeal_changes_what_is_given_and_nothing_else(draft, agent, add_file):
    other = add_file(draft.case, "goods_photo")
    chat = draft.case.evidence_items.get(slot="chat_screenshot")
    change = DraftChange(
        items=(Claim("freight", Decimal(8)),), pieces=(PieceChoice(other.pk, " 空包 "), PieceChoice(chat.pk))
    )
    updated = update_appeal(appeal=draft, change=change, by=agent, now=LATER, version=draft.version)
    assert items_of(updated) == {"freight": Decimal(8)}
    assert pieces_of(updated) == [other.pk, chat.pk]
    assert updated.pieces.get(item=other).caption == "空包"
    assert (updated.statement, updated.ground) == (draft.statement, draft.ground)
    assert (updated.version, updated.changed_at) == (draft.version + 1, LATER)


def test_update_appeal_with_what_is_there_changes_nothing(draft, agent):
    """Saving and submitting at once must not make the page an old one."""
    same = DraftChange(
        ground=draft.ground,
        statement=f"  {draft.statement}\r\n",
        items=claims_of(draft)[::-1],
        pieces=tuple(PieceChoice(piece.item_id, piece.caption) for piece in draft.pieces.order_by("position")),
    )
    updated = update_appeal(appeal=draft, change=same, by=agent, now=LATER, version=draft.version - 1)
    assert (updated.version, updated.changed_at) == (draft.version, draft.changed_at)


def test_update_appeal_from_an_old_page_is_refused(draft, agent):
    with pytest.raises(StaleAppeal):
        update_appeal(
            appeal=draft, change=DraftChange(statement="另一句"), by=agent, now=LATER, version=draft.version - 1
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (DraftChange(ground="invented"), "ground"),
        (DraftChange(statement="字" * 5001), "statement"),
        (DraftChange(statement="坏\0字"), "statement"),
        (DraftChange(items=(Claim("payment", Decimal("32.51")),)), "amount_payment"),
        (DraftChange(items=(Claim("payment"),)), "amount_payment"),
        (DraftChange(items=(Claim("freight", Decimal(0)),)), "amount_freight"),
        (DraftChange(items=(Claim("liability", Decimal(1)),)), "amount_liability"),
        (DraftChange(items=(Claim("liability"), Claim("liability"))), "items"),
        (DraftChange(items=(Claim("penalty", Decimal(1)),)), "items"),
    ],
)
def test_update_appeal_with_a_fault_changes_nothing(draft, agent, change, field):
    with pytest.raises(Unprocessable) as refused:
        update_appeal(appeal=draft, change=change, by=agent, now=LATER)
    assert list(refused.value.fields) == [field]
    fresh = Appeal.objects.get(pk=draft.pk)
    assert (fresh.version, items_of(fresh)) == (draft.version, items_of(draft))


def test_update_appeal_keeps_a_text_that_is_too_long_for_the_platform(draft, agent):
    """Nobody loses what was typed; the checks say how much is too much."""
    updated = update_appeal(appeal=draft, change=DraftChange(statement="字" * 301), by=agent, now=LATER)
    assert len(updated.statement) == 301
    assert "1" in standing_checks(updated)["statement"].reason


def test_update_appeal_with_another_case_s_proof_is_refused(draft, agent, shop, add_file):
    foreign = add_file(make_refunded_case(shop, agent))
    change = DraftChange(pieces=(PieceChoice(foreign.pk),))
    with pytest.raises(Unprocessable):
        update_appeal(appeal=draft, change=change, by=agent, now=LATER)


def test_update_appeal_with_one_piece_twice_is_refused(draft, agent):
    chat = draft.case.evidence_items.get()
    change = DraftChange(pieces=(PieceChoice(chat.pk), PieceChoice(chat.pk)))
    with pytest.raises(Unprocessable):
        update_appeal(appeal=draft, change=change, by=agent, now=LATER)


def test_update_appeal_after_submitting_is_refused(ready, agent):
    submit_appeal(appeal=ready, by=agent, now=LATER)
    with pytest.raises(AppealFrozen):
        update_appeal(appeal=ready, change=DraftChange(statement="晚了"), by=agent, now=LATER)


def test_update_appeal_by_a_stranger_is_refused(draft):
    with pytest.raises(NotAllowed):
        update_appeal(appeal=draft, change=DraftChange(statement="别家"), by=make_agent(make_shop()), now=LATER)


@pytest.mark.parametrize("write", [lambda number: number, lambda number: number.lower(), lambda number: number[2:]])
def test_find_appeal_by_what_a_person_calls_it(draft, write):
    assert find_appeal(write(draft.number)) == draft
    assert find_appeal(str(draft.pk)) == draft


@pytest.mark.parametrize("ref", ["", "A-", "A-12", "A-ZZZZZZZZ", "%", "00000000", "x" * 500])
def test_find_appeal_by_nonsense_finds_nothing(draft, ref):
    with pytest.raises(NotFound):
        find_appeal(ref)


def test_open_appeal_takes_the_edited_piece_and_leaves_its_original(case, agent):
    """What was blacked out is not shown beside it by default; the original can still be chosen."""
    original = EvidenceItem.objects.get(case=case)
    derived = derive_evidence(item=original, derivation={"black_out": [[0, 0, 1, 0.5]]}, by=agent, at=AT)
    appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
    assert [piece.item_id for piece in appeal.pieces.all()] == [derived.pk]
    both = (PieceChoice(derived.pk), PieceChoice(original.pk))
    update_appeal(appeal=appeal, change=DraftChange(pieces=both), by=agent, now=LATER)
    assert appeal.pieces.count() == 2
