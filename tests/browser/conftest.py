"""Pages of a running desk in the system's own Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.desk import Desk, running_desk
from tests.journeys.api_caller import Caller

PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
SECONDS = 30
SCREEN = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORDS = {"lead": "desk-lead", "admin": "desk-admin"}
AGENTS_PASSWORD = "desk-agent"
SERVER_ERROR = 500


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    with running_desk() as desk:
        yield desk


@pytest.fixture(scope="session")
def api(desk: Desk) -> Caller:
    """The agent's own program: makes the cases that a test then opens in the browser."""
    return Caller(desk.url, desk.manage("create_api_token", "agent"))


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
def problems(desk: Desk) -> Iterator[list[str]]:
    """What went wrong on any page of the test: it fails unless all of it was expected (`refusal`)."""
    found: list[str] = []
    yield found
    assert not found, f"{found}\n{desk.log.read_text(errors='replace')[-4000:]}"


def watch(page: Page, own: str, problems: list[str]) -> None:
    """Notes script errors, console errors (refusals by the content security policy are), strangers, server errors."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= SERVER_ERROR:
            problems.append(f"{response.status}: {response.url}")
        if not response.url.startswith((f"{own}/", "data:", "blob:", "about:")):
            problems.append(f"request to another host: {response.url}")

    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", on_console)
    page.on("response", on_response)


@pytest.fixture
def visit(browser: Browser, desk: Desk, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """`visit("lead")` logs in, in a profile of its own, in the language and time zone of the product."""
    contexts = []

    def visit(username: str = "", *, viewport: Any = SCREEN) -> Page:
        context = browser.new_context(base_url=desk.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport)
        contexts.append(context)
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        watch(page, desk.url, problems)
        page.goto("/login/")
        if username:
            page.locator("[name=username]").fill(username)
            page.locator("[name=password]").fill(PASSWORDS.get(username, AGENTS_PASSWORD))
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield visit
    for context in contexts:
        context.close()
