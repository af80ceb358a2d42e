"""A shop with its people."""

import pytest

from aftersales.models import Shop, User
from tests.factories import make_agent, make_lead, make_shop


@pytest.fixture
def shop(db) -> Shop:
    return make_shop()


@pytest.fixture
def agent(shop) -> User:
    return make_agent(shop)


@pytest.fixture
def lead(shop) -> User:
    return make_lead(shop)
