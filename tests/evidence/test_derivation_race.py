"""What two people make of one piece at the same moment is one piece."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from aftersales.enums import EventType
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from evidence.errors import AlreadyWithdrawn, SlotFull
from evidence.models import EvidenceItem
from evidence.services.captions import edit_caption
from evidence.services.derivations import derive_evidence
from tests.evidence.factories import make_evidence, make_rows
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT
from tests.samples import files

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 3


@pytest.fixture
def agent(transactional_db):
    return make_agent(make_shop())


@pytest.fixture
def case(agent):
    return make_case(agent.shops.get(), agent)


@pytest.fixture
def item(case, agent, store):
    return make_evidence(case, agent, data=files.encoded(files.photo(120, 80), "PNG"))


def at_once(act):
    start = Barrier(AT_ONCE)

    def run(number):
        try:
            start.wait()
            return act(number)
        except (SlotFull, AlreadyWithdrawn) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def recorded(case, event_type):
    return CaseEvent.objects.filter(case_id=case.pk, type=event_type).count()


@pytest.mark.parametrize("replaces", [False, True])
def test_the_same_change_at_once_is_one_piece(item, case, agent, replaces):
    made = at_once(
        lambda number: derive_evidence(item=item, derivation={"turn": 90}, by=agent, at=AT, replaces=replaces)
    )
    assert len({one.pk for one in made}) == 1
    assert EvidenceItem.objects.filter(derived_from=item).count() == 1
    assert recorded(case, EventType.EVIDENCE_ADDED) == 2
    assert recorded(case, EventType.EVIDENCE_WITHDRAWN) == int(replaces)
    verify(case=Case.objects.get(pk=case.pk))


def test_original_is_replaced_by_one_of_several_changes(item, case, agent):
    found = at_once(
        lambda number: derive_evidence(
            item=item, derivation={"turn": 90 * (number + 1)}, by=agent, at=AT, replaces=True
        )
    )
    assert sum(isinstance(one, EvidenceItem) for one in found) == 1
    assert sum(isinstance(one, AlreadyWithdrawn) for one in found) == AT_ONCE - 1
    assert EvidenceItem.objects.kept().count() == 1


def test_last_place_goes_to_one(item, case, agent):
    make_rows(case, agent, item.slot, 7)
    found = at_once(lambda number: derive_evidence(item=item, derivation={"turn": 90 * (number + 1)}, by=agent, at=AT))
    assert sum(isinstance(one, EvidenceItem) for one in found) == 1
    assert EvidenceItem.objects.kept().count() == 9


def test_captions_at_once_are_all_recorded(item, case, agent):
    at_once(lambda number: edit_caption(item=item, caption=f"说明 {number}", by=agent, at=AT))
    told = list(
        CaseEvent.objects.filter(type=EventType.EVIDENCE_CAPTIONED).order_by("seq").values_list("data", flat=True)
    )
    assert len(told) == AT_ONCE
    assert [one["caption_before"] for one in told[1:]] == [one["caption"] for one in told[:-1]]
    assert EvidenceItem.objects.get(pk=item.pk).caption == told[-1]["caption"]
