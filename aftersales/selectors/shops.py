"""The shops that a reader works for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound
from aftersales.models import Shop

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aftersales.models import ApiToken, User


def visible_shops(user: User, token: ApiToken | None = None) -> QuerySet[Shop]:
    """The person's shops, and the token's where it names some."""
    shops = Shop.objects.all() if user.is_superuser else Shop.objects.filter(staff=user)
    if token is not None and token.shops.exists():
        shops = shops.filter(pk__in=token.shops.values("pk"))
    return shops


def find_shop(code: str, *, user: User, token: ApiToken | None = None) -> Shop:
    """Raises `NotFound` also for a shop that the reader does not work for."""
    shop = visible_shops(user, token).filter(code=code).first()
    if shop is None:
        message = _("There is no such shop among yours.")
        raise NotFound(message, code="shop_not_found", fields={"shop": message})
    return shop
