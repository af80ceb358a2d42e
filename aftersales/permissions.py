"""Who may do what. `check_x` raises `NotAllowed` with a reason, `can_x` wraps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotAllowed

if TYPE_CHECKING:
    from aftersales.models import ApiToken, Case, Shop, User


def check_shop(user: User, shop: Shop, token: ApiToken | None = None) -> None:
    """A person works the cases of their own shops; a token may be narrower still."""
    if not user.is_active:
        raise NotAllowed(_("This account is closed."))
    if not user.is_superuser and not user.shops.filter(pk=shop.pk).exists():
        raise NotAllowed(_("You do not work for this shop: ask your lead to add you."), code="other_shop")
    if token is not None and token.shops.exists() and not token.shops.filter(pk=shop.pk).exists():
        raise NotAllowed(_("This token does not cover that shop."), code="other_shop")


def check_case(user: User, case: Case, token: ApiToken | None = None) -> None:
    check_shop(user, case.shop, token)


def can_case(user: User, case: Case) -> bool:
    try:
        check_case(user, case)
    except NotAllowed:
        return False
    return True


def check_lead(user: User) -> None:
    """Audit, causes of breaches, deadlines moved by hand: the lead's work."""
    if not user.is_lead:
        raise NotAllowed(_("Only a team lead can do this."), code="lead_only")


def can_lead(user: User) -> bool:
    try:
        check_lead(user)
    except NotAllowed:
        return False
    return True


def check_reception(user: User, person: User) -> None:
    """How many cases a person takes is for the lead of a shop that they work for."""
    check_lead(user)
    if not user.is_superuser and not user.shops.filter(pk__in=person.shops.values("pk")).exists():
        raise NotAllowed(_("This person works for none of your shops."), code="other_shop")


def check_write(token: ApiToken | None) -> None:
    if token is not None and token.is_read_only:
        raise NotAllowed(_("This token is read-only."), code="read_only")
