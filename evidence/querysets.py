"""Filters that pages, API and services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never, Self

from django.db import models

from aftersales.errors import DeskError
from aftersales.models import Case

if TYPE_CHECKING:
    from aftersales.models import ApiToken, User
    from evidence.models import EvidenceItem


class EvidenceQuerySet(models.QuerySet["EvidenceItem"]):
    def kept(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: User, token: ApiToken | None = None) -> Self:
        """The proof of the cases that the person, and the token, may see."""
        return self.filter(case__in=Case.objects.visible_to(user, token))

    def delete(self) -> Never:
        msg = "Proof is withdrawn, never deleted."
        raise DeskError(msg)
