"""A shop, its people's programs, and one fixed moment."""

from datetime import timedelta

import pytest

from aftersales.models import Case, Shop, User
from tests.api_client import ApiClient
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT


@pytest.fixture(autouse=True)
def _at(time_machine) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def shop(db) -> Shop:
    return make_shop()


@pytest.fixture
def agent(shop) -> User:
    return make_agent(shop)


@pytest.fixture
def lead(shop) -> User:
    return make_lead(shop)


@pytest.fixture
def case(shop, agent) -> Case:
    return make_case(shop, agent, requested_at=AT - timedelta(hours=1))


@pytest.fixture
def owner(agent) -> ApiClient:
    return ApiClient(agent)


@pytest.fixture
def colleague(shop) -> ApiClient:
    return ApiClient(make_agent(shop))


@pytest.fixture
def stranger(db) -> ApiClient:
    return ApiClient(make_agent(make_shop()))


@pytest.fixture
def reader(agent) -> ApiClient:
    return ApiClient(agent, is_read_only=True)


@pytest.fixture
def nobody() -> ApiClient:
    return ApiClient()
