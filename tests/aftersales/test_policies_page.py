"""The pages of the policy packs: who reads, who loads, and the two steps of loading."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from aftersales.enums import EventType
from aftersales.models import Case, Deadline, PolicyVersion, User
from aftersales.selectors.policies import rule_book
from aftersales.services.policies import LARGEST, load_pack
from tests.aftersales.packs import FOLDER, PLATFORMS, shipped
from tests.factories import learn, load_packs, make_case, make_lead
from tests.instants import AT

LIST = "/policies/"
LATER = "2026-04-01T00:00:00+08:00"
HOURS = 'hours = 48\nstarts_on = ["platform.ticket'


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def in_use(shop, agent) -> Case:
    """A deadline under Pinduoduo's version, met after 40 h."""
    start = AT - timedelta(days=10)
    case = make_case(shop, requested_at=start, now=start)
    learn(case, EventType.TICKET_OPENED, agent, at=start)
    return learn(case, EventType.TICKET_CLOSED, agent, at=start + timedelta(hours=40))


@pytest.fixture
def browser(lead) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(lead)
    return client


def toml(*changes: tuple[str, str], version: str = "2026.04", holds_from: str = LATER) -> str:
    """Pinduoduo's pack with changes, as another version that holds from another moment."""
    text = (FOLDER / "pinduoduo.toml").read_text()
    named = [('version = "2024.06"', f'version = "{version}"'), ("2024-06-01T00:00:00+08:00", holds_from)]
    for old, new in (*named, *changes):
        assert old in text
        text = text.replace(old, new)
    return text


def stricter(**values: str) -> str:
    return toml((HOURS, HOURS.replace("48", "36")), **values)


def upload(client: Client, content: str | bytes, name: str = "pinduoduo.toml"):
    raw = content if isinstance(content, bytes) else content.encode()
    return client.post(LIST, {"file": SimpleUploadedFile(name, raw)})


def confirm(client: Client, answer):
    return client.post(reverse("policy_load"), {"sealed": answer.context["sealed"]})


def versions() -> list[str]:
    rows = PolicyVersion.objects.filter(platform="pinduoduo").order_by("effective_from")
    return list(rows.values_list("version", flat=True))


def test_list_shows_every_version_and_what_it_measures(browser, in_use):
    page = browser.get(LIST).text
    for platform in PLATFORMS:
        assert reverse("policy", args=[platform, "2024.06"]) in page
    counts = {found.version.platform: found.clocks for found in browser.get(LIST).context["versions"]}
    assert counts["pinduoduo"] == Deadline.objects.count() > 0
    assert counts["tmall"] == 0


def test_navigation_leads_leads_there(browser, client, agent):
    link = f'href="{LIST}"'
    assert link in browser.get("/").text
    client.force_login(agent)
    assert link not in client.get("/").text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_page_of_a_version_tells_all_its_rules(client, agent, platform):
    """Agents read as well; each rule with its hours, start, end, consequence, source and as-of date (A15)."""
    client.force_login(agent)
    page = client.get(reverse("policy", args=[platform, "2024.06"]))
    assert page.status_code == 200
    for rule in shipped(platform).deadline:
        for words in (rule.code, rule.name.zh, rule.consequence.zh, rule.source.zh, rule.as_of.isoformat()):
            assert escape(words) in page.text
        for match in [*rule.starting, *rule.stops_on, *rule.cancelled_by]:
            assert escape(str(EventType(match.type).label)) in page.text


def test_page_of_a_version_that_is_not_there(browser):
    assert browser.get(reverse("policy", args=["pinduoduo", "1999"])).status_code == 404
    assert browser.get(reverse("policy", args=["weidian", "2024.06"])).status_code == 404


def test_agents_read_and_do_not_load(client, agent):
    client.force_login(agent)
    page = client.get(LIST)
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]
    assert upload(client, stricter()).status_code == 403
    assert client.post(reverse("policy_load"), {"sealed": "x"}).status_code == 403
    assert versions() == ["2024.06"]


def test_pages_ask_for_a_login():
    for address in (LIST, reverse("policy", args=["tmall", "2024.06"])):
        assert Client().get(address).url.startswith(reverse("login"))


def test_upload_compares_and_loads_nothing(browser, in_use):
    answer = upload(browser, stricter())
    assert answer.status_code == 200
    changes = {change.place: (change.old, change.new) for change in answer.context["preview"].changes}
    assert changes["deadline.ticket_evidence.hours"] == ("48 h", "36 h")
    assert set(changes) == {"deadline.ticket_evidence.hours", "version", "effective_from"}
    assert answer.context["preview"].follows.version == "2024.06"
    for words in ("48 h", "36 h", "2026-04-01 00:00:00"):
        assert words in answer.text
    (line,) = (line for line in answer.context["replay"].lines if line.rule == "ticket_evidence")
    assert (dict(line.before), dict(line.after)) == ({"met": 1}, {"breached": 1})
    assert versions() == ["2024.06"]


def test_second_step_loads_what_was_compared(browser, lead, in_use):
    answer = confirm(browser, upload(browser, stricter()))
    assert (answer.status_code, answer.url) == (302, reverse("policy", args=["pinduoduo", "2026.04"]))
    loaded = PolicyVersion.objects.get(version="2026.04")
    assert (loaded.loaded_by, loaded.loaded_at) == (lead, AT)
    assert rule_book("pinduoduo").newest.rule("ticket_evidence").hours == 36
    page = browser.get(answer.url)
    assert "36 h" in page.text
    assert [change.place for change in page.context["preview"].changes]


def test_second_step_again_changes_nothing(browser):
    compared = upload(browser, stricter())
    confirm(browser, compared)
    assert confirm(browser, compared).status_code == 409
    assert versions() == ["2024.06", "2026.04"]


def test_two_leads_at_once(browser, shop):
    """The second to confirm is shown the differences again, from the version that the first has loaded."""
    compared = upload(browser, stricter())
    between = stricter(version="2026.03", holds_from="2026-03-15T00:00:00+08:00")
    load_pack(content=between, at=AT, by=make_lead(shop))
    again = confirm(browser, compared)
    assert again.status_code == 409
    assert again.context["preview"].follows.version == "2026.03"
    assert versions() == ["2024.06", "2026.03"]
    assert confirm(browser, again).status_code == 302
    assert versions() == ["2024.06", "2026.03", "2026.04"]


def test_version_taken_meanwhile_is_compared_again_and_refused(browser, shop):
    compared = upload(browser, stricter())
    load_pack(content=toml(version="2026.05"), at=AT, by=make_lead(shop))
    refused = confirm(browser, compared)
    assert refused.status_code == 422
    assert "2026.05" in refused.text
    assert versions() == ["2024.06", "2026.05"]


def test_version_in_use_is_refused_with_the_word_to_raise_it(browser, in_use):
    answer = upload(browser, stricter(version="2024.06"))
    assert answer.status_code == 422
    assert "raise the version" in answer.text
    assert "sealed" not in answer.text


def test_version_that_nothing_was_measured_by_may_be_replaced(browser):
    answer = upload(browser, stricter(version="2024.06", holds_from="2024-06-01T00:00:00+08:00"))
    assert answer.context["outcome"] == "replaced"
    assert [change.place for change in answer.context["preview"].changes] == ["deadline.ticket_evidence.hours"]
    assert confirm(browser, answer).status_code == 302
    assert versions() == ["2024.06"]


def test_same_version_again_has_nothing_to_load(browser):
    answer = upload(browser, (FOLDER / "pinduoduo.toml").read_text())
    assert answer.context["outcome"] == "unchanged"
    assert 'name="sealed"' not in answer.text


def test_faults_are_shown_with_their_place(browser):
    answer = upload(browser, toml(("hours = 168", "hours = -1"), ('name = { zh = "发货称重图", en', "name = { en")))
    assert answer.status_code == 422
    for words in ("deadline.7.hours", "rapid_refund_window", "slot.2.name.zh", "weight_photo", "more than 0"):
        assert words in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"\xff\xfe\x00", 422),
        (b"\x89PNG\r\n", 422),
        (b"version = ", 422),
        (b"a = " + b"[" * 50_000, 422),
        (b"#" * (LARGEST + 1), 413),
    ],
)
def test_file_that_is_no_pack_is_refused(browser, content, status):
    answer = upload(browser, content)
    assert answer.status_code == status
    assert versions() == ["2024.06"]


def test_no_file_at_all_is_said(browser):
    answer = browser.post(LIST)
    assert answer.status_code == 422
    assert "errorlist" in answer.text


def test_moment_that_has_passed_is_warned_of(browser, in_use):
    """Its deadlines are measured anew once something happens to their case."""
    passed = upload(browser, stricter(holds_from="2026-02-01T00:00:00+08:00"))
    assert passed.context["preview"].clocks_since == 1
    assert "measured anew" in passed.text
    assert "measured anew" not in upload(browser, stricter()).text


def test_version_before_a_later_one_says_until_when_it_holds(browser):
    load_pack(content=toml(version="2026.06", holds_from="2026-06-01T00:00:00+08:00"), at=AT, by=None)
    preview = upload(browser, stricter()).context["preview"]
    assert (preview.follows.version, preview.yields_to.version) == ("2024.06", "2026.06")


def test_new_platform_has_no_version_to_compare(browser):
    answer = upload(browser, toml(('platform = "pinduoduo"', 'platform = "weidian"')))
    assert (answer.context["preview"].follows, answer.context["replay"]) == (None, None)
    assert confirm(browser, answer).status_code == 302
    assert rule_book("weidian").newest.version == "2026.04"


@pytest.mark.parametrize("sealed", ["", "nonsense", "eyJhIjoxfQ:1abc:xyz"])
def test_seal_that_is_not_ours_is_refused(browser, sealed):
    assert browser.post(reverse("policy_load"), {"sealed": sealed}).status_code == 400


def test_seal_lasts_two_hours(browser, time_machine):
    compared = upload(browser, stricter())
    time_machine.move_to(AT + timedelta(hours=2, seconds=2), tick=False)
    browser.force_login(User.objects.get(pk=browser.session["_auth_user_id"]))
    assert confirm(browser, compared).status_code == 400
    assert versions() == ["2024.06"]


def test_chinese_is_the_default(client, lead):
    client.force_login(lead)
    answer = upload(client, stricter())
    assert "工单举证" in answer.text
    assert "Ticket evidence" not in answer.text


def test_stored_pack_of_an_older_schema_is_still_read(browser, client, agent, in_use):
    """Fields that are new in the schema have defaults: what was loaded before them opens every page."""
    for row in PolicyVersion.objects.all():
        for name in ("reject", "stall", "appeal_locks"):
            row.content.pop(name, None)
        for entry in row.content["deadline"]:
            for name in ("restarts_on", "locks_appeals", "cleared_by", "starts_on_all", "stops_on_all"):
                if not entry[name]:
                    del entry[name]
        for entry in [*row.content["slot"], *row.content["appeal"]]:
            entry.pop("source")
            entry.pop("as_of")
        row.sha256 = f"{row.pk:064}"
        row.save()
    for address in ("/", LIST, reverse("policy", args=["pinduoduo", "2024.06"]), reverse("case", args=[in_use.ref])):
        assert browser.get(address).status_code == 200
    learn(in_use, EventType.CASE_NOTED, agent, note="照旧")


def test_admin_lists_versions_and_changes_none(admin_client):
    load_packs()
    address = reverse("admin:aftersales_policyversion_changelist")
    page = admin_client.get(address).text
    assert reverse("policy", args=["pinduoduo", "2024.06"]) in page
    assert admin_client.get(reverse("admin:aftersales_policyversion_add")).status_code == 403
