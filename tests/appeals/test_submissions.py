"""The submission ledger, and how many appeals were won by what."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from appeals.enums import AppealState
from appeals.models import Appeal
from appeals.results import Decided, Tally, by_ground, by_slot, by_type
from appeals.selectors.parts import loaded
from appeals.selectors.submissions import SubmissionFilter, submission_rows, submissions, win_rates
from appeals.services.filing import Result, record_outcome, submit_appeal, withdraw_appeal
from tests.factories import make_agent, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
DECIDED = [AppealState.WON, AppealState.PARTLY_WON, AppealState.LOST]
appeals_decided = st.lists(
    st.builds(
        Decided,
        type=st.sampled_from(["rights", "rapid_refund"]),
        ground=st.sampled_from(["a", "b"]),
        state=st.sampled_from(DECIDED),
        asked=st.decimals(0, 100, places=2),
        won=st.decimals(0, 100, places=2),
        slots=st.dictionaries(st.sampled_from(["chat", "scale"]), st.booleans()),
    )
)


@given(appeals_decided)
def test_every_decided_appeal_counts_once_in_each_table(decided):
    for tallies in (by_type(decided), by_ground(decided)):
        assert sum(tally.decided for tally in tallies.values()) == len(decided)
        assert sum(tally.got for tally in tallies.values()) == sum(one.won for one in decided)
    for slot, tally in by_slot(decided).items():
        assert tally.filled.decided + tally.empty.decided == sum(slot in one.slots for one in decided)


def test_rate_of_nothing_is_no_data():
    assert Tally().rate is None
    assert Tally(won=1, lost=2).rate == Decimal("33.3")
    assert Tally(won=1, partly=1).rate == Decimal("50.0")


@pytest.fixture
def decided(ready, agent) -> Appeal:
    submit_appeal(appeal=ready, by=agent, now=AT + HOUR, platform_appeal_no="SS-1")
    results = {"liability": Result("won"), "payment": Result("lost")}
    return record_outcome(appeal=ready, results=results, by=agent, at=AT + 2 * HOUR, now=AT + 2 * HOUR)


def listed(user, **asked):
    return submissions(SubmissionFilter(**asked), user=user)


def test_ledger_names_what_was_handed_in(decided, agent):
    (row,) = submission_rows(list(loaded(listed(agent))))
    packet = decided.filed_packet
    assert (row.sha256, row.version, row.platform_appeal_no) == (packet.sha256, packet.appeal_version, "SS-1")
    assert (row.submitted_at, row.submitted_by) == (AT + HOUR, agent.display_name)
    assert [(item.label, item.outcome_tone) for item in row.items] == [("判责", "calm"), ("货款", "overdue")]
    assert (row.asked, row.won, row.decided_at) == (Decimal("32.50"), Decimal(0), AT + 2 * HOUR)


def test_ledger_keeps_what_was_taken_back(ready, agent, lead):
    submit_appeal(appeal=ready, by=agent, now=AT + HOUR)
    withdraw_appeal(appeal=ready, by=lead, now=AT + 2 * HOUR)
    (row,) = submission_rows(list(loaded(listed(agent))))
    assert row.decided_at is None
    assert win_rates(listed(agent)).types == []


def test_period_includes_its_start_and_not_its_end(decided, agent):
    tick = timedelta(microseconds=1)
    assert listed(agent, since=AT + HOUR).exists()
    assert not listed(agent, since=AT + HOUR + tick).exists()
    assert listed(agent, until=AT + HOUR + tick).exists()
    assert not listed(agent, until=AT + HOUR).exists()


def test_rates_by_type_ground_and_proof(decided, agent):
    rates = win_rates(listed(agent))
    assert [(label, tally.partly, tally.rate) for label, tally in rates.types] == [("维权申诉", 1, 0)]
    assert rates.grounds[0][0] == "维权申诉：退回空包、少件、漏件"
    slots = {label: (tally.filled.decided, tally.empty.decided) for label, tally in rates.slots}
    assert slots["聊天记录截图"] == (1, 0)
    assert slots["红章证明"] == (0, 1)


def test_stranger_sees_nothing_of_it(decided):
    assert not listed(make_agent(make_shop())).exists()


def test_page_shows_the_ledger(decided, page, agent):
    with time_machine.travel(AT + 3 * HOUR, tick=False):
        shown = page.get(reverse("submissions")).content.decode()
    assert decided.filed_packet.sha256[:12] in shown
    assert "SS-1" in shown
    with time_machine.travel(AT + timedelta(days=365), tick=False):
        page.force_login(agent)
        assert "SS-1" not in page.get(reverse("submissions")).content.decode()
        address = reverse("submissions") + "?since=2026-03-02&until=2026-03-02"
        assert "SS-1" in page.get(address).content.decode()
        assert page.get(reverse("submissions") + "?since=never").status_code == 200


def test_page_takes_as_many_queries_for_three_as_for_one(decided, page, django_assert_num_queries):
    with time_machine.travel(AT + 3 * HOUR, tick=False), CaptureQueriesContext(connection) as one:
        page.get(reverse("submissions"))
    for _ in range(2):
        Appeal.objects.filter(pk=decided.pk).update(filed_packet=None)
        copy = Appeal.objects.get(pk=decided.pk)
        copy.pk, copy._state.adding = uuid.uuid4(), True  # noqa: SLF001 - how Django copies a row
        copy.save()
    with time_machine.travel(AT + 3 * HOUR, tick=False), django_assert_num_queries(len(one)):
        page.get(reverse("submissions"))
