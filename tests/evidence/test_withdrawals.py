"""A withdrawn piece leaves its slot and stays in the record."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType
from aftersales.errors import DeskError, NotAllowed, Unprocessable
from aftersales.models import Case, CaseEvent
from aftersales.services.cases import assign_case
from evidence.errors import AlreadyWithdrawn
from evidence.models import EvidenceItem
from evidence.services.uploads import withdraw_evidence
from tests.evidence.factories import make_evidence
from tests.instants import AT

LATER = AT + timedelta(minutes=10)


def withdraw(item, by, reason="传错了"):
    return withdraw_evidence(item=item, reason=reason, by=by, at=LATER)


def withdrawals(case):
    return CaseEvent.objects.filter(case_id=case.pk, type=EventType.EVIDENCE_WITHDRAWN)


def test_withdrawn_piece_keeps_row_and_file(case, agent, store):
    item = withdraw(make_evidence(case, agent), agent)
    kept = EvidenceItem.objects.get(pk=item.pk)
    assert (kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_reason) == (LATER, agent, "传错了")
    assert store.verify(kept.key)
    assert Case.objects.get(pk=case.pk).proof_filled == 0


def test_withdrawal_is_recorded(case, agent, store):
    item = withdraw(make_evidence(case, agent), agent)
    event = withdrawals(case).get()
    assert event.data == {
        "item": str(item.pk),
        "slot": "chat_screenshot",
        "reason": "传错了",
        "name": item.original_name,
    }
    assert (event.at, event.actor) == (LATER, agent)


def test_second_withdrawal_is_refused(case, agent, lead, store):
    item = make_evidence(case, agent)
    withdraw(item, agent)
    with pytest.raises(AlreadyWithdrawn):
        withdraw(item, lead)
    assert withdrawals(case).count() == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_reason_is_needed(case, agent, store, reason):
    item = make_evidence(case, agent)
    with pytest.raises(Unprocessable) as refused:
        withdraw(item, agent, reason)
    assert "reason" in refused.value.fields
    assert EvidenceItem.objects.get(pk=item.pk).withdrawn_at is None


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_others_may_not_withdraw(case, agent, store, request, who):
    item = make_evidence(case, agent)
    with pytest.raises(NotAllowed):
        withdraw(item, request.getfixturevalue(who))
    assert not withdrawals(case).exists()


def test_lead_may_withdraw(case, agent, lead, store):
    assert withdraw(make_evidence(case, agent), lead).withdrawn_by == lead


def test_owner_of_the_case_may_withdraw(case, agent, colleague, lead, store):
    item = make_evidence(case, agent)
    assign_case(case=case, to=colleague, by=lead, now=AT)
    assert withdraw(item, colleague).withdrawn_by == colleague


def test_pieces_are_never_deleted(case, agent, store):
    make_evidence(case, agent)
    with pytest.raises(DeskError):
        EvidenceItem.objects.all().delete()
    assert EvidenceItem.objects.count() == 1
