"""The lead looks for what was missed: which rule, whose, at what cost; and reads it on a phone as well."""

from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.pages import check_fits


def group(page: Page, title: str):
    return page.locator(".audit-groups .card", has=page.get_by_role("heading", name=title))


def figures(page: Page, title: str) -> tuple[int, Decimal]:
    """Breaches and money of all bars of one group."""
    bars = group(page, title).locator(".bars li")
    counts, money = bars.locator(".number:not(.money)"), bars.locator(".number.money")
    total = sum((Decimal(text.replace("¥", "").replace(",", "")) for text in money.all_inner_texts()), Decimal(0))
    return sum(int(text) for text in counts.all_inner_texts()), total


def test_lead_finds_a_breach_and_records_its_cause(visit):
    page = visit("lead")
    page.locator("nav.nav").get_by_role("link", name="时限稽核").click()
    expect(page.locator(".tiles .tile").first).to_be_visible()
    assert page.locator(".hours li").count() == 24
    rows = page.locator("table.breaches tbody tr")
    known = rows.count()
    assert known >= 4
    sums = {figures(page, title) for title in ("按规则", "按店铺", "按负责人")}
    assert len(sums) == 1
    (count, _money) = sums.pop()
    assert count == int(page.locator("#breaches .page-head strong").inner_text()) == known

    bar = group(page, "按店铺").locator(".bars li a").first
    shop = bar.inner_text()
    bar.click()
    expect(page.locator("table.breaches tbody .shop").first).to_have_text(shop)
    assert set(page.locator("table.breaches tbody .shop").all_inner_texts()) == {shop}

    row = rows.first
    ref = row.locator(".ref").inner_text()
    row.locator("select[name=cause]").select_option(index=2)
    expect(row.get_by_role("status")).to_be_visible()
    cause = row.locator("select[name=cause]").input_value()
    page.reload()
    expect(rows.first.locator("select[name=cause]")).to_have_value(cause)
    rows.first.get_by_role("link", name=ref).click()
    expect(page.locator("#case_head")).to_contain_text(ref)
    expect(page.locator("#deadlines")).to_contain_text("超时")


def test_pages_fit_a_phone(visit):
    page = visit("lead", viewport=PHONE)
    for address in ("/audit/", "/", "/appeals/", "/appeals/?tab=drafts", "/imports/", "/cases/C-000001/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        check_fits(page)
    page = visit(viewport=PHONE)
    check_fits(page)


def test_agent_does_not_see_the_audit(visit, problems):
    page = visit("agent")
    expect(page.locator("nav.nav").get_by_role("link", name="时限稽核")).to_have_count(0)
    page.goto("/audit/")
    expect(page.locator(".status")).to_have_text("403")
    problems[:] = [problem for problem in problems if "status of 403" not in problem]
