"""Exports of three platforms go in through the import page, in a shop that an administrator has just made."""

from playwright.sync_api import Page, expect

from tests.aftersales.imports.shapes import SAMPLES
from tests.browser.pages import refusal

TMALL_SHOP = "演示天猫旗舰店"
HOME_SHOP, DOUYIN_SHOP = "演示家居专营店", "演示数码生活馆"


def make_tmall_shop(page: Page) -> None:
    """In the administration: a shop, and the administrator's place in it."""
    page.goto("/admin/aftersales/shop/add/")
    page.locator("[name=code]").fill("demo-tmall")
    page.locator("[name=name]").fill(TMALL_SHOP)
    page.locator("[name=platform]").select_option("tmall")
    page.locator("[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()
    page.goto("/admin/aftersales/user/?q=admin")
    page.locator("#result_list").get_by_role("link", name="admin", exact=True).click()
    page.locator("#id_shops_from option", has_text=TMALL_SHOP).dblclick()
    expect(page.locator("#id_shops_to option", has_text=TMALL_SHOP)).to_have_count(1)
    page.locator("[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()


def give(page: Page, name: str, shop: str) -> None:
    page.goto("/imports/")
    page.locator("[name=shop]").select_option(label=shop)
    page.locator("[name=file]").set_input_files(SAMPLES / name)
    page.get_by_role("button", name="导入", exact=True).click()


def counts(page: Page) -> dict[str, str]:
    """The report's figures once the worker is done."""
    figures = page.locator("#import_report .counts > div")
    expect(figures.first).to_contain_text("已完成", timeout=120_000)
    return dict(text.split("\n") for text in figures.all_inner_texts())


def check_counts(page: Page, **expected: str) -> None:
    told = counts(page)
    words = {"created": "新建", "updated": "更新", "unchanged": "无变化", "rejected": "未导入"}
    assert {name: told[words[name]] for name in expected} == expected


def test_three_exports_are_taken_in_once(visit, problems):
    page = visit("admin")
    make_tmall_shop(page)
    samples = (
        ("pinduoduo_refund_list.jsonl", HOME_SHOP, "399", "1"),
        ("douyin_aftersales_export.csv", DOUYIN_SHOP, "400", "0"),
        ("tmall_refunds_export.csv", TMALL_SHOP, "80", "0"),
    )
    for name, shop, created, rejected in samples:
        give(page, name, shop)
        check_counts(page, created=created, updated="0", unchanged="0", rejected=rejected)
        if rejected != "0":
            row = page.locator("#import_report table tbody tr")
            expect(row).to_have_count(1)
            number, field, why, value = row.locator("td").all_inner_texts()
            assert (number, field, value) == ("1", "id", "1")
            assert len(why) > 5
        give(page, name, shop)
        check_counts(page, created="0", updated="0", unchanged=created, rejected=rejected)

    with refusal(page, problems, 422):
        give(page, "douyin_aftersales_export.csv", HOME_SHOP)
    expect(page.locator(".errorlist")).to_contain_text("抖店")
    expect(page.locator("[name=shop] option:checked")).to_have_text(HOME_SHOP)
    page.goto("/imports/")
    expect(page.locator("table tbody tr")).to_have_count(6)
