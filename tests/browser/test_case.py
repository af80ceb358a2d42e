"""An agent reads a case, acts on it, is told why not, and is not allowed to overwrite a colleague."""

from playwright.sync_api import Page, expect

from tests.browser.pages import check_fits, new_case, refusal, take

TYPED = "请提供开箱视频的连续截图和面单照片"


def deadline(page: Page, name: str):
    return page.locator("#deadlines .deadline").filter(has_text=name)


def open_action(page: Page, name: str):
    """Opens a transition by its name; gives its form."""
    form = page.locator(f"form[action$='/transitions/{name}/']")
    page.locator("#actions details.action", has=form).locator("summary").click()
    return form


def test_case_page_says_what_to_do_by_when_and_why(visit, api):
    first = new_case(
        api,
        kind="not_shipped",
        issue="",
        events=[("shipment.tracking_uploaded", 20, {"tracking_no": "YT8800000000001"})],
    )
    now = new_case(
        api,
        order_no=first["order_no"],
        events=[("platform.address_requested", 20, {}), ("case.noted", 3, {"note": "买家电话里说下午回复"})],
    )
    page = visit("agent")
    page.goto(f"/cases/{now['ref']}/")
    head = page.locator("#case_head")
    for words in (now["ref"], "退货纠纷", "待处理", "演示家居专营店", now["platform_case_no"], "¥459.00"):
        expect(head).to_contain_text(words)
    expect(head.locator("time.countdown")).to_be_visible()

    (clock,) = [row for row in now["deadlines"] if row["rule"] == "return_address"]
    card = deadline(page, clock["name"])
    for words in ("商家", clock["consequence"], *clock["rule_numbers"]):
        expect(card).to_contain_text(words)
    expect(card.locator("time.countdown")).to_be_visible()

    timeline = page.locator("#timeline li")
    expect(timeline.first).to_contain_text("买家电话里说下午回复")
    assert timeline.count() == 3
    related = page.locator("#related").get_by_role("link", name=first["ref"])
    expect(related).to_be_visible()
    expect(page.locator("#order")).not_to_contain_text("张小明")
    check_fits(page)
    related.click()
    expect(page.locator("#case_head")).to_contain_text(first["ref"])


def test_agent_takes_a_transition_and_reads_why_another_is_blocked(visit, api):
    case = new_case(api)
    page = visit("agent")
    page.goto(f"/cases/{case['ref']}/")
    blocked = page.locator("#actions .action-blocked", has_text="驳回")
    expect(blocked.locator(".reason")).to_contain_text("联系买家")

    page.locator("#facts [name=type]").select_option("buyer.contacted")
    page.locator("#facts [name=note]").fill("已电话说明处理方案")
    page.locator("#facts").get_by_role("button").click()
    expect(page.locator("#timeline")).to_contain_text("已电话说明处理方案")
    expect(blocked.locator(".reason")).to_contain_text("凭证")

    form = open_action(page, "ask_proof")
    expect(form.locator("[name=shows]")).to_be_focused()
    form.locator("[name=shows]").fill(TYPED)
    form.get_by_role("button").first.click()
    expect(page.locator("#case_head")).to_contain_text("待买家举证")
    expect(page.locator("#timeline")).to_contain_text(TYPED)


def test_stale_page_is_told_so_and_keeps_what_was_typed(visit, api, problems):
    case = new_case(api)
    mine, other = visit("agent"), visit("agent2")
    for page in (mine, other):
        page.goto(f"/cases/{case['ref']}/")
    form = open_action(mine, "ask_proof")
    form.locator("[name=shows]").fill(TYPED)

    offer = open_action(other, "make_offer")
    offer.locator("[name=offer]").select_option("exchange")
    offer.get_by_role("button").first.click()
    expect(other.locator("#case_head .badge").first).to_have_text("协商方案")

    with refusal(mine, problems, 409):
        form.get_by_role("button").first.click()
        expect(mine.locator("#stale")).to_be_visible()
    expect(mine.locator("#actions [name=shows]")).to_have_value(TYPED)
    assert api.get(f"cases/{case['ref']}").json()["state"] == "offering"
    mine.locator("#stale").get_by_role("link").click()
    expect(mine.locator("#case_head .badge").first).to_have_text("协商方案")


def test_next_case_follows_by_itself(visit, api):
    cases = [new_case(api, hours_ago=5, product="连号测试商品") for _number in range(2)]
    for case in cases:
        take(api, case, "ask_proof", 1, shows="照片")
    page = visit("agent")
    page.goto("/?queue=all&q=连号测试商品")
    page.locator("a[data-row-link]").first.click()
    page.wait_for_url("**/cases/**")
    here = page.locator("#case_head .mono").first.inner_text()
    form = open_action(page, "make_offer")
    form.locator("[name=offer]").select_option("exchange")
    form.locator("[name=then]").click()
    (following,) = {case["ref"] for case in cases} - {here}
    page.wait_for_url(f"**/cases/{following}/**")
