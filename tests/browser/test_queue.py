"""An agent comes to work: logs in, reads the queue, moves through it by keyboard."""

import re
from datetime import datetime

from playwright.sync_api import Page, expect

CLOCK = re.compile(r"^\d\d:\d\d:\d\d$")


def rows(page: Page):
    return page.locator("tr[data-row]")


def cursor(page: Page) -> str:
    return page.locator("tr.is-cursor a[data-row-link]").inner_text()


def check_order(page: Page) -> None:
    """The nearest deadline of the merchant first; the time left is live, and counted in the page's language."""
    dues = [
        datetime.fromisoformat(due) for due in page.eval_on_selector_all("tr time", "all => all.map(t => t.dateTime)")
    ]
    assert len(dues) > 3
    assert dues == sorted(dues)
    ticking = rows(page).locator("time").filter(has_text=CLOCK).first
    before = ticking.inner_text()
    expect(ticking).not_to_have_text(before)
    expect(ticking).to_have_text(CLOCK)


def switch_language(page: Page, language: str) -> None:
    page.locator(".topbar details.menu:not(.bell) summary").click()
    page.get_by_role("button", name=language, exact=True).click()


def test_agent_sees_the_queue_in_both_languages(visit):
    page = visit()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_text("desk-agent").first).to_be_visible()
    page = visit("agent")
    expect(page.get_by_role("link", name="队列", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="剩余时间")).to_be_visible()
    check_order(page)
    switch_language(page, "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("columnheader", name="Time left")).to_be_visible()
    check_order(page)
    switch_language(page, "简体中文")
    expect(page.get_by_role("columnheader", name="剩余时间")).to_be_visible()


def test_hands_stay_on_the_keyboard(visit):
    page = visit("agent")
    press = page.keyboard.press
    press("g")
    press("a")
    page.wait_for_url("**/?queue=all*")
    first, second = rows(page).locator("a[data-row-link]").all_inner_texts()[:2]
    press("j")
    assert cursor(page) == first
    press("j")
    assert cursor(page) == second
    press("k")
    assert cursor(page) == first

    press("x")
    expect(rows(page).first.get_by_role("checkbox")).to_be_checked()
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    press("j")
    press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("2")
    press("a")
    chooser = page.locator("#bulk_user")
    expect(chooser).to_be_focused()
    chooser.select_option(label="周一诺")
    page.locator("button[name=action][value=assign]").click()
    results = page.locator(".bulk-results .notice")
    expect(results).to_have_count(2)
    assert [first in text or second in text for text in results.all_inner_texts()] == [True, True]

    press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Ctrl+V")).to_be_visible()
    press("Escape")
    expect(dialog).to_be_hidden()
    press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(second)
    expect(rows(page)).to_have_count(1)
    press("Escape")
    press("j")
    press("Enter")
    page.wait_for_url(f"**/cases/{second}/*")
    expect(page.locator("#case_head")).to_contain_text(second)
