"""Whether a lost appeal may be looked at once more, and what its proof must differ from (复议, 2B)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from aftersales.enums import ClockKind
from aftersales.models import Deadline
from appeals.enums import AppealState, WindowState
from appeals.errors import CannotAppeal
from appeals.models import Appeal, AppealPiece
from appeals.selectors.parts import cases_of, chosen_pieces
from appeals.selectors.rules import rule_of
from appeals.selectors.windows import CaseWindow, window_of
from evidence.models import EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftersales.selectors.policies import RuleBook

ENDED_UNTRIED = (AppealState.WITHDRAWN, AppealState.EXPIRED)


def find_reconsideration(lost: Appeal, book: RuleBook, at: datetime) -> CaseWindow:
    """Where the reconsideration of a lost appeal is filed. Raises `CannotAppeal` with the reason.

    It has the time that the platform reports for it, if it reported one after the decision; else none is stated.
    """
    rule = rule_of(lost, book)
    clock = (
        Deadline.objects.filter(case_id=lost.case_id, rule=rule.window, clock=ClockKind.WINDOW)
        .filter(started_at__gte=lost.ended_at)
        .order_by("-number")
        .first()
        if rule.window and lost.ended_at
        else None
    )
    window = window_of(clock)
    reason = _refusal(lost, is_reconsidered=rule.is_reconsidered)
    if not reason and window.state(at) != WindowState.NOT_YET:
        reason = window.reason(at)
    if reason:
        raise CannotAppeal(reason)
    policy_id = clock.policy_id if clock else lost.policy_id
    return CaseWindow(
        case=lost.case,
        clock=clock,
        policy_id=policy_id,
        rule=rule,
        window=window,
        gate=None,
        reason="",
        has_open_appeal=False,
    )


def _refusal(lost: Appeal, *, is_reconsidered: bool) -> str:
    if not is_reconsidered:
        return _("The platform looks at this type of appeal once only.")
    if lost.reconsiders_id:
        return _("This was the reconsideration already: there is no further one.")
    if lost.state not in (AppealState.LOST, AppealState.PARTLY_WON):
        return _("Only an appeal that was lost is reconsidered.")
    if Appeal.objects.filter(reconsiders=lost).exclude(state__in=ENDED_UNTRIED).exists():
        return _("Its reconsideration was opened already.")
    return ""


def can_reconsider(appeal: Appeal, book: RuleBook, at: datetime) -> bool:
    try:
        find_reconsideration(appeal, book, at)
    except CannotAppeal:
        return False
    return True


def new_pieces(appeals: Sequence[Appeal]) -> dict[UUID, int]:
    """How many pieces of each reconsideration the lost appeal had not shown, by the appeal's id.

    A piece that was turned, cropped or blacked out from one that was shown is the same proof. The appeals come from
    `loaded`.
    """
    wanted = [appeal for appeal in appeals if appeal.reconsiders_id]
    if not wanted:
        return {}
    cases = {case.pk for appeal in wanted for case in cases_of(appeal)}
    rows = EvidenceItem.objects.filter(case__in=cases).values_list("pk", "derived_from", "sha256")
    origins = {pk: (derived_from, sha256) for pk, derived_from, sha256 in rows}
    shown = dict[UUID, set[str]]()
    pieces = AppealPiece.objects.filter(appeal__in=[appeal.reconsiders_id for appeal in wanted])
    for lost, item in pieces.values_list("appeal_id", "item_id"):
        shown.setdefault(lost, set()).add(_root(item, origins))
    return {
        appeal.pk: sum(
            _root(piece.item_id, origins) not in shown.get(appeal.reconsiders_id, set())
            for piece in chosen_pieces(appeal)
        )
        for appeal in wanted
        if appeal.reconsiders_id
    }


def _root(item: UUID, origins: dict[UUID, tuple[UUID | None, str]]) -> str:
    """The hash of the file that a piece was made from in the end."""
    derived_from, sha256 = origins[item]
    while derived_from is not None and derived_from in origins:
        derived_from, sha256 = origins[derived_from]
    return sha256
