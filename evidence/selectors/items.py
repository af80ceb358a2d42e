"""Find pieces of proof, and what a reader should know of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from aftersales.models import Case
from aftersales.slot_states import Doubt
from evidence.checks import FileWarning
from evidence.errors import EvidenceNotFound
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from aftersales.models import ApiToken, User

MOST_LOOKED_AT = 200  # a shop's own standard picture may be in thousands of cases
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class ItemWarning:
    code: str
    message: _StrOrPromise


def find_item(pk: str | UUID, *, user: User, token: ApiToken | None = None) -> EvidenceItem:
    """Raises `EvidenceNotFound` also for proof of a case that the reader may not see."""
    items = EvidenceItem.objects.visible_to(user, token).select_related(
        "case__shop", "case__order", "added_by", "withdrawn_by"
    )
    try:
        found = items.filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None:
        raise EvidenceNotFound(_("There is no such proof among the cases of your shops."))
    return found


def item_warnings(
    items: Sequence[EvidenceItem], *, user: User, token: ApiToken | None = None
) -> dict[UUID, list[ItemWarning]]:
    """What to look at again in each piece, by its id: the checks' words, and where else the same file is used."""
    elsewhere = _used_elsewhere(items, user, token)
    found: dict[UUID, list[ItemWarning]] = {}
    for item in items:
        warnings = [ItemWarning(code, FileWarning(code).label) for code in item.warnings]
        if item.withdrawn_at is None and item.pk in elsewhere:
            warnings.append(ItemWarning(Doubt.USED_ELSEWHERE.value, elsewhere[item.pk]))
        found[item.pk] = warnings
    return found


def _used_elsewhere(items: Sequence[EvidenceItem], user: User, token: ApiToken | None) -> dict[UUID, _StrOrPromise]:
    """For pieces whose content proves something in a case of another order too; withdrawn uses do not count.

    Cases of the same order share their proof rightly. A case that the reader may not see is not named.
    """
    hashes = {item.sha256 for item in items}
    uses = EvidenceItem.objects.kept().filter(sha256__in=hashes).order_by("-added_at")
    rows = list(uses.values_list("sha256", "case_id", "case__order_id")[:MOST_LOOKED_AT])
    orders = {order_id for _sha256, _case_id, order_id in rows}
    if len(orders) < 2:  # noqa: PLR2004 - all uses are of one order
        return {}
    cases = {case_id for _sha256, case_id, _order_id in rows}
    named = {case.pk: case.ref for case in Case.objects.visible_to(user, token).filter(pk__in=cases).only("pk")}
    by_hash: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for sha256, case_id, order_id in rows:
        by_hash[sha256].append((case_id, order_id))
    found: dict[UUID, _StrOrPromise] = {}
    for item in items:
        others = {case_id for case_id, order_id in by_hash[item.sha256] if order_id != item.case.order_id}
        if others:
            found[item.pk] = _words(sorted(named[case_id] for case_id in others if case_id in named))
    return found


def _words(refs: list[str]) -> _StrOrPromise:
    if not refs:
        return _("The same file is proof in another case too. Check that it belongs here.")
    names = ", ".join(refs[:MOST_NAMED]) + ("…" if len(refs) > MOST_NAMED else "")
    return format_lazy(_("The same file is proof in {cases} too. Check that it belongs here."), cases=names)
