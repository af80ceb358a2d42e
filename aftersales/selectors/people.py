"""Who works where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftersales.models import Shop, User

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    name: str


def shops_of(user: User) -> list[Shop]:
    shops = Shop.objects.filter(is_active=True) if user.is_superuser else user.shops.filter(is_active=True)
    return list(shops.order_by("name"))


def staff_of(shops: Iterable[Shop]) -> list[User]:
    """The active people who work for any of the shops, by name."""
    staff = User.objects.filter(is_active=True, shops__in=list(shops)).distinct()
    return sorted(staff, key=lambda person: person.display_name)


def people_of(shops: Iterable[Shop]) -> list[Person]:
    return [Person(person.pk, person.display_name) for person in staff_of(shops)]
