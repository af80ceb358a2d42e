"""Policy packs: the shipped ones fit the desk, faulty ones are refused with the place, one in use stays as it is."""

import tomllib
from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind
from aftersales.errors import PolicyRefused
from aftersales.models import PROXIES, Deadline, PolicyVersion
from aftersales.policy import parse_pack, read_pack
from aftersales.selectors.policies import known_platforms, rule_book
from aftersales.services.policies import load_policies
from aftersales.transitions import TRANSITIONS
from tests.aftersales.packs import FOLDER, PLATFORMS, made_up, pack_content, rule, shipped
from tests.factories import learn, make_agent, make_case, make_shop
from tests.instants import AT

each_pack = pytest.mark.parametrize("platform", PLATFORMS)


# The shipped packs


@each_pack
def test_pack_names_only_what_there_is(platform):
    pack = shipped(platform)
    types = {appeal.code for appeal in pack.appeal}
    for slot in pack.slot:
        assert set(slot.needed_for) <= set(TRANSITIONS)
        assert set(slot.appeals) <= types
        for kind in slot.kinds:
            assert any(hasattr(PROXIES[kind], name) for name in slot.needed_for) or not slot.needed_for
    for deadline in pack.deadline:
        for match in [*deadline.starting, *deadline.stops_on, *deadline.stops_on_all, *deadline.cancelled_by]:
            assert match.type in EventType


@each_pack
def test_every_kind_counts_the_platforms_own_countdown(platform):
    """A platform-reported deadline always wins; every platform gives one (2A)."""
    reported = [deadline for deadline in shipped(platform).deadline if deadline.reported]
    assert [deadline.code for deadline in reported] == ["platform_countdown"]
    assert set(reported[0].kinds) == set(Kind)


@each_pack
def test_rule_says_where_it_comes_from(platform):
    """A15: every rule carries its source and as-of date."""
    for deadline in shipped(platform).deadline:
        assert deadline.source
        assert deadline.as_of.year >= 2022
        assert deadline.rules or deadline.reported
        assert deadline.next_step or deadline.clock == "window"


@each_pack
def test_hours_are_warned_of_in_order_and_within_the_clock(platform):
    for deadline in shipped(platform).deadline:
        assert deadline.warn_hours == sorted(deadline.warn_hours, reverse=True)
        assert all(0 < hours < (deadline.hours or 24) for hours in deadline.warn_hours)


@each_pack
def test_agreed_money_ends_the_duties_about_it(platform):
    """A refund that is agreed leaves only what the rule itself still asks for (PD-46: the ticket's answer)."""
    for deadline in shipped(platform).deadline:
        if deadline.clock == "duty" and deadline.code != "ticket_evidence":
            ends = {match.type for match in [*deadline.stops_on, *deadline.stops_on_all, *deadline.cancelled_by]}
            assert EventType.REFUND_AGREED in ends


def test_rule_numbers_of_the_catalogue_are_carried():
    carried = {
        number
        for platform in PLATFORMS
        for entries in (shipped(platform).deadline, shipped(platform).slot, shipped(platform).appeal)
        for entry in entries
        for number in entry.rules
    }
    assert {
        "KS-32", "KS-33", "KS-40", "KS-41", "KS-42", "PD-22", "PD-23", "PD-24", "PD-26", "PD-33", "PD-34", "PD-35",
        "PD-39", "PD-40", "PD-42", "PD-44", "PD-46",
    } <= carried  # fmt: skip


# Faulty packs

SLOT = {
    "code": "photo",
    "name": {"zh": "图", "en": "Photo"},
    "shows": {"zh": "图", "en": "Photo"},
    "kinds": ["in_transit"],
}
APPEAL = {
    "code": "rights", "name": {"zh": "申诉", "en": "Appeal"}, "window": "duty",
    "grounds": [{"code": "other", "name": {"zh": "其他", "en": "Other"}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "place", "fault"),
    [
        (pack_content(rule(horus=3)), "deadline.0.horus", "Extra"),
        (pack_content(rule(hours=None)), "deadline.0", "either hours or reported"),
        (pack_content(rule(hours=0)), "deadline.0.hours", "greater than 0"),
        (pack_content(rule(reported=True)), "deadline.0", "either hours or reported"),
        (pack_content(rule(rules=["PD-9"])), "deadline.0.rules.0", "pattern"),
        (pack_content(rule(starts_on=["refund.dreamt"])), "deadline.0.starts_on.0.type", "refund.requested"),
        (pack_content(rule(starts_on=[])), "deadline.0", "starts_on"),
        (pack_content(rule(stops_on=[])), "deadline.0", "stops_on"),
        (pack_content(rule(stops_on_all=["case.noted"])), "deadline.0", "stops_on"),
        (pack_content(rule(kinds=[])), "deadline.0.kinds", "at least 1"),
        (pack_content(rule(kinds=["lost"])), "deadline.0.kinds.0", "not_shipped"),
        (pack_content(rule(cleared_by={"shipment.signed": ["case.noted"]})), "deadline.0", "cleared_by"),
        (pack_content(rule(as_of="soon")), "deadline.0.as_of", "date"),
        (pack_content(rule(source={"zh": "", "en": "made up"})), "deadline.0.source.zh", "at least 1"),
        (pack_content(rule(name={"zh": "名"})), "deadline.0.name.en", "required"),
        (
            pack_content(rule(consequence={"zh": "亏", "en": "loss", "money": "lots"})),
            "deadline.0.consequence.money",
            "refund",
        ),
        (pack_content(rule(), rule()), "made up", "given twice: duty"),
        (pack_content(rule(), appeal=[APPEAL]), "made up", "called duty"),
        (pack_content(effective_from="2026-01-01T00:00:00"), "made up", "offset"),
        (pack_content(effective_from="soon"), "effective_from", "datetime"),
        (pack_content(slot=[{**SLOT, "needed_for": ["rejct"]}]), "made up", "rejct"),
        (pack_content(slot=[{**SLOT, "appeals": ["rights"]}]), "made up", "rights"),
        (pack_content(slot=[{**SLOT, "issues": ["sad"]}]), "slot.0.issues.0", "wrong_item"),
        (pack_content(platform="Pin Duo"), "platform", "pattern"),
        ({}, "platform", "required"),
    ],
)
def test_faulty_pack_is_refused_with_the_place(content, place, fault):
    with pytest.raises(PolicyRefused) as refusal:
        parse_pack(content, name="made up")
    assert place in refusal.value.fields
    assert fault in refusal.value.fields[place]
    assert str(refusal.value).startswith("made up: ")
    assert fault in str(refusal.value)


@pytest.mark.parametrize("text", [b"platform = ", b"\xff\xfe", b"platform = 3\nplatform = 4"])
def test_unreadable_pack_is_refused_by_name(tmp_path, text):
    path = tmp_path / "broken.toml"
    path.write_bytes(text)
    with pytest.raises(PolicyRefused, match=r"broken\.toml"):
        read_pack(path)
    with pytest.raises(PolicyRefused, match=r"gone\.toml"):
        read_pack(tmp_path / "gone.toml")


def test_reference_pack_is_whole():
    """The made-up pack of the tests above is right but for what they change."""
    assert made_up(rule(), slot=[SLOT]).rule("duty").length == timedelta(hours=10)


# Loading


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped packs that may be changed."""
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def rewrite(folder, *changes, name="pinduoduo.toml") -> None:
    path = folder / name
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def outcomes(folder, **options) -> dict[str, str]:
    return {pack.platform: pack.outcome for pack in load_policies(folder=folder, at=AT, **options)}


@pytest.mark.usefixtures("no_packs")
def test_packs_are_loaded_once(folder):
    assert outcomes(folder, check_only=True) == dict.fromkeys(PLATFORMS, "loaded")
    assert not PolicyVersion.objects.exists()
    assert outcomes(folder) == dict.fromkeys(PLATFORMS, "loaded")
    assert outcomes(folder) == dict.fromkeys(PLATFORMS, "unchanged")
    assert known_platforms() == PLATFORMS
    for platform in PLATFORMS:
        assert rule_book(platform).newest == shipped(platform)


@pytest.mark.usefixtures("no_packs")
def test_comment_changes_nothing(folder):
    outcomes(folder)
    rewrite(folder, ('platform = "pinduoduo"', '# a word\nplatform = "pinduoduo"'))
    assert outcomes(folder)["pinduoduo"] == "unchanged"


@pytest.mark.usefixtures("no_packs")
def test_version_that_nothing_was_measured_by_is_replaced(folder):
    outcomes(folder)
    rewrite(folder, ("hours = 168", "hours = 169"))
    assert outcomes(folder)["pinduoduo"] == "replaced"
    assert rule_book("pinduoduo").newest.rule("rapid_refund_window").hours == 169


@pytest.mark.usefixtures("no_packs")
def test_version_in_use_does_not_change(folder):
    shop = make_shop()
    learn(make_case(shop), EventType.TICKET_OPENED, make_agent(shop))
    rewrite(folder, ("hours = 48", "hours = 49"))
    rewrite(folder, ("hours = 48", "hours = 49"), name="kuaishou.toml")
    with pytest.raises(PolicyRefused) as refusal:
        load_policies(folder=folder, at=AT)
    assert refusal.value.error_code == "version_in_use"
    assert "pinduoduo" in str(refusal.value)
    assert rule_book("kuaishou").newest == shipped("kuaishou"), "all packs are loaded, or none"


@pytest.mark.usefixtures("no_packs")
def test_new_version_measures_what_starts_after_it(folder):
    shop = make_shop()
    agent = make_agent(shop)
    before = learn(make_case(shop), EventType.TICKET_OPENED, agent)
    rewrite(
        folder,
        ('hours = 48\nstarts_on = ["platform.ticket', 'hours = 20\nstarts_on = ["platform.ticket'),
        ('version = "2024.06"', 'version = "2026.03"'),
        ("effective_from = 2024-06-01T00:00:00+08:00", "effective_from = 2026-03-02T10:00:01+08:00"),
    )
    assert outcomes(folder)["pinduoduo"] == "loaded"
    before = learn(before, EventType.CASE_NOTED, agent, at=AT + timedelta(hours=2), note="重新计时不影响它")
    after = learn(make_case(shop), EventType.TICKET_OPENED, agent, at=AT + timedelta(hours=1))
    lengths = [row.due_at - row.started_at for row in (before.deadlines.get(), after.deadlines.get())]
    assert lengths == [timedelta(hours=48), timedelta(hours=20)]
    assert Deadline.objects.values("policy").distinct().count() == 2


@pytest.mark.usefixtures("no_packs")
def test_two_versions_of_one_moment_are_refused(folder):
    outcomes(folder)
    rewrite(folder, ('version = "2024.06"', 'version = "2024.07"'))
    with pytest.raises(PolicyRefused) as refusal:
        load_policies(folder=folder, at=AT)
    assert refusal.value.error_code == "moment_taken"


@pytest.mark.usefixtures("no_packs")
def test_folder_without_packs_is_refused(tmp_path):
    with pytest.raises(PolicyRefused) as refusal:
        load_policies(folder=tmp_path, at=AT)
    assert refusal.value.error_code == "no_packs"


@pytest.mark.usefixtures("no_packs")
def test_platform_without_a_pack_is_named():
    with pytest.raises(PolicyRefused, match="weidian"):
        rule_book("weidian")


@pytest.mark.usefixtures("no_packs")
def test_loaded_pack_is_the_file(folder):
    """What is kept in the database reads back as the same rules."""
    outcomes(folder)
    for stored in PolicyVersion.objects.all():
        assert parse_pack(stored.content, name="stored") == parse_pack(
            tomllib.loads((folder / f"{stored.platform}.toml").read_text()), name="file"
        )
