"""A lost negative-experience appeal is looked at once more, with proof that differs (复议, 2B)."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Source
from aftersales.models import CaseEvent
from aftersales.services.facts import record_events
from aftersales.services.ledger import EventDraft
from appeals.claims import DraftChange, PieceChoice
from appeals.errors import AppealExists, CannotAppeal, NotReady
from appeals.models import Appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import loaded
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import Result, record_outcome, submit_appeal, withdraw_appeal
from evidence.enums import Origin
from evidence.models import EvidenceItem
from tests.appeals.conftest import STATEMENT
from tests.instants import AT

TYPE = "negative_experience"
HOUR = timedelta(hours=1)
SAID = DraftChange(ground="service_given", statement=STATEMENT)


def count_down(case, agent, *, now, due_at):
    said = {"deadline": "negative_experience_window", "due_at": due_at.isoformat(), "party": "merchant"}
    return record_events(
        case=case, drafts=[EventDraft(EventType.PLATFORM_COUNTDOWN, now, said, Source.PLATFORM)], by=agent, now=now
    )


@pytest.fixture
def lost(case, agent, build) -> Appeal:
    """Filed within the time that the platform reported, and lost."""
    count_down(case, agent, now=AT, due_at=AT + 24 * HOUR)
    appeal = open_appeal(case=case, type=TYPE, by=agent, now=AT)
    update_appeal(appeal=appeal, change=SAID, by=agent, now=AT)
    build(appeal, now=AT)
    submit_appeal(appeal=appeal, by=agent, now=AT + HOUR)
    return record_outcome(appeal=appeal, results={"": Result("lost")}, by=agent, at=AT + 2 * HOUR, now=AT + 2 * HOUR)


@pytest.fixture
def again(lost, agent) -> Appeal:
    appeal = open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 3 * HOUR, reconsiders=lost)
    update_appeal(appeal=appeal, change=SAID, by=agent, now=AT + 3 * HOUR)
    return appeal


def failing(appeal, at=AT + 3 * HOUR):
    standing = standing_of(loaded(Appeal.objects.filter(pk=appeal.pk)).get(), at)
    return [check.code for check in standing.checks if check.is_blocking]


def test_first_appeal_waits_for_the_platforms_word_on_its_time(case, agent):
    """2B: the time left is the platform's; without it none is invented."""
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type=TYPE, by=agent, now=AT)
    count_down(case, agent, now=AT, due_at=AT + HOUR)
    assert open_appeal(case=case, type=TYPE, by=agent, now=AT).closes_at == AT + HOUR


def test_reconsideration_has_no_stated_time(again, lost):
    assert (again.reconsiders_id, again.window) == (lost.pk, None)
    event = CaseEvent.objects.filter(type=EventType.APPEAL_OPENED).latest("seq")
    assert event.data["reconsiders"] == str(lost.pk)


def test_reconsideration_has_the_time_that_the_platform_reports(lost, agent):
    count_down(lost.case, agent, now=AT + 3 * HOUR, due_at=AT + 5 * HOUR)
    again = open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 3 * HOUR, reconsiders=lost)
    assert again.closes_at == AT + 5 * HOUR
    withdraw_appeal(appeal=again, by=agent, now=AT + 3 * HOUR)
    with pytest.raises(CannotAppeal):
        open_appeal(
            case=lost.case, type=TYPE, by=agent, now=AT + 5 * HOUR + timedelta(microseconds=1), reconsiders=lost
        )


def test_same_proof_again_is_refused(again, agent, build):
    build(again, now=AT + 3 * HOUR)
    assert failing(again) == ["new_proof"]
    with pytest.raises(NotReady):
        submit_appeal(appeal=again, by=agent, now=AT + 3 * HOUR)


def test_one_new_piece_is_enough(again, lost, agent, add_file, build):
    new = add_file(lost.case)
    change = DraftChange(pieces=(PieceChoice(new.pk),))
    update_appeal(appeal=again, change=change, by=agent, now=AT + 3 * HOUR)
    build(again, now=AT + 3 * HOUR)
    assert submit_appeal(appeal=again, by=agent, now=AT + 3 * HOUR).state == "submitted"


def test_crop_of_what_was_shown_is_no_new_proof(again, lost, agent):
    """Whatever was made from a shown file shows the same."""
    shown = lost.pieces.get().item
    parent = shown
    for number in range(2):
        parent = EvidenceItem.objects.create(
            case=shown.case,
            slot=shown.slot,
            original_name=f"{number}.jpg",
            media_type="image/jpeg",
            byte_size=1,
            sha256=f"{number}" * 64,
            key=shown.key,
            derived_from=parent,
            derivation={"turn": 90},
            origin=Origin.DERIVED,
            added_at=AT,
            added_by=agent,
        )
    change = DraftChange(pieces=(PieceChoice(parent.pk),))
    update_appeal(appeal=again, change=change, by=agent, now=AT + 3 * HOUR)
    assert "new_proof" in failing(again)


def test_reconsideration_is_the_last_chance(again, lost, agent):
    with pytest.raises((CannotAppeal, AppealExists)):
        open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 3 * HOUR, reconsiders=lost)
    Appeal.objects.filter(pk=again.pk).update(state="lost", ended_at=AT + 4 * HOUR)
    again = loaded(Appeal.objects.filter(pk=again.pk)).get()
    for about in (again, lost):
        with pytest.raises(CannotAppeal):
            open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 4 * HOUR, reconsiders=about)


def test_reconsideration_that_was_dropped_may_be_drafted_anew(again, lost, agent):
    withdraw_appeal(appeal=again, by=agent, now=AT + 3 * HOUR)
    assert open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 3 * HOUR, reconsiders=lost).is_draft


@pytest.mark.parametrize("state", ["submitted", "won", "withdrawn"])
def test_only_a_lost_appeal_is_reconsidered(lost, agent, state):
    Appeal.objects.filter(pk=lost.pk).update(state=state)
    changed = loaded(Appeal.objects.filter(pk=lost.pk)).get()
    with pytest.raises((CannotAppeal, AppealExists)):
        open_appeal(case=lost.case, type=TYPE, by=agent, now=AT + 3 * HOUR, reconsiders=changed)


def test_other_types_are_looked_at_once(ready, agent):
    """PD-26: a rights appeal that failed is over."""
    submit_appeal(appeal=ready, by=agent, now=AT + HOUR)
    results = {"liability": Result("lost"), "payment": Result("lost")}
    lost = record_outcome(appeal=ready, results=results, by=agent, at=AT + HOUR, now=AT + HOUR)
    with pytest.raises(CannotAppeal):
        open_appeal(case=lost.case, type="rights", by=agent, now=AT + HOUR, reconsiders=lost)
