"""A lead ticks appeals with the keyboard, follows the bundle and fetches the ZIP."""

import hashlib
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.pages import check_fits, new_case, take
from tests.samples import files


def draft(api, folder) -> str:
    """The number of an appeal with one photo as its proof."""
    case = new_case(api)
    answer = api.upload(f"cases/{case['ref']}/evidence", files.jpeg(folder), slot="goods_photo")
    assert answer.status == 201, answer.content
    case = take(api, api.get(f"cases/{case['ref']}").json(), "agree_refund", 3, amount="459.00")
    take(api, case, "confirm_refund", 2)
    opened = api.send("appeals", {"type": "rights", "cases": [case["ref"]], "ground": "other", "statement": "空包"})
    assert opened.status == 201, opened.content
    return str(opened.json()["number"])


def tick(page: Page) -> None:
    """The first row by key; then all of the page."""
    bar = page.locator("#bundle_form")
    button = bar.locator("button.primary")
    expect(button).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar.locator("[data-selected-count]")).to_have_text("1")
    expect(button).to_be_visible()
    page.locator("[data-select-all]").check()
    expect(bar.locator("[data-selected-count]")).to_have_text(str(page.locator("tr[data-row]").count()))


def test_drafts_become_a_bundle(visit, api, tmp_path):
    number = draft(api, tmp_path)
    page = visit("lead")
    page.goto("/appeals/?tab=drafts")
    tick(page)
    check_fits(page)
    page.locator("#bundle_form button.primary").click()
    page.wait_for_url("**/bundles/*-*/")
    fetch = page.locator("#bundle a[href$='/file/'].primary")
    expect(fetch).to_be_visible(timeout=120_000)
    check_fits(page)
    with page.expect_download() as download:
        fetch.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == page.locator("#bundle .hash").get_attribute("title")
    with zipfile.ZipFile(path) as bundle:
        assert bundle.namelist()[:2] == ["index.pdf", "index.xlsx"]
        assert any(name.startswith(number) for name in bundle.namelist())
        assert bundle.testzip() is None
    page.goto("/bundles/")
    expect(page.locator("tr[data-row]")).to_have_count(1)
