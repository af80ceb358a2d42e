"""Which orders a complaint is about (PD-32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from aftersales.errors import NotFound, Unprocessable
from appeals.models import Appeal, FurtherCase
from appeals.selectors.parts import loaded
from appeals.selectors.windows import open_types, untimed
from appeals.services.locks import lock_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case
    from aftersales.policy_appeals import AppealRule
    from aftersales.selectors.policies import RuleBook


def write_further_cases(appeal: Appeal, ids: Sequence[int], rule: AppealRule, book: RuleBook, now: datetime) -> Appeal:
    """Replace the further cases of a locked draft; gives the appeal as it is then. Raises `Unprocessable`."""
    before = {further.case_id: further.case for further in appeal.further_cases.all()}
    try:
        new = lock_cases(set(ids) - before.keys() - {appeal.case_id}, actor=None)
    except NotFound as error:
        raise _refused(_("One of these cases is not there.")) from error
    cases = [(before | new | {appeal.case_id: appeal.case})[pk] for pk in ids]
    _check_list(appeal.case, cases, rule)
    _check_new(appeal.type, list(new.values()), book, now)
    FurtherCase.objects.filter(appeal=appeal).delete()
    FurtherCase.objects.bulk_create(
        FurtherCase(appeal=appeal, case=case, position=place) for place, case in enumerate(cases, start=1)
    )
    locked = {case.pk: case for case in [appeal.case, *cases]}
    found = loaded(Appeal.objects.filter(pk=appeal.pk)).get()
    found.case = appeal.case
    for further in found.further_cases.all():
        further.case = locked[further.case_id]
    return found


def _check_list(first: Case, cases: Sequence[Case], rule: AppealRule) -> None:
    """One shop, each order once, and not more than one filing takes."""
    if cases and rule.orders_max == 1:
        raise _refused(_("An appeal of this type is about one case."))
    if len(cases) + 1 > rule.orders_max:
        raise _refused(_("At most %(limit)d orders in one filing.") % {"limit": rule.orders_max})
    seen = {first.order_id}
    for case in cases:
        if case.shop_id != first.shop_id:
            raise _refused(_("%(case)s is of another shop.") % {"case": case.ref})
        if case.order_id in seen:
            raise _refused(_("%(case)s: its order is there already, each counts once.") % {"case": case.ref})
        seen.add(case.order_id)


def _check_new(type: str, cases: Sequence[Case], book: RuleBook, now: datetime) -> None:
    """Each must be a case for such an appeal, and take part in no other open one."""
    taken = open_types([case.pk for case in cases])
    openings = {found.case.pk: found for found in untimed(cases, book, now) if found.rule.code == type}
    for case in cases:
        if type in taken.get(case.pk, set()):
            raise _refused(_("%(case)s is part of another open appeal of this type.") % {"case": case.ref})
        opening = openings.get(case.pk)
        if opening is None or opening.reason:
            why = opening.reason if opening else _("Cases of this kind have no such appeal.")
            raise _refused(_("%(case)s: %(reason)s") % {"case": case.ref, "reason": why})


def _refused(message: _StrOrPromise) -> Unprocessable:
    return Unprocessable(message, fields={"cases": message})
