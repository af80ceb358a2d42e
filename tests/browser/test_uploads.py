"""Many files at once, and a phone that sends its pictures by a code."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, watch
from tests.browser.pages import check_fits, new_case, refusal
from tests.samples import files

PER_SLOT = 9
AT_ONCE = 3
SLOTS = ("goods_photo", "chat_screenshot", "courier_screenshot", "agreement_screenshot")


def pictures(folder: Path, number: int) -> list[Path]:
    """Small ones, each of another content."""
    return [
        files.write(folder, f"{place:02}.png", files.encoded(Image.new("RGB", (240, 240), (place, 90, 90)), "PNG"))
        for place in range(number)
    ]


def choose(page: Page, slot: str, chosen: list[Path]) -> None:
    page.locator(f"[data-slot={slot}] input[type=file]").set_input_files(chosen)


def test_thirty_files_go_three_at_a_time(visit, api, problems, tmp_path):
    """All rows are there at once; what does not fit is said first; a lost connection is picked up again."""
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    thirty = pictures(tmp_path, 30)
    goods = page.locator("[data-slot=goods_photo]")
    choose(page, "goods_photo", thirty)
    expect(goods.locator(".too-many")).to_contain_text("21")
    expect(page.locator(".upload-row")).to_have_count(0)
    goods.locator(".too-many [data-dismiss]").click()

    page.context.set_offline(True)  # nothing is sent yet, so that all rows can be counted
    for place, slot in enumerate(SLOTS):
        choose(page, slot, thirty[place * PER_SLOT : (place + 1) * PER_SLOT])
    expect(page.locator(".upload-row")).to_have_count(30)
    expect(goods.locator(".upload-row", has_text="08.png")).to_contain_text(" B")
    expect(page.locator('.upload-row[data-upload="pausing"]')).to_have_count(AT_ONCE)
    problems.clear()  # the browser complains of what it could not send
    page.context.set_offline(False)
    expect(page.locator(".upload-row")).to_have_count(0)
    expect(page.locator("#slots .piece")).to_have_count(30)
    assert goods.locator(".piece > div > .name").all_text_contents() == [path.name for path in thirty[:PER_SLOT]]

    with refusal(page, problems, 415):
        script = files.refused_type(tmp_path, "script")
        choose(page, "agreement_screenshot", [script, *thirty[27:28]])  # the second is there already
        failed = page.locator("[data-slot=agreement_screenshot] .upload-row.is-failed")
        expect(failed.locator("[data-retry]")).to_be_visible()
    expect(page.locator(".upload-row")).to_have_count(1)
    expect(page.locator("#slots .piece")).to_have_count(30)


def test_phone_sends_pictures_by_a_code(visit, api, browser, desk, problems, tmp_path):
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    page.locator("[data-slot=goods_photo] [data-phone]").click()
    dialog = page.locator("#phone_dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[role=alert]")).to_contain_text("127.0.0.1")
    address = dialog.locator(".phone-address").inner_text()

    context = browser.new_context(locale="zh-CN", viewport=PHONE, has_touch=True, is_mobile=True)
    phone = context.new_page()
    watch(phone, desk.url, problems)
    phone.goto(address)
    check_fits(phone)
    phone.locator("input[multiple]").set_input_files(pictures(tmp_path, 2))
    expect(phone.locator('.upload-row[data-upload="done"]')).to_have_count(2)
    expect(dialog.locator(".piece")).to_have_count(2)
    expect(page.locator("[data-slot=goods_photo] .piece")).to_have_count(2)
    phone.locator("[data-finish]").click()
    expect(phone.locator("h1")).to_have_text("上传完成")
    expect(dialog.locator("[data-ended]")).to_be_visible()
    context.close()
    dialog.locator(".phone-close").click()
    expect(page.locator("[data-slot=goods_photo]")).to_contain_text("手机上传")
