"""Seeds the demo: shops, people, stories, and beyond them as many cases as were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from aftersales.errors import Conflict
from aftersales.models import Case, CaseEvent, Shop
from appeals.demo.bulk import cast_cases
from appeals.demo.cast import make_cast
from appeals.demo.people import EVERY_SHOP, PEOPLE
from appeals.demo.pictures import Picture, draw_picture
from appeals.demo.play import Play
from appeals.demo.stories import tell_stories
from appeals.demo.studio import Studio
from appeals.models import Appeal
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from evidence.drawings import Drawing


@dataclass(frozen=True, slots=True)
class Seeded:
    cases: int
    events: int
    evidence: int
    appeals: int


def check_empty() -> None:
    """Raises `Conflict`: nothing is ever put beside real cases, and nobody's account is taken over."""
    if Case.objects.exists():
        raise Conflict(_("There are cases already: demo data goes into an empty database only."), code="not_empty")
    shops = Shop.objects.filter(code__in=[shop.code for shop in EVERY_SHOP])
    people = get_user_model().objects.filter(username__in=[person.username for person in PEOPLE])
    if shops.exists() or people.exists():
        raise Conflict(_("A shop or a person of the demo's names exists already: use an empty database."), code="taken")


def seed_demo(
    *,
    cases: int,
    seed: int,
    at: datetime,
    draw: Callable[[Picture], Drawing] = draw_picture,
    progress: Callable[[int], None] = lambda _done: None,
) -> Seeded:
    """Exactly so many cases as they stand at `at`, which should be about now; `progress` hears how many are there.

    The told cases come all or not at all, the cast ones batch by batch. Raises `Conflict`, `PolicyRefused`.
    """
    check_empty()
    stories = tell_stories(seed=seed, at=at, cases=cases)
    told = sum(story.cases for story in stories)
    with Studio(stories, at=at, draw=draw) as studio, transaction.atomic():
        check_empty()  # again: somebody else may have begun meanwhile
        cast = make_cast()
        Play(cast=cast, at=at, studio=studio).perform(stories)
    progress(told)
    cast_cases(cast=cast, cases=cases - told, seed=seed, at=at, progress=lambda done: progress(told + done))
    return Seeded(Case.objects.count(), CaseEvent.objects.count(), EvidenceItem.objects.count(), Appeal.objects.count())
