"""One demo for all tests of a module: they look and change nothing, or what they change is undone."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from appeals.demo.bulk import cast_cases
from appeals.demo.cast import make_cast
from appeals.demo.seed import Seeded, seed_demo
from appeals.demo.stories import TOLD
from tests.appeals.demo.cards import draw_card
from tests.factories import load_packs
from tests.instants import AT

SEED = 7
CAST = 250


@pytest.fixture(scope="module")
def empty_desk(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_packs()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo(empty_desk) -> Seeded:
    return seed_demo(cases=TOLD + 40, seed=SEED, at=AT, draw=draw_card)


@pytest.fixture(scope="module")
def cast_demo(empty_desk) -> int:
    """Cases from moulds only."""
    cast_cases(cast=make_cast(), cases=CAST, seed=SEED, at=AT, progress=lambda _done: None)
    return CAST
