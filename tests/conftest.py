"""What every test has: settled laws for hypothesis, the default language, an empty cache."""

import gc
import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import settings as hypothesis_settings

# No deadline: two workers share two cores. The same examples every time in CI; new ones on a developer's machine.
hypothesis_settings.register_profile("desk", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("desk")

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "desk"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that use the database: on the second database, the others would show nothing new",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects for --database-only; the longest tests go first, so that nobody waits for them at the end."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)
    if not config.getoption("--database-only"):
        return
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        uses_database = item.get_closest_marker("django_db") is not None or fixtures & DATABASE_FIXTURES
        (chosen if uses_database else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the garbage collector need not look at it after every few tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Workers of xdist leave without running exit handlers."""
    shutil.rmtree(django_settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Every test finds the packs loaded; where a test with commits has emptied the database, factories load them."""
    from tests.factories import load_packs  # noqa: PLC0415 - models can be imported once Django is set up

    with django_db_blocker.unblock():
        load_packs()


@pytest.fixture
def no_packs(db) -> None:
    """A database before its first `load_policies`."""
    from aftersales.models import PolicyVersion  # noqa: PLC0415 - see above

    PolicyVersion.objects.all().delete()


@pytest.fixture(autouse=True)
def _as_at_start() -> Iterator[None]:
    """A test that switches the language or fills the cache leaves neither behind."""
    with translation.override("zh-hans"):
        yield
    cache.clear()
