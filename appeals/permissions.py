"""Who may do what with an appeal. `check_x` raises `NotAllowed` with a reason, `can_x` wraps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotAllowed
from aftersales.permissions import check_case, check_write
from appeals.enums import AppealState

if TYPE_CHECKING:
    from aftersales.models import ApiToken, User
    from appeals.models import Appeal


def check_appeal(user: User, appeal: Appeal, token: ApiToken | None = None) -> None:
    """Whoever works for the case's shop sees and drafts its appeals."""
    check_case(user, appeal.case, token)


def check_change(user: User, appeal: Appeal, token: ApiToken | None = None) -> None:
    check_appeal(user, appeal, token)
    check_write(token)


def check_withdraw(user: User, appeal: Appeal, token: ApiToken | None = None) -> None:
    """A draft may go; to take back what was handed in gives up money, so that is the lead's word."""
    check_change(user, appeal, token)
    if appeal.state == AppealState.SUBMITTED and not user.is_lead:
        raise NotAllowed(_("Only a team lead takes back an appeal that was submitted."), code="lead_only")


def can_withdraw(user: User, appeal: Appeal) -> bool:
    try:
        check_withdraw(user, appeal)
    except NotAllowed:
        return False
    return True


def check_bundles(user: User) -> None:
    """Many packets at once: only appeals of their own shops, and only a lead."""
    if not user.is_active:
        raise NotAllowed(_("This account is closed."))
    if not user.is_lead:
        raise NotAllowed(_("Only a team lead builds the packets of many appeals at once."), code="lead_only")


def can_bundle(user: User) -> bool:
    try:
        check_bundles(user)
    except NotAllowed:
        return False
    return True
