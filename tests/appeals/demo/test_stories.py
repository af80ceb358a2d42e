from collections import Counter
from itertools import islice

import pytest

from aftersales.enums import Kind
from aftersales.management.commands.draw_states import leads
from aftersales.transitions import TRANSITIONS
from appeals.demo.paths import PATHS
from appeals.demo.people import AGENTS, PEOPLE, SHOPS
from appeals.demo.pictures import Picture, draw_picture
from appeals.demo.shaped import SHAPED
from appeals.demo.stories import TOLD, Teller, tell_stories
from appeals.demo.story import Does
from tests.instants import AT


def reachable(kind: Kind) -> set[str]:
    """Where the machine's own transitions lead; following the platform can lead anywhere."""
    return {"pending", *(state for name in TRANSITIONS if name != "follow_platform" for state in leads(kind, name)[1])}


@pytest.mark.parametrize("kind", Kind)
def test_every_state_has_a_path(kind):
    assert {state.value for state in PATHS[kind]} == reachable(kind)


def test_same_seed_tells_the_same_stories():
    assert tell_stories(seed=3, at=AT, cases=TOLD) == tell_stories(seed=3, at=AT, cases=TOLD)
    assert tell_stories(seed=4, at=AT, cases=TOLD) != tell_stories(seed=3, at=AT, cases=TOLD)


@pytest.mark.parametrize("cases", [1, 2, 29, 30, TOLD, TOLD + 1])
def test_stories_make_as_many_cases_as_were_asked_for(cases):
    assert sum(story.cases for story in tell_stories(seed=1, at=AT, cases=cases)) == min(cases, TOLD)


def test_a_small_demo_begins_as_the_large_one_does():
    assert tell_stories(seed=1, at=AT, cases=20) == tell_stories(seed=1, at=AT, cases=TOLD)[:20]


def test_steps_come_in_order_and_none_after_now():
    for story in islice(Teller(seed=5, at=AT).history(), 200):
        moments = [moment for moment, _step in story.moments(AT)]
        assert [AT - story.requested, *moments] == sorted([AT - story.requested, *moments])
        assert moments[-1] <= AT


def test_case_numbers_are_different():
    numbers = Counter((s.facts.shop.code, s.facts.platform_case_no) for s in tell_stories(seed=1, at=AT, cases=TOLD))
    assert set(numbers.values()) == {1}


def test_owners_work_for_the_shops():
    works = {person.username: person.shops for person in PEOPLE}
    assert all(shop.code in works[agent] for shop in SHOPS for agent in AGENTS[shop.code])
    assert all(not case.owner or case.shop.code in works[case.owner] for case in SHAPED)


def test_every_picture_can_be_drawn():
    """One of each, as the studio draws them; a file of its own for each case."""
    pictures = {}
    for story in tell_stories(seed=1, at=AT, cases=TOLD):
        for moment, step in story.moments(AT):
            if step.does == Does.PROVE:
                pictures.setdefault(step.data["picture"], Picture(step.data["picture"], story.facts, moment))
    drawn = [draw_picture(picture) for picture in pictures.values()]
    assert len({drawing.content for drawing in drawn}) == len(pictures)
    assert all(drawing.name and picture.caption for drawing, picture in zip(drawn, pictures.values(), strict=True))
