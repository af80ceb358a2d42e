"""Loading packs: once, all or none, and a version in use stays as it is."""

import tomllib
from datetime import timedelta

import pytest

from aftersales.enums import EventType
from aftersales.errors import PolicyRefused
from aftersales.models import Deadline, PolicyVersion
from aftersales.policy_reading import parse_pack
from aftersales.selectors.policies import known_platforms, rule_book
from aftersales.services.policies import load_policies
from tests.aftersales.packs import FOLDER, PLATFORMS, shipped
from tests.factories import learn, make_agent, make_case, make_shop
from tests.instants import AT


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
