"""Pages in the system's own Chromium, on Django's live server."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright keeps an event loop in this thread; the tests use the database from it all the same, one after the other.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
SECONDS = 10


def chrome() -> str:
    """The browser that make test found; fails where there is none, as a test that did not run proves nothing."""
    for program in (os.environ.get("CHROME", ""), *PROGRAMS):
        if program and (path := shutil.which(program)):
            return path
    pytest.fail("no Chromium: config/setup.sh test installs it; or set CHROME to the path of one")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome(), args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """A fresh profile, on an agent's screen, in the language and time zone of the product."""
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 800},
    )
    context.set_default_timeout(SECONDS * 1000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_server) -> Iterator[Page]:
    """A page on which nothing goes wrong unseen.

    The test fails on a script error, on anything that the content security policy refused, and on any request to
    another host. A test that provokes an error on purpose clears `page.problems`.
    """
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("request", lambda request: problems.extend(foreign(request.url, live_server.url)))
    page.problems = problems  # type: ignore[attr-defined]  # a list for the test beside its page
    yield page
    assert not problems


def foreign(url: str, own: str) -> list[str]:
    """The complaint about a request that leaves this server."""
    return [] if url.startswith((f"{own}/", "data:", "blob:", "about:")) else [f"request to another host: {url}"]
