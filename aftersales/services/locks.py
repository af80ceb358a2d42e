"""Take a case's lock: whoever holds it is the only one to write the case, its events and its clocks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound, StaleVersion
from aftersales.models import Case, as_kind


def lock_case(pk: int, *, version: int | None = None) -> Case:
    """The case as its kind's proxy, locked until the transaction ends.

    Raises `NotFound`, and `StaleVersion` where somebody changed the case since `version`.
    """
    cases = Case.objects.select_for_update(of=("self",)).select_related("shop", "order")
    case = cases.filter(pk=pk).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    if version is not None and case.version != version:
        raise StaleVersion(_("Somebody changed this case meanwhile: reload the page and look again."))
    return as_kind(case)


def save_case(case: Case) -> None:
    """Save a locked case; its version grows so that older pages are refused."""
    case.version += 1
    case.save()
