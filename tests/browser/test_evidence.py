"""Proof goes into its slot by choosing, dropping and Ctrl+V; what is no proof is refused, and nothing is lost."""

import base64
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import new_case, refusal
from tests.samples import files, pdf_files

TO_CLIPBOARD = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
}"""
TO_DROP = """([data, name, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type}));
  return transfer;
}"""


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def slot(page: Page, code: str) -> Locator:
    return page.locator(f"[data-slot={code}]")


def drop(page: Page, code: str, path: Path, media_type: str) -> None:
    transfer = page.evaluate_handle(TO_DROP, [encoded(path), path.name, media_type])
    slot(page, code).dispatch_event("dragover", {"dataTransfer": transfer})
    slot(page, code).dispatch_event("drop", {"dataTransfer": transfer})


def paste(page: Page, code: str, path: Path) -> None:
    """As after a screenshot: the picture is in the system's clipboard, Ctrl+V is pressed on the slot."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(TO_CLIPBOARD, encoded(path))
    slot(page, code).focus()
    expect(slot(page, code)).to_have_class("slot is-target")
    page.keyboard.press("Control+v")


def check_preview(piece: Locator) -> None:
    """The browser has decoded it."""
    image = piece.locator(".thumb img")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    image.evaluate("image => image.complete || new Promise(done => image.addEventListener('load', done))")
    assert image.evaluate("image => image.naturalWidth") > 0


def test_proof_is_chosen_dropped_and_pasted(visit, api, problems, tmp_path):
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    expect(slot(page, "goods_photo")).to_have_attribute("data-missing", "")

    chooser = slot(page, "goods_photo").locator("input[type=file]")
    chooser.set_input_files([files.jpeg(tmp_path), files.heic(tmp_path)])
    expect(slot(page, "goods_photo").locator(".piece")).to_have_count(2)
    assert slot(page, "goods_photo").get_attribute("data-missing") is None
    letter = pdf_files.letter(tmp_path, pages=3)
    with refusal(page, problems, 422):  # PD-33: nothing was ticked
        drop(page, "red_stamp", letter, "application/pdf")
        expect(slot(page, "red_stamp").locator(".is-failed")).to_contain_text("盖有红章")
    for box in slot(page, "red_stamp").locator(".checklist input").all():
        box.check()
    drop(page, "red_stamp", letter, "application/pdf")
    expect(slot(page, "red_stamp").locator(".piece")).to_contain_text("3 页")
    expect(slot(page, "red_stamp").locator(".piece")).to_contain_text("日期手写")
    paste(page, "chat_screenshot", files.chat_screenshot(tmp_path))
    expect(slot(page, "chat_screenshot").locator(".piece")).to_have_count(1)
    pieces = page.locator("#slots .piece")
    expect(pieces).to_have_count(4)
    for piece in pieces.all():
        check_preview(piece)

    with refusal(page, problems, 415):
        script = files.refused_type(tmp_path, "script")
        slot(page, "goods_photo").locator("input[type=file]").set_input_files(script)
        failed = slot(page, "goods_photo").locator(".upload-row.is-failed")
        expect(failed).to_contain_text("photo.jpg")
        expect(failed.locator("[data-state]")).to_contain_text("JPEG")
    expect(pieces).to_have_count(4)
    page.reload()
    expect(pieces).to_have_count(4)
    expect(page.locator("#timeline")).to_contain_text("凭证")
    told = api.get(f"cases/{case['ref']}").json()["slots"]
    assert {one["code"]: one["filled"] for one in told if one["filled"]} == {
        "goods_photo": 2,
        "red_stamp": 1,
        "chat_screenshot": 1,
    }


def test_withdrawn_proof_is_still_shown_with_the_reason(visit, api, tmp_path):
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    drop(page, "goods_photo", files.png(tmp_path), "image/png")
    piece = slot(page, "goods_photo").locator(".piece")
    piece.locator("summary", has_text="撤回").click()
    piece.locator("[name=reason]").fill("传错了订单的图")
    piece.get_by_role("button").click()
    expect(piece).to_contain_text("传错了订单的图")
    expect(slot(page, "goods_photo")).to_have_attribute("data-missing", "")
