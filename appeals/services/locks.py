"""Take an appeal's lock: its cases' first, by their id, then its own, always in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound
from aftersales.permissions import check_case
from aftersales.services.locks import lock_case
from appeals.errors import AppealFrozen, StaleAppeal
from appeals.models import Appeal, FurtherCase
from appeals.selectors.parts import loaded

if TYPE_CHECKING:
    from uuid import UUID

    from aftersales.models import Case, User


def lock_appeal(pk: UUID, *, actor: User | None) -> Appeal:
    """The appeal as it is now, with its locked cases; all stay locked until the transaction ends.

    Raises `NotFound` and `NotAllowed`.
    """
    case_id = Appeal.objects.filter(pk=pk).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(_("There is no such appeal."), code="appeal_not_found")
    cases = lock_cases({case_id, *_further(pk)}, actor=actor)
    Appeal.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    # Whoever changed the list meanwhile held the appeal's lock, which is ours now.
    cases |= lock_cases(set(_further(pk)) - cases.keys(), actor=actor)
    appeal = loaded(Appeal.objects.filter(pk=pk)).get()
    appeal.case = cases[case_id]
    for further in appeal.further_cases.all():
        further.case = cases[further.case_id]
    return appeal


def lock_cases(ids: set[int], *, actor: User | None) -> dict[int, Case]:
    """The cases by their id, locked in its order, so that two appeals never wait for each other.

    Raises `NotFound` and `NotAllowed`.
    """
    cases = {pk: lock_case(pk) for pk in sorted(ids)}
    if actor is not None:
        for case in cases.values():
            check_case(actor, case)
    return cases


def _further(appeal: UUID) -> list[int]:
    return list(FurtherCase.objects.filter(appeal=appeal).values_list("case_id", flat=True))


def check_version(appeal: Appeal, version: int | None) -> None:
    """Raises `StaleAppeal` where somebody changed the appeal since `version`."""
    if version is not None and appeal.version != version:
        raise StaleAppeal(_("Somebody changed this appeal meanwhile: reload the page and look again."))


def check_draft(appeal: Appeal) -> None:
    """Raises `AppealFrozen` once the appeal was handed in or has ended."""
    if not appeal.is_draft:
        raise AppealFrozen(_("This appeal was submitted or has ended: it cannot change any more."))
