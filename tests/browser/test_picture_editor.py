"""A picture is turned, cropped and blacked out with the mouse or with keys alone; the desk makes the new piece."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import check_fits, new_case
from tests.samples import files

SLOT = "[data-slot=goods_photo]"


def drag(page: Page, area: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From and to, as fractions of the picture."""
    box = area.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def field(page: Page, name: str) -> list[list[float]]:
    found: list[list[float]] = json.loads(
        page.locator(f"form[data-editor] input[name={name}][type=hidden]").input_value()
    )
    return found


def opened(page: Page, ref: str, tmp_path) -> Locator:
    page.goto(f"/cases/{ref}/")
    page.locator(SLOT).locator("input[type=file]").set_input_files(files.jpeg(tmp_path))
    expect(page.locator(f"{SLOT} .piece")).to_have_count(1)
    page.locator(f"{SLOT} .piece").locator("a[href$='/edit/']").click()
    expect(page.locator("canvas")).to_have_attribute("width", "640")
    return page.locator("[data-boxes]")


def test_picture_is_turned_cropped_and_blacked_out(visit, api, problems, tmp_path):
    case = new_case(api)
    page = visit("agent")
    area = opened(page, case["ref"], tmp_path)
    drag(page, area, (0.1, 0.1), (0.3, 0.2))
    drag(page, area, (0.6, 0.6), (0.8, 0.8))
    expect(page.locator(".editor-row")).to_have_count(2)
    page.locator(".editor-row").last.locator("[data-remove]").click()
    page.locator("input[name=tool][value=crop]").check()
    drag(page, area, (0.05, 0.05), (0.9, 0.9))
    page.locator("[data-turn='90']").click()
    [box] = field(page, "black_out")
    assert box == pytest.approx([0.8, 0.1, 0.9, 0.3], abs=0.01)
    expect(page.locator("canvas")).to_have_attribute("width", "480")
    page.locator("#edit_caption").fill("电话已涂黑")
    page.locator("input[name=replaces][value=on]").check()
    check_fits(page)
    page.locator("form[data-editor] button.primary").click()
    pieces = page.locator(f"{SLOT} .piece")
    expect(pieces).to_have_count(2)
    expect(pieces.first).to_contain_text("电话已涂黑")
    expect(pieces.last).to_have_class("piece is-withdrawn")


def test_picture_is_edited_with_keys_alone(visit, api, problems, tmp_path):
    case = new_case(api)
    page = visit("agent")
    opened(page, case["ref"], tmp_path)
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".editor-box")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert field(page, "black_out") == [[0.34, 0.4, 0.64, 0.61]]
    page.keyboard.press("Delete")
    assert field(page, "black_out") == []
    page.keyboard.press("Control+z")
    page.locator("[data-side='0']").fill("20")
    page.keyboard.press("Enter")
    assert field(page, "black_out") == [[0.2, 0.4, 0.64, 0.61]]
    page.locator("form[data-editor] button.primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{SLOT} .piece")).to_have_count(2)
