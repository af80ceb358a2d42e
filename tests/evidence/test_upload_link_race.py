"""Two devices open one code at the same instant: exactly one has it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from evidence.errors import LinkEnded, LinkTaken
from evidence.models import UploadLink
from evidence.selectors.upload_links import digest
from evidence.services.upload_links import claim_upload_link, close_upload_link, make_upload_link
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def agent(transactional_db):
    return make_agent(make_shop())


@pytest.fixture
def link(agent):
    case = make_case(agent.shops.get(), agent)
    made, _secret = make_upload_link(case=case, slot="chat_screenshot", by=agent, at=AT)
    return made


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each thread gets back, or its failure."""
    start = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        except (LinkTaken, LinkEnded) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


def fresh(link):
    return UploadLink.objects.select_related("case__shop", "created_by").get(pk=link.pk)


def test_one_of_several_devices_claims_it(link):
    found = at_once(lambda number: claim_upload_link(link=fresh(link), device=f"phone {number}", at=AT))
    assert sum(isinstance(one, LinkTaken) for one in found) == AT_ONCE - 1
    assert UploadLink.objects.get().device_sha256 == digest(f"phone {found.index(None)}")


def test_closed_while_it_is_opened_is_closed(link, agent):
    """Whatever comes first, afterwards nobody can use it."""

    def act(number):
        if number:
            return claim_upload_link(link=fresh(link), device=f"phone {number}", at=AT)
        return close_upload_link(link=fresh(link), by=agent, at=AT)

    found = at_once(act)
    assert sum(one is None for one in found) <= 2
    assert UploadLink.objects.get().closed_at == AT
