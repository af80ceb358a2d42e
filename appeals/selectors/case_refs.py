"""Find a case by what a person has at hand: its ref, or its order's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aftersales.errors import NotFound
from aftersales.models import Case
from aftersales.selectors.case_detail import find_case

if TYPE_CHECKING:
    from aftersales.models import User


def find_case_by_any_number(number: str, *, user: User) -> Case:
    """The case of this ref, or the newest of this order or platform number. Raises `NotFound`, which names it."""
    try:
        return find_case(number, user=user)
    except NotFound:
        cases = Case.objects.visible_to(user)
    found = (
        cases.filter(order__platform_order_no=number).order_by("-requested_at").first()
        or cases.filter(platform_case_no=number).order_by("-requested_at").first()
    )
    if found is None:
        raise NotFound(_("%(number)s: no case or order of your shops has this number.") % {"number": number})
    return found
