"""Who takes new cases, how many each of them has open, and where nobody has room for another."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from aftersales.enums import Role
from aftersales.errors import NotFound
from aftersales.models import Case, User
from aftersales.permissions import can_lead
from aftersales.selectors.people import shops_of, staff_of
from aftersales.selectors.policies import rule_books
from aftersales.selectors.shops import visible_shops
from aftersales.selectors.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Shop
    from aftersales.querysets import CaseQuerySet


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`shops` are those that the reader sees; `open_cases` are all of the person's, as the limit counts them."""

    person: User
    role_label: _StrOrPromise
    shops: list[str]
    open_cases: int

    @property
    def share(self) -> int:
        """In percent; 100 is the limit itself, so what is below it is rounded down."""
        return self.open_cases * 100 // self.person.case_limit

    @property
    def is_full(self) -> bool:
        return self.open_cases >= self.person.case_limit


@dataclass(frozen=True, slots=True)
class SaturatedShop:
    name: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Saturation:
    """The shops whose people who take cases are all at their limit (TT-13); none is a falsy one."""

    shops: list[SaturatedShop]

    def __bool__(self) -> bool:
        return bool(self.shops)

    @property
    def waiting(self) -> int:
        return sum(shop.waiting for shop in self.shops)


@dataclass(frozen=True, slots=True)
class Advice:
    """The limit of one person that a platform advises at the least (TT-10), and where it was read."""

    platform: str
    usual_limit: int
    source: str


@dataclass(frozen=True, slots=True)
class Reception:
    """`waiting` counts the open cases of the reader's shops that nobody owns."""

    rows: list[PersonRow]
    advice: list[Advice]
    waiting: int
    saturation: Saturation

    @property
    def is_saturated(self) -> bool:
        return bool(self.saturation)


def reception_of(user: User) -> Reception:
    """A lead sees the people of their shops, an agent only themself."""
    shops = shops_of(user)
    people = staff_of(shops) if can_lead(user) else [user]
    names = _shop_names(people, shops)
    loads = open_cases_of(person.pk for person in people)
    rows = [
        PersonRow(person, Role(person.role).label, names[person.pk], open_cases=loads[person.pk]) for person in people
    ]
    return Reception(
        rows, _advice(shops), waiting=_waiting().filter(shop__in=shops).count(), saturation=saturation_of(user)
    )


def _advice(shops: Iterable[Shop]) -> list[Advice]:
    packs = [book.newest for book in rule_books(sorted({shop.platform for shop in shops})).values()]
    return [
        Advice(words(pack.name), pack.reception.usual_limit, words(pack.reception.source))
        for pack in packs
        if pack.reception
    ]


def saturation_of(user: User) -> Saturation:
    """What a lead has to act on (TT-13); a second query only where a shop is saturated, and none for an agent."""
    if not can_lead(user):
        return Saturation([])
    load = Case.objects.open().filter(assignee=OuterRef("user_id")).order_by().values("assignee")
    rooms = User.shops.through.objects.filter(
        user__is_active=True, user__takes_cases=True, shop__in=visible_shops(user).filter(is_active=True)
    ).values_list(
        "shop_id",
        "shop__name",
        "user__case_limit",
        Coalesce(Subquery(load.annotate(cases=Count("pk")).values("cases")), 0),
    )
    has_room = defaultdict[tuple[int, str], list[bool]](list)
    for pk, name, limit, cases in rooms:
        has_room[pk, name].append(cases < limit)
    full = {pk: name for (pk, name), found in has_room.items() if not any(found)}
    if not full:
        return Saturation([])
    waits = _waiting().filter(shop__in=full).order_by().values("shop_id").annotate(cases=Count("pk"))
    waiting = dict(waits.values_list("shop_id", "cases"))
    shops = [SaturatedShop(name, waiting.get(pk, 0)) for pk, name in full.items()]
    return Saturation(sorted(shops, key=lambda shop: (-shop.waiting, shop.name)))


def open_cases_of(people: Iterable[int]) -> Counter[int]:
    """By the person's key: how many open cases of all shops they own, which is what their limit counts."""
    owned = Case.objects.open().filter(assignee__in=list(people)).order_by().values("assignee_id")
    return Counter(dict(owned.annotate(cases=Count("pk")).values_list("assignee_id", "cases")))


def find_colleague(user: User, pk: int) -> User:
    """Who the reader sees on the team page. Raises `NotFound` for anybody else."""
    if pk == user.pk:
        return user
    colleague = next((person for person in staff_of(shops_of(user)) if person.pk == pk), None)
    if colleague is None or not can_lead(user):
        raise NotFound(_("There is no such person in your team."))
    return colleague


def _waiting() -> CaseQuerySet:
    return Case.objects.open().filter(assignee__isnull=True)


def _shop_names(people: Iterable[User], shops: Iterable[Shop]) -> dict[int, list[str]]:
    works = User.shops.through.objects.filter(user__in=list(people), shop__in=list(shops))
    names = defaultdict[int, list[str]](list)
    for user_id, name in works.order_by("shop__name").values_list("user_id", "shop__name"):
        names[user_id].append(name)
    return names
