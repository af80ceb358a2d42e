"""Filters that pages, API and commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never, Self

from django.db import models

from aftersales.errors import DeskError
from appeals.enums import OPEN_APPEALS, AppealState

if TYPE_CHECKING:
    from aftersales.models import ApiToken, User
    from appeals.models import Appeal


class AppealQuerySet(models.QuerySet["Appeal"]):
    def drafts(self) -> Self:
        return self.filter(state=AppealState.DRAFT)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_APPEALS)

    def visible_to(self, user: User, token: ApiToken | None = None) -> Self:
        """The appeals of the person's shops, and of the token's where it names some."""
        appeals = self
        if not user.is_superuser:
            appeals = appeals.filter(case__shop__in=user.shops.all())
        if token is not None and token.shops.exists():
            appeals = appeals.filter(case__shop__in=token.shops.all())
        return appeals

    def delete(self) -> Never:
        msg = "An appeal is never deleted."
        raise DeskError(msg)
