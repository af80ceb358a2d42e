"""While a tracking number is typed, a line under it says whose it looks like."""

from playwright.sync_api import Page, expect

from tests.browser.pages import new_case


def type_into(page: Page, name: str, text: str) -> None:
    page.locator(f"#facts input[name='{name}']").press_sequentially(text)


def test_hint_follows_what_is_typed(visit, api):
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    expect(page.locator("#facts input[name='tracking_no']")).to_be_hidden()  # a note names no parcel
    page.locator("#facts select[name='type']").select_option("return.shipped")
    hint = page.locator("#facts [data-courier-hint]")
    type_into(page, "tracking_no", "yt6882541752907")
    expect(hint).to_contain_text("圆通")
    type_into(page, "courier", "顺丰")
    expect(hint.locator(".tone-urgent")).to_contain_text("YT6882541752907")
    page.locator("#facts button[type='submit']").click()
    expect(page.locator("#toasts")).to_contain_text("YT6882541752907")
    (parcel,) = api.get(f"cases/{case['ref']}").json()["parcels"]
    assert (parcel["courier"], parcel["tracking_no"]) == ("顺丰", "YT6882541752907")
