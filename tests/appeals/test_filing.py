"""Handing in, taking back, results, and drafts whose window has closed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from aftersales.enums import EventType
from aftersales.errors import Conflict, NotAllowed, Unprocessable
from aftersales.models import CaseEvent
from aftersales.services.ledger import verify
from appeals.errors import AppealFrozen, NotReady, StaleAppeal
from appeals.models import Appeal
from appeals.services.drafts import open_appeal
from appeals.services.filing import (
    Result,
    expire_appeals,
    outcome_of,
    record_outcome,
    submit_appeal,
    withdraw_appeal,
)
from evidence.services.uploads import withdraw_evidence
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT

TICK = timedelta(microseconds=1)
LATER = AT + timedelta(hours=1)
CLOSES = AT + timedelta(hours=48)
WON = {"liability": Result("won"), "payment": Result("won", Decimal("32.50"))}


@pytest.fixture
def filed(ready, agent):
    return submit_appeal(appeal=ready, by=agent, now=LATER, platform_appeal_no="SS-1")


def test_submit_appeal_freezes_proof_and_packet(ready, agent):
    filed = submit_appeal(appeal=ready, by=agent, now=LATER, version=ready.version)
    packet = ready.packets.get()
    assert (filed.state, filed.submitted_at, filed.submitted_by) == ("submitted", LATER, agent)
    assert filed.filed_packet == packet
    piece = filed.pieces.get()
    assert piece.frozen_sha256 == piece.item.sha256 != ""
    event = CaseEvent.objects.get(type=EventType.APPEAL_SUBMITTED)
    assert event.data == {"appeal": str(ready.pk), "appeal_type": "rights", "packet_sha256": packet.sha256}
    verify(case=ready.case)


def test_submit_appeal_takes_the_case_off_the_list_of_windows(filed):
    filed.case.refresh_from_db()
    assert filed.case.appeal_until is None


def test_submit_appeal_leaves_out_proof_that_was_withdrawn(draft, agent, add_file, build):
    gone = add_file(draft.case, "goods_photo")
    withdraw_evidence(item=gone, by=agent, at=AT + timedelta(minutes=8), reason="传错了")
    build(draft)
    filed = submit_appeal(appeal=draft, by=agent, now=LATER)
    assert [piece.item.slot for piece in filed.pieces.all()] == ["chat_screenshot"]


def test_submit_appeal_keeps_its_proof_though_it_is_withdrawn_later(filed, agent):
    withdraw_evidence(item=filed.pieces.get().item, by=agent, at=LATER, reason="传错了")
    assert Appeal.objects.get(pk=filed.pk).pieces.get().frozen_sha256


@pytest.mark.parametrize("now", [CLOSES - TICK, CLOSES])
def test_submit_appeal_until_the_window_s_last_moment(ready, agent, now):
    assert submit_appeal(appeal=ready, by=agent, now=now).state == "submitted"


def test_submit_appeal_one_microsecond_late_is_refused(ready, agent):
    with pytest.raises(NotReady, match="2026-03-04 10:00:00") as refused:
        submit_appeal(appeal=ready, by=agent, now=CLOSES + TICK)
    assert list(refused.value.fields) == ["window"]
    assert Appeal.objects.get(pk=ready.pk).state == "draft"


def test_submit_appeal_twice_is_refused(filed, agent):
    with pytest.raises(AppealFrozen):
        submit_appeal(appeal=filed, by=agent, now=LATER)


def test_submit_appeal_from_an_old_page_is_refused(ready, agent):
    with pytest.raises(StaleAppeal):
        submit_appeal(appeal=ready, by=agent, now=LATER, version=ready.version - 1)


def test_submit_appeal_of_another_shop_is_refused(ready):
    with pytest.raises(NotAllowed):
        submit_appeal(appeal=ready, by=make_agent(make_shop()), now=LATER)


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [({"won"}, "won"), ({"lost"}, "lost"), ({"won", "lost"}, "partly_won")],
)
def test_outcome_of_items(outcomes, state):
    """PD-28: each item is won or lost for itself."""
    assert outcome_of(outcomes) == state


def test_record_outcome_of_every_item(filed, agent):
    decided_at = AT + timedelta(days=3)
    appeal = record_outcome(appeal=filed, results=WON, by=agent, at=decided_at, now=decided_at + timedelta(days=1))
    assert (appeal.state, appeal.ended_at) == ("won", decided_at)
    assert appeal.platform_appeal_no == "SS-1"
    assert {item.kind: (item.outcome, item.amount_won) for item in appeal.items.all()} == {
        "liability": ("won", None),
        "payment": ("won", Decimal("32.50")),
    }
    event = CaseEvent.objects.get(type=EventType.APPEAL_DECIDED)
    assert event.at == decided_at
    assert event.data["items"] == {"liability": "won", "payment": "won"}


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ({"liability": Result("won")}, "outcome_payment"),
        ({**WON, "payment": Result("maybe")}, "outcome_payment"),
        ({**WON, "payment": Result("won", Decimal("32.51"))}, "amount_won_payment"),
        ({**WON, "payment": Result("won", Decimal(0))}, "amount_won_payment"),
        ({**WON, "payment": Result("won", Decimal("NaN"))}, "amount_won_payment"),
        ({**WON, "payment": Result("lost", Decimal(1))}, "amount_won_payment"),
        ({**WON, "liability": Result("won", Decimal(1))}, "amount_won_liability"),
        ({**WON, "freight": Result("won")}, "items"),
    ],
)
def test_record_outcome_with_a_fault_changes_nothing(filed, agent, results, field):
    """PD-25: a result only once all items are decided."""
    with pytest.raises(Unprocessable) as refused:
        record_outcome(appeal=filed, results=results, by=agent, at=LATER, now=LATER)
    assert list(refused.value.fields) == [field]
    assert Appeal.objects.get(pk=filed.pk).state == "submitted"


def test_record_outcome_older_than_the_submission_is_refused(filed, agent):
    with pytest.raises(Unprocessable):
        record_outcome(appeal=filed, results=WON, by=agent, at=LATER - TICK, now=LATER)


def test_record_outcome_in_the_future_is_refused(filed, agent):
    with pytest.raises(Unprocessable):
        record_outcome(appeal=filed, results=WON, by=agent, at=LATER + TICK, now=LATER)
    assert Appeal.objects.get(pk=filed.pk).items.get(kind="payment").outcome == ""


def test_record_outcome_of_a_draft_is_refused(ready, agent):
    with pytest.raises(Conflict):
        record_outcome(appeal=ready, results=WON, by=agent, at=LATER, now=LATER)


def test_withdraw_draft_by_an_agent(draft, agent):
    appeal = withdraw_appeal(appeal=draft, by=agent, now=LATER, reason="不值得")
    assert (appeal.state, appeal.ended_at) == ("withdrawn", LATER)
    assert CaseEvent.objects.get(type=EventType.APPEAL_WITHDRAWN).data["reason"] == "不值得"


def test_withdraw_submitted_appeal_is_the_lead_s_word(filed, agent, lead):
    with pytest.raises(NotAllowed):
        withdraw_appeal(appeal=filed, by=agent, now=LATER)
    assert withdraw_appeal(appeal=filed, by=lead, now=LATER).state == "withdrawn"


def test_withdraw_appeal_that_has_ended_is_refused(draft, agent):
    withdraw_appeal(appeal=draft, by=agent, now=LATER)
    with pytest.raises(Conflict):
        withdraw_appeal(appeal=draft, by=agent, now=LATER)


@pytest.mark.parametrize(("now", "count"), [(CLOSES - TICK, 0), (CLOSES, 0), (CLOSES + TICK, 1)])
def test_expire_appeals_after_the_window_s_last_moment(draft, now, count):
    assert expire_appeals(now=now) == count
    assert Appeal.objects.get(pk=draft.pk).state == ("expired" if count else "draft")


def test_expire_appeals_dates_them_by_the_window_however_late(draft):
    now = CLOSES + timedelta(days=9)
    assert expire_appeals(now=now) == 1
    assert expire_appeals(now=now) == 0
    event = CaseEvent.objects.get(type=EventType.APPEAL_EXPIRED)
    assert (event.at, event.recorded_at, event.actor) == (CLOSES, now, None)
    assert Appeal.objects.get(pk=draft.pk).ended_at == CLOSES
    verify(case=draft.case)


def test_expire_appeals_leaves_what_was_submitted(filed):
    assert expire_appeals(now=CLOSES + timedelta(days=9)) == 0


def test_expire_appeals_ends_each_of_many(draft, shop, agent):
    for _ in range(3):
        open_appeal(case=make_refunded_case(shop, agent), type="rights", by=agent, now=AT)
    assert expire_appeals(now=CLOSES + TICK) == 4
