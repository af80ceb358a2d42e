"""A refunded case is appealed: the window, what is missing, the packet from the worker, the submission."""

import hashlib
import subprocess
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, expect

from tests.browser.pages import check_fits, new_case, take
from tests.samples import files

STATEMENT = "买家退回的是空包裹，快递称重 0.1 公斤，与发货重量不符。请判商家无责并退还货款。"


def refunded_case(api, folder: Path):
    """Refunded two hours ago, with one photo and one long chat as proof."""
    case = new_case(api)
    for slot, make in (("goods_photo", files.jpeg), ("chat_screenshot", files.chat_screenshot)):
        answer = api.upload(f"cases/{case['ref']}/evidence", make(folder), slot=slot)
        assert answer.status == 201, answer.content
    case = api.get(f"cases/{case['ref']}").json()
    case = take(api, case, "agree_refund", 3, amount="459.00")
    return take(api, case, "confirm_refund", 2)


def checks(page: Page, state: str):
    """The points of the list that are done, missing or doubtful."""
    return page.locator("#readiness .readiness li", has=page.locator(f"svg[aria-label='{state}']"))


def open_appeal(page: Page, ref: str) -> None:
    page.goto(f"/cases/{ref}/")
    window = page.locator("#panel .panel-window", has_text="维权申诉")
    expect(window.locator("time.countdown")).to_contain_text("1天21时")
    window.get_by_role("button").click()
    page.wait_for_url("**/appeals/*/")


def fill(page: Page) -> None:
    """Saved as it is typed."""
    expect(page.locator("#blockers")).to_be_visible()
    expect(checks(page, "缺少")).to_have_count(3)
    page.locator("#ground").select_option("empty_or_missing")
    page.locator("#statement").fill(STATEMENT)
    expect(page.locator("#statement_count")).to_have_text(str(len(STATEMENT)))
    captions = page.locator("#draft .caption")
    expect(captions).to_have_count(2)
    captions.first.fill("退回包裹开箱：里面没有商品")
    captions.first.press("Tab")
    expect(checks(page, "缺少")).to_have_count(1)
    expect(page.locator("#readiness button[form=draft]")).to_be_disabled()


def build_packet(page: Page, folder: Path) -> Path:
    box = page.locator("#packet")
    box.get_by_role("button").click()
    expect(box.get_by_role("progressbar")).to_be_visible()
    expect(box.locator(".hash")).to_be_visible(timeout=120_000)
    expect(checks(page, "缺少")).to_have_count(0)
    with page.expect_download() as download:
        box.locator("a[href$='/file/']").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    shown = box.locator(".hash").get_attribute("title")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == shown
    return path


def check_packet(path: Path, ref: str) -> None:
    assert path.name.startswith(ref)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document = pypdfium2.PdfDocument(path)
    words = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    for wanted in (STATEMENT, "退回包裹开箱：里面没有商品", "凭证2", ref):
        assert wanted.replace(" ", "") in words


def test_appeal_is_drafted_built_and_submitted(visit, api, tmp_path):
    case = refunded_case(api, tmp_path)
    page = visit("agent")
    open_appeal(page, case["ref"])
    head = page.locator("#appeal_head")
    for words in ("维权申诉", "草稿", case["ref"], "¥459.00"):
        expect(head).to_contain_text(words)
    fill(page)
    page.reload()
    expect(page.locator("#statement")).to_have_value(STATEMENT)
    check_packet(build_packet(page, tmp_path), case["ref"])
    check_fits(page)
    page.locator("#readiness button[form=draft]").click()
    expect(head).to_contain_text("已提交")
    expect(page.locator("#statement")).to_be_disabled()

    page.goto("/appeals/?tab=submitted")
    expect(page.locator("tr[data-row]", has_text=case["ref"])).to_contain_text("¥459.00")
    page.goto(f"/cases/{case['ref']}/")
    expect(page.locator("#timeline")).to_contain_text("申诉")
    expect(page.locator("#panel")).to_contain_text("已提交")
