"""A case with its people, and a store of its own."""

from copy import deepcopy
from pathlib import Path

import pytest

from aftersales.enums import Kind
from evidence.storage import ContentStore
from tests.factories import make_agent, make_case, make_lead, make_shop


@pytest.fixture
def shop(db):
    return make_shop()


@pytest.fixture
def agent(shop):
    return make_agent(shop)


@pytest.fixture
def colleague(shop):
    return make_agent(shop)


@pytest.fixture
def lead(shop):
    return make_lead(shop)


@pytest.fixture
def stranger(db):
    return make_agent(make_shop("kuaishou"))


@pytest.fixture
def case(shop, agent):
    return make_case(shop, agent, kind=Kind.RETURN_DISPUTE)


@pytest.fixture
def store(settings, tmp_path: Path) -> ContentStore:
    """Evidence and previews in an empty folder."""
    storages = deepcopy(settings.STORAGES)
    for alias in ("evidence", "previews"):
        storages[alias]["OPTIONS"]["location"] = tmp_path / alias
    settings.STORAGES = storages
    return ContentStore()


@pytest.fixture
def browser(client, agent):
    """Logged in as the agent."""
    client.force_login(agent)
    return client
