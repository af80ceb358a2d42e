"""Who may do what with proof. `check_x` raises `NotAllowed` with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotAllowed
from aftersales.permissions import check_case

if TYPE_CHECKING:
    from aftersales.models import User
    from evidence.models import EvidenceItem, UploadLink


def answers_for(user: User, item: EvidenceItem) -> bool:
    """Whether the piece is this person's work: added by them, of a case that is theirs now, or they lead."""
    return user.is_lead or user.pk in (item.added_by_id, item.case.assignee_id)


def check_withdraw(user: User, item: EvidenceItem) -> None:
    """A colleague's proof is not taken from under a case that somebody else answers for."""
    check_case(user, item.case)
    if not answers_for(user, item):
        raise NotAllowed(
            _("Only whoever added this proof, the case's owner or a team lead can withdraw it."), code="not_yours"
        )


def check_close(user: User, link: UploadLink) -> None:
    check_case(user, link.case)
    if not user.is_lead and user.pk != link.created_by_id:
        raise NotAllowed(_("Only whoever made this code or a team lead can close it."), code="not_yours")
