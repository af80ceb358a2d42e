"""Policy packs: the shipped ones fit the desk, faulty ones are refused with the place."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from aftersales.enums import ClockKind, EventType, Kind
from aftersales.errors import PolicyRefused
from aftersales.models import PROXIES
from aftersales.policy_reading import parse_pack, read_pack
from aftersales.transitions import TRANSITIONS
from tests.aftersales.packs import PLATFORMS, made_up, pack_content, rule, shipped

each_pack = pytest.mark.parametrize("platform", PLATFORMS)


# The shipped packs


@each_pack
def test_pack_names_only_what_there_is(platform):
    pack = shipped(platform)
    types = {appeal.code for appeal in pack.appeal}
    types |= {f"{appeal.code}.{ground.code}" for appeal in pack.appeal for ground in appeal.grounds}
    for slot in pack.slot:
        assert set(slot.needed_for) <= set(TRANSITIONS)
        assert {*slot.appeals, *slot.required_by} <= types
        for kind in slot.kinds:
            assert any(hasattr(PROXIES[kind], name) for name in slot.needed_for) or not slot.needed_for
    for deadline in pack.deadline:
        for match in [*deadline.starting, *deadline.stops_on, *deadline.stops_on_all, *deadline.cancelled_by]:
            assert match.type in EventType


@each_pack
def test_every_kind_counts_the_platforms_own_countdown(platform):
    """A platform-reported deadline always wins; every platform gives one (2A)."""
    reported = [rule for rule in shipped(platform).deadline if rule.reported and rule.clock != ClockKind.WINDOW]
    assert [deadline.code for deadline in reported] == ["platform_countdown"]
    assert set(reported[0].kinds) == set(Kind)


@each_pack
def test_rule_says_where_it_comes_from(platform):
    """A15: every rule carries its source and as-of date."""
    for deadline in shipped(platform).deadline:
        assert deadline.source
        assert deadline.as_of.year >= 2022
        assert deadline.rules or deadline.reported
        assert deadline.next_step
    pack = shipped(platform)
    assert pack.reject
    for entry in [pack.reject, *pack.slot, *pack.appeal]:
        assert not entry.rules or (entry.source and entry.as_of)


@each_pack
def test_hours_are_warned_of_in_order_and_within_the_clock(platform):
    for deadline in shipped(platform).deadline:
        assert deadline.warn_hours == sorted(deadline.warn_hours, reverse=True)
        assert all(0 < hours < (deadline.hours or 24) for hours in deadline.warn_hours)


@each_pack
def test_agreed_money_ends_the_duties_about_it(platform):
    """A refund that is agreed leaves only what the rule itself still asks for (PD-46: the ticket's answer)."""
    for deadline in shipped(platform).deadline:
        if (deadline.clock, deadline.consequence.money) == (
            "duty",
            "refund_amount",
        ) and deadline.code != "ticket_evidence":
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
    deadlines = {
        "KS-32", "KS-39", "KS-40", "TT-07", "TT-14", "PD-21", "PD-22", "PD-23", "PD-34", "PD-35", "PD-44", "PD-46",
    }  # fmt: skip
    assert deadlines <= {
        number for platform in PLATFORMS for entry in shipped(platform).deadline for number in entry.rules
    }
    assert {"KS-33", "KS-41", "KS-42", "PD-24", "PD-26", "PD-33", "PD-39", "PD-40", "PD-42"} <= carried


def test_late_rejections_are_measured_everywhere_as_kuaishou_does():
    """KS-39, KS-41: the guards that every platform has take their hours and slot from the pack."""
    for platform in PLATFORMS:
        reject = shipped(platform).reject
        assert reject
        assert (reject.agreement_after_hours, reject.last_hours) == (48, 24)
        assert set(reject.rules) == {"KS-39", "KS-41"}


# Faulty packs

SLOT = {
    "code": "photo",
    "name": {"zh": "图", "en": "Photo"},
    "shows": {"zh": "图", "en": "Photo"},
    "kinds": ["in_transit"],
}
REJECT = {
    "agreement_after_hours": 48, "agreement_slot": "agreement_screenshot", "last_hours": 24,
    "source": {"zh": "虚构", "en": "made up"}, "as_of": "2026-01-01",
}  # fmt: skip
APPEAL = {
    "code": "rights", "name": {"zh": "申诉", "en": "Appeal"}, "window": "duty",
    "grounds": [{"code": "other", "name": {"zh": "其他", "en": "Other"}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "place", "fault"),
    [
        (pack_content(rule(horus=3)), "deadline.0.horus", "no such field"),
        (pack_content(rule(hours=None)), "deadline.0", "either hours or reported"),
        (pack_content(rule(hours=0)), "deadline.0.hours", "more than 0"),
        (pack_content(rule(hours=float("inf"))), "deadline.0.hours", "number"),
        (pack_content(rule(hours=9000)), "deadline.0.hours", "at most 8784"),
        (pack_content(rule(warn_hours=[12, 10])), "deadline.0", "duty: warn_hours"),
        (pack_content(rule(warn_hours=[-1])), "deadline.0.warn_hours.0", "more than 0"),
        (pack_content(rule(clock="gate")), "deadline.0", "a gate"),
        (pack_content(rule(reported=True)), "deadline.0", "either hours or reported"),
        (pack_content(rule(rules=["PD-9"])), "deadline.0.rules.0", "form"),
        (pack_content(rule(starts_on=["refund.dreamt"])), "deadline.0.starts_on.0.type", "refund.requested"),
        (pack_content(rule(starts_on=[])), "deadline.0", "starts_on"),
        (pack_content(rule(stops_on=[])), "deadline.0", "stops_on"),
        (pack_content(rule(stops_on_all=["case.noted"])), "deadline.0", "stops_on"),
        (pack_content(rule(kinds=[])), "deadline.0.kinds", "At least 1"),
        (pack_content(rule(kinds=["lost"])), "deadline.0.kinds.0", "not_shipped"),
        (pack_content(rule(cleared_by={"shipment.signed": ["case.noted"]})), "deadline.0", "cleared_by"),
        (pack_content(rule(as_of="soon")), "deadline.0.as_of", "date"),
        (pack_content(rule(source={"zh": "", "en": "made up"})), "deadline.0.source.zh", "needed"),
        (pack_content(rule(name={"zh": "名"})), "deadline.0.name.en", "needed"),
        (
            pack_content(rule(consequence={"zh": "亏", "en": "loss", "money": "lots"})),
            "deadline.0.consequence.money",
            "refund",
        ),
        (pack_content(rule(), rule()), "made up", "given twice: duty"),
        (pack_content(rule(), appeal=[APPEAL]), "made up", "called duty"),
        (pack_content(effective_from="2026-01-01T00:00:00"), "made up", "offset"),
        (pack_content(effective_from="1990-01-01T00:00:00Z"), "made up", "century"),
        (pack_content(version="2026 Q1"), "version", "form"),
        (pack_content(reject=REJECT), "made up", "agreement_screenshot"),
        (pack_content(effective_from="soon"), "effective_from", "time such as"),
        (pack_content(slot=[{**SLOT, "needed_for": ["rejct"]}]), "made up", "rejct"),
        (pack_content(slot=[{**SLOT, "appeals": ["rights"]}]), "made up", "rights"),
        (pack_content(slot=[{**SLOT, "issues": ["sad"]}]), "slot.0.issues.0", "wrong_item"),
        (pack_content(platform="Pin Duo"), "platform", "form"),
        ({}, "platform", "needed"),
    ],
)
def test_faulty_pack_is_refused_with_the_place(content, place, fault):
    with override("en"), pytest.raises(PolicyRefused) as refusal:
        parse_pack(content, name="made up")
    assert place in refusal.value.fields
    assert fault in refusal.value.fields[place]
    assert str(refusal.value).startswith("made up: ")
    assert fault in str(refusal.value)


@pytest.mark.parametrize("text", [b"platform = ", b"\xff\xfe", b"platform = 3\nplatform = 4", b"a = " + b"[" * 100_000])
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
