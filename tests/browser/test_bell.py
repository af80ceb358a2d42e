"""The bell: it counts, rings once for what is new where that was asked for, and falls silent."""

from playwright.sync_api import expect

from tests.browser.pages import check_fits, new_case

# Pop-ups and sounds leave no trace that a page could read: both are counted here. The browser has nobody to ask.
COUNTED = """
window.popUps = [];
window.sounds = 0;
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title) { super(); window.popUps.push(title); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.sounds += 1; return start.apply(this, when); };
"""


def due_soon(api):
    """A ticket of 47 hours ago, given to the agent: one hour is left (PD-46)."""
    case = new_case(api, hours_ago=48, events=[("platform.ticket_opened", 47, {"subject": "T1"})])
    assert api.send(f"cases/{case['ref']}/assign", {"user": "agent"}).status == 200
    return case


def test_bell_rings_for_what_is_new_and_is_silent_once_it_was_seen(visit, api, desk):
    desk.manage("sweep_deadlines")
    page = visit("agent")
    page.add_init_script(COUNTED)
    page.reload()
    page.locator("#bell[data-newest]").wait_for(state="attached")
    page.locator(".bell > summary").click()
    switch = page.locator("#bell_panel [data-alerts]")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("[popUps.length, sounds]") == [0, 2]  # the sound alone, to hear what was switched on

    cases = [due_soon(api), due_soon(api)]
    desk.manage("sweep_deadlines")
    page.evaluate("document.body.dispatchEvent(new Event('bell-changed'))")  # what 30 seconds bring about
    expect(page.locator("#bell_panel")).to_contain_text(cases[0]["ref"])
    expect(page.locator("#bell_panel")).to_contain_text(cases[1]["ref"])
    page.wait_for_function("popUps.length > 0")
    assert page.evaluate("[popUps.length, sounds]") == [1, 4]
    assert "2" in page.evaluate("popUps[0]")
    page.evaluate("document.body.dispatchEvent(new Event('bell-changed'))")

    page.locator("#bell_panel").get_by_role("link", name=cases[0]["ref"]).click()
    page.wait_for_url(f"**/cases/{cases[0]['ref']}/")
    page.locator("#bell[data-newest]").wait_for(state="attached")
    assert page.evaluate("[popUps.length, sounds]") == [0, 0]

    page.goto("/notifications/")
    check_fits(page)
    row = page.locator("#notifications li").filter(has_text=cases[0]["ref"])
    expect(row).to_have_class("is-seen")
    page.locator("#notifications form button").click()
    expect(page.locator("#notifications li:not(.is-seen)")).to_have_count(0)
    expect(page.locator("#bell")).to_be_empty()
