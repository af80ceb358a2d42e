"""The differences of two packs in words: nothing is lost, whatever changes."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from django.utils.translation import override
from pydantic import BaseModel

from aftersales import policy
from aftersales.enums import EventType
from aftersales.policy_diff import ADDED, CHANGED, REMOVED, pack_changes
from aftersales.policy_parts import Match
from aftersales.policy_words import FIELDS
from tests.aftersales.packs import PLATFORMS, made_up, rule, shipped


def other(value: Any) -> Any:  # noqa: PLR0911 - one line for each type that a pack holds
    """Another value of the same type; the packs' own checks are not asked."""
    match value:
        case None:
            return "something"
        case bool():
            return not value
        case Enum():
            return next(member for member in type(value) if member != value)
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return value[1:] if value else [Match(type=EventType.CASE_NOTED)]
        case dict():
            return {} if value else {"subject": "x"}
    return value.replace(year=value.year + 1)  # a date or a moment


def altered(model: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    """The model with each of its fields changed, one at a time, at every depth; and the path of the field."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            for path, inner in altered(value):
                yield f"{name}.{path}", model.model_copy(update={name: inner})
        elif isinstance(value, list) and value and hasattr(value[0], "code"):
            for place, entry in enumerate(value):
                for path, inner in altered(entry):
                    entries = [*value[:place], inner, *value[place + 1 :]]
                    yield f"{name}.{entry.code}.{path}", model.model_copy(update={name: entries})
        if not isinstance(value, BaseModel):
            yield name, model.model_copy(update={name: other(value)})
        elif not type(model).model_fields[name].is_required():
            yield name, model.model_copy(update={name: None})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_any_changed_field_is_told(platform):
    pack = shipped(platform)
    count = 0
    for path, changed in altered(pack):
        found = pack_changes(pack, changed)
        count += 1
        assert found, path
        assert all(change.text and change.place.startswith(path.removesuffix(".code")) for change in found), path
    assert count > 50
    assert pack_changes(pack, pack) == []


def test_every_field_of_a_pack_has_its_words():
    """Not needed for telling a change, but for telling it well."""
    models = [one for one in vars(policy).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    assert policy.DeadlineRule in models
    assert {name for model in models if model is not Match for name in model.model_fields} <= set(FIELDS)


def one_change(*changes: dict[str, Any], **values: Any):
    """The only difference between the duty of 10 h and one with other values."""
    old = made_up(rule(), version="v")
    new = made_up(rule(**values), *changes, version="v")
    (change,) = pack_changes(old, new)
    return change


def test_hours_are_told_in_words():
    with override("en"):
        change = one_change(hours=36)
        assert (change.kind, change.place) == (CHANGED, "deadline.duty.hours")
        assert (change.field, change.old, change.new) == ("Length", "10 h", "36 h")
        assert change.text.endswith("Name (duty) – Length: 10 h → 36 h")


def test_words_are_those_of_the_readers_language():
    with override("zh-hans"):
        assert "名 (duty)" in one_change(hours=36).subject
    with override("en"):
        assert "Name (duty)" in one_change(hours=36).subject


def test_change_of_one_language_only_is_told_to_readers_of_both():
    for language in ("zh-hans", "en"):
        with override(language):
            change = one_change(next_step={"zh": "做", "en": "Do"})
            assert change.place == "deadline.duty.next_step"
            source = one_change(source={"zh": "虚构", "en": "invented"})
            assert (source.place, source.old, source.new) == ("deadline.duty.source.en", "made up", "invented")


def test_starts_and_stops_are_told_with_what_they_ask_for():
    with override("en"):
        starts = one_change(starts_on=["shipment.signed", {"type": "offer.accepted", "where": {"offer": "reship"}}])
        assert starts.old == "Parcel signed for"
        assert starts.new == "Parcel signed for, Offer accepted (offer = reship)"


def test_long_lists_tell_what_came_and_what_went():
    many = ["case.noted", "case.closed", "case.rejected"]
    old, new = (made_up(rule(stops_on=stops), version="v") for stops in (many, [*many[1:], "refund.agreed"]))
    with override("en"):
        (change,) = pack_changes(old, new)
        assert change.said == "Met by: added: Refund agreed; removed: Note"
        assert change.new == "Closed, Case rejected, Refund agreed"


def test_new_rule_is_told_whole():
    with override("en"):
        change = one_change(rule("second", hours=5, soft=True))
        assert (change.kind, change.place, change.old) == (ADDED, "deadline.second", "")
        for words in ("Length: 5 h", "Advice only: yes", "the refund is at stake", "made up"):
            assert words in change.new


def test_removed_rule_is_told():
    old, new = made_up(rule(), rule("second"), version="v"), made_up(rule(), version="v")
    (change,) = pack_changes(old, new)
    assert (change.kind, change.place, change.new) == (REMOVED, "deadline.second", "")


def test_other_order_is_told():
    old, new = made_up(rule(), rule("second"), version="v"), made_up(rule("second"), rule(), version="v")
    (change,) = pack_changes(old, new)
    assert (change.place, change.old, change.new) == ("deadline", "duty, second", "second, duty")


def test_true_is_not_one():
    old, new = (
        made_up(rule(starts_on=[{"type": "offer.accepted", "where": {"x": value}}]), version="v") for value in (1, True)
    )
    (change,) = pack_changes(old, new)
    assert change.place == "deadline.duty.starts_on"


def test_moment_with_another_offset_is_the_same():
    here, there = (
        made_up(version="v", effective_from=text) for text in ("2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00Z")
    )
    assert pack_changes(here, there) == []


def test_ground_that_is_gone_is_told():
    pack = shipped("pinduoduo")
    rights = pack.appeal[0]
    less = rights.model_copy(update={"grounds": rights.grounds[:-1]})
    (change,) = pack_changes(pack, pack.model_copy(update={"appeal": [less, *pack.appeal[1:]]}))
    assert (change.kind, change.place) == (REMOVED, "appeal.rights.grounds.other")
    assert rights.name.zh in change.subject
