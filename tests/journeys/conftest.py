"""A desk in processes of its own, for journeys that use it from outside."""

from collections.abc import Iterator

import pytest

from tests.desk import Desk, running_desk


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    with running_desk() as desk:
        yield desk
