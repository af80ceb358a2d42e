"""A new agent walks a not-shipped case through a failed intercept, a refusal at the door, the return and the refund."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.pages import new_case
from tests.browser.test_case import deadline, open_action
from tests.samples import files

SHOP = "demo-fresh"
NUMBER = "YT8800000000077"


def step(page: Page, name: str, then: str) -> None:
    """Takes a transition that needs nothing said, and waits for the state it leads to."""
    open_action(page, name).get_by_role("button").first.click()
    expect(page.locator("#case_head .badge").first).to_have_text(then)


def record(page: Page, fact: str, **said: str) -> None:
    facts = page.locator("#facts")
    facts.locator("[name=type]").select_option(fact)
    for name, value in said.items():
        facts.locator(f"[name={name}]").fill(value)
    facts.get_by_role("button").click()
    expect(page.locator("#toasts").get_by_text("已记录").first).to_be_visible()


def blocked(page: Page, label: str):
    return page.locator("#actions .action-blocked", has_text=label).locator(".reason")


def test_unshipped_case_becomes_an_intercept_that_fails_and_is_refunded(visit, api, tmp_path: Path):
    case = new_case(api, shop=SHOP, kind="not_shipped", issue="")
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    expect(blocked(page, "转为在途拦截")).to_contain_text("揽收")
    record(page, "shipment.scanned", tracking_no=NUMBER)
    open_action(page, "transfer_to_intercept").get_by_role("button").first.click()

    expect(page.locator("#case_head")).to_contain_text("在途拦截")
    expect(page.locator("#related")).to_contain_text(case["ref"])
    record(page, "shipment.stalled")
    clock = deadline(page, "物流停滞处理")
    for words in ("KS-32", "商家", "规则计算"):
        expect(clock).to_contain_text(words)
    expect(clock.locator("time.countdown")).to_be_visible()

    effects = page.locator("form[action$='/transitions/order_intercept/'] .effects")
    expect(effects).to_contain_text("步骤之一")
    step(page, "order_intercept", "拦截中")
    expect(clock.locator("time.countdown")).to_be_visible()
    expect(blocked(page, "拦截失败")).to_contain_text("快递官网截图")
    slot = page.locator("#slots [data-slot=courier_screenshot]")
    slot.locator("input[type=file]").set_input_files(files.jpeg(tmp_path, width=420, height=640))
    expect(blocked(page, "拦截失败")).to_have_count(0)
    step(page, "intercept_failed", "拦截失败")

    step(page, "agree_refusal", "待拒收")
    expect(blocked(page, "已拒收")).to_contain_text("退回")
    record(page, "return.shipped", tracking_no="YT8800000000078")
    step(page, "record_refusal", "已拒收")
    step(page, "parcel_returned", "已退回")
    step(page, "agree_refund", "退款中")
    expect(clock).to_contain_text("按时")
    step(page, "confirm_refund", "已退款")
    expect(page.locator("#timeline")).to_contain_text("退货已寄出")
