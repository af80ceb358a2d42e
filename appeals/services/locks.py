"""Take an appeal's lock: its case's first, then its own, always in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound
from aftersales.permissions import check_case
from aftersales.services.locks import lock_case
from appeals.errors import AppealFrozen, StaleAppeal
from appeals.models import Appeal
from appeals.selectors.dossiers import loaded

if TYPE_CHECKING:
    from uuid import UUID

    from aftersales.models import User


def lock_appeal(pk: UUID, *, actor: User | None) -> Appeal:
    """The appeal as it is now, with its locked case; both stay locked until the transaction ends.

    Raises `NotFound` and `NotAllowed`.
    """
    case_id = Appeal.objects.filter(pk=pk).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(_("There is no such appeal."), code="appeal_not_found")
    case = lock_case(case_id)
    if actor is not None:
        check_case(actor, case)
    Appeal.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    appeal = loaded(Appeal.objects.filter(pk=pk)).get()
    appeal.case = case
    return appeal


def check_version(appeal: Appeal, version: int | None) -> None:
    """Raises `StaleAppeal` where somebody changed the appeal since `version`."""
    if version is not None and appeal.version != version:
        raise StaleAppeal(_("Somebody changed this appeal meanwhile: reload the page and look again."))


def check_draft(appeal: Appeal) -> None:
    """Raises `AppealFrozen` once the appeal was handed in or has ended."""
    if not appeal.is_draft:
        raise AppealFrozen(_("This appeal was submitted or has ended: it cannot change any more."))
