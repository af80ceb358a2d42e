"""What two people do at the same moment happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from evidence.errors import AlreadyWithdrawn, SlotFull
from evidence.models import EvidenceItem
from evidence.services.uploads import withdraw_evidence
from tests.evidence.factories import make_evidence, make_rows, picture
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def agent(transactional_db):
    return make_agent(make_shop())


@pytest.fixture
def case(agent):
    return make_case(agent.shops.get(), agent)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each thread gets back, or its failure."""
    start = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        except (SlotFull, AlreadyWithdrawn) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def events(case, event_type):
    return CaseEvent.objects.filter(case_id=case.pk, type=event_type)


def test_same_file_at_once_is_one_piece(case, agent, store):
    data = picture()
    items = at_once(lambda number: make_evidence(case, agent, data=data))
    assert len({item.pk for item in items}) == 1
    assert EvidenceItem.objects.count() == 1
    assert events(case, EventType.EVIDENCE_ADDED).count() == 1
    verify(case=Case.objects.get(pk=case.pk))


def test_different_files_at_once_are_all_kept(case, agent, store):
    items = at_once(lambda number: make_evidence(case, agent, data=picture(1000 + number)))
    assert len({item.pk for item in items}) == AT_ONCE
    assert events(case, EventType.EVIDENCE_ADDED).count() == AT_ONCE
    verify(case=Case.objects.get(pk=case.pk))


def test_last_place_of_a_slot_goes_to_one(case, agent, store):
    make_rows(case, agent, "chat_screenshot", 8)
    found = at_once(lambda number: make_evidence(case, agent, data=picture(2000 + number)))
    assert sum(isinstance(one, EvidenceItem) for one in found) == 1
    assert sum(isinstance(one, SlotFull) for one in found) == AT_ONCE - 1
    assert EvidenceItem.objects.count() == 9
    assert events(case, EventType.EVIDENCE_ADDED).count() == 1


def test_withdrawn_at_once_is_withdrawn_once(case, agent, store):
    item = make_evidence(case, agent)
    found = at_once(lambda number: withdraw_evidence(item=item, reason=f"理由{number}", by=agent, at=AT))
    assert sum(isinstance(one, AlreadyWithdrawn) for one in found) == AT_ONCE - 1
    assert events(case, EventType.EVIDENCE_WITHDRAWN).count() == 1
