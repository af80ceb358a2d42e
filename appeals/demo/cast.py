"""Makes the demo's shops and the people who work for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from aftersales.enums import Role
from aftersales.models import Shop, User
from appeals.demo.people import ADMIN, EVERY_SHOP, LEAD, PEOPLE


@dataclass(frozen=True, slots=True)
class Cast:
    """The rows, by code and by username."""

    shops: dict[str, Shop]
    people: dict[str, User]

    @property
    def lead(self) -> User:
        return self.people[LEAD]


def make_cast() -> Cast:
    """Everybody logs in as settings.DEMO_LOGINS says; somebody who is not named there cannot log in."""
    shops = {
        shop.code: Shop.objects.create(
            code=shop.code, name=shop.name, platform=shop.platform, return_address=shop.return_address
        )
        for shop in EVERY_SHOP
    }
    passwords = {username: password for username, password, _role in settings.DEMO_LOGINS}
    # Slow on purpose, and several people share one.
    hashes = {password: make_password(password) for password in set(passwords.values())}
    people = {}
    for person in PEOPLE:
        user = User(
            username=person.username,
            password=hashes.get(passwords.get(person.username, ""), UNUSABLE_PASSWORD_PREFIX),
            last_name=person.last_name,
            first_name=person.first_name,
            role=Role.LEAD if person.username in (LEAD, ADMIN) else Role.AGENT,
            is_staff=person.username == ADMIN,
            is_superuser=person.username == ADMIN,
        )
        user.save(force_insert=True)
        user.shops.set([shops[code] for code in person.shops])
        people[person.username] = user
    return Cast(shops, people)
