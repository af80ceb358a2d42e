"""What every test has: settled laws for hypothesis, the default language, an empty cache."""

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
    """Deselects for --database-only."""
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


def pytest_unconfigure() -> None:
    """Workers of xdist leave without running exit handlers."""
    shutil.rmtree(django_settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _as_at_start() -> Iterator[None]:
    """A test that switches the language or fills the cache leaves neither behind."""
    with translation.override("zh-hans"):
        yield
    cache.clear()
