"""Hand an appeal in, take it back, record what the platform decided, and end drafts whose window has closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from aftersales.enums import EventType, Source
from aftersales.errors import Conflict, Unprocessable
from aftersales.models import Shop
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from appeals.claims import LARGEST
from appeals.enums import AppealState, ItemKind, ItemOutcome
from appeals.errors import NotReady
from appeals.models import Appeal, AppealPiece
from appeals.permissions import check_withdraw
from appeals.readiness import blocking
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import cases_of, chosen_pieces
from appeals.services.locks import check_draft, check_version, lock_appeal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from aftersales.models import User
    from appeals.models import AppealItem


@dataclass(frozen=True, slots=True)
class Result:
    """What the platform decided of one item; `amount_won` only where money was asked for and won."""

    outcome: str
    amount_won: Decimal | None = None


@transaction.atomic
def submit_appeal(
    *,
    appeal: Appeal,
    by: User,
    now: datetime,
    version: int | None = None,
    platform_appeal_no: str = "",
    source: str = Source.PERSON,
) -> Appeal:
    """Hand it in: the list of proof and the packet are frozen, the window's clock stops.

    Raises `NotAllowed`, `AppealFrozen`, `StaleAppeal`, and `NotReady` with the reason of each check that fails.
    """
    locked = lock_appeal(appeal.pk, actor=by)
    check_draft(locked)
    check_version(locked, version)
    # Two of a shop's appeals at once would both see the last place of a quota.
    Shop.objects.select_for_update(no_key=True).get(pk=locked.case.shop_id)
    standing = standing_of(locked, now)
    failed = blocking(standing.checks)
    if failed:
        raise NotReady(failed[0].reason, fields={check.code: check.reason for check in failed})
    _freeze_pieces(locked)
    locked.submit()
    locked.submitted_at, locked.submitted_by = now, by
    locked.filed_packet = standing.fileable
    locked.platform_appeal_no = platform_appeal_no
    _save(locked)
    said = {"packet_sha256": standing.fileable.sha256 if standing.fileable else ""}
    _record(locked, EventType.APPEAL_SUBMITTED, at=now, by=by, now=now, said=said, source=source)
    return locked


def _freeze_pieces(appeal: Appeal) -> None:
    chosen = chosen_pieces(appeal)
    appeal.pieces.exclude(pk__in=[piece.pk for piece in chosen]).delete()
    for piece in chosen:
        piece.frozen_sha256 = piece.item.sha256
    AppealPiece.objects.bulk_update(chosen, ["frozen_sha256"])


@transaction.atomic
def withdraw_appeal(
    *,
    appeal: Appeal,
    by: User,
    now: datetime,
    version: int | None = None,
    reason: str = "",
    source: str = Source.PERSON,
) -> Appeal:
    """Drop a draft, or take back what was handed in. Raises `NotAllowed`, `StaleAppeal`, `Conflict` (it has ended)."""
    locked = lock_appeal(appeal.pk, actor=by)
    if not can_proceed(locked.withdraw):
        raise Conflict(_("This appeal has ended: there is nothing to take back."), code="appeal_ended")
    check_withdraw(by, locked)
    check_version(locked, version)
    locked.withdraw()
    locked.ended_at = now
    _save(locked)
    said = {"reason": reason} if reason else {}
    _record(locked, EventType.APPEAL_WITHDRAWN, at=now, by=by, now=now, said=said, source=source)
    return locked


@transaction.atomic
def record_outcome(
    *,
    appeal: Appeal,
    results: Mapping[str, Result],
    by: User,
    at: datetime,
    now: datetime,
    version: int | None = None,
    platform_appeal_no: str = "",
    source: str = Source.PERSON,
) -> Appeal:
    """Record what the platform decided at `at` of every item, by its kind; of an appeal without items, under "".

    Raises `NotAllowed`, `StaleAppeal`, `Conflict` (not submitted) and `Unprocessable` (an item without a result,
    PD-25; more won than was asked for; a moment before the submission or in the future).
    """
    locked = lock_appeal(appeal.pk, actor=by)
    if not can_proceed(locked.record_outcome):
        raise Conflict(_("Only a submitted appeal has a result."), code="not_submitted")
    check_version(locked, version)
    items = {item.kind: item for item in locked.items.all()}
    _check_results(items, results)
    if locked.submitted_at and at < locked.submitted_at:
        message = _("The result cannot be older than the submission.")
        raise Unprocessable(message, fields={"at": message})
    outcome = outcome_of({result.outcome for result in results.values()})
    for kind, item in items.items():
        item.outcome, item.amount_won = results[kind].outcome, results[kind].amount_won
        item.save(update_fields=["outcome", "amount_won"])
    locked.record_outcome(outcome)
    locked.ended_at = at
    locked.platform_appeal_no = platform_appeal_no or locked.platform_appeal_no
    _save(locked)
    said = {"outcome": outcome, "items": {kind: result.outcome for kind, result in results.items() if kind}}
    _record(locked, EventType.APPEAL_DECIDED, at=at, by=by, now=now, said=said, source=source)
    return locked


def outcome_of(outcomes: set[str]) -> str:
    """Won or lost when all items are, else partly won."""
    if outcomes == {ItemOutcome.WON.value}:
        return AppealState.WON.value
    return AppealState.LOST.value if outcomes == {ItemOutcome.LOST.value} else AppealState.PARTLY_WON.value


def _check_results(items: Mapping[str, AppealItem], results: Mapping[str, Result]) -> None:
    faults: dict[str, Any] = {}
    for kind in items or [""]:
        result = results.get(kind)
        if result is None or result.outcome not in ItemOutcome.values:
            faults[f"outcome_{kind}" if kind else "outcome"] = _("Say how it was decided: wait until all items are.")
    for kind in results.keys() - (items.keys() or {""}):
        faults["items"] = _("The appeal has no such item: {kind}.").format(kind=kind)
    for kind, item in items.items():
        won = results[kind].amount_won if kind in results else None
        if won is None:
            continue
        if kind == ItemKind.LIABILITY or results[kind].outcome != ItemOutcome.WON:
            faults[f"amount_won_{kind}"] = _("No money was won here.")
        elif not won.is_finite() or not 0 < won <= (item.amount or LARGEST):
            faults[f"amount_won_{kind}"] = _("More than zero, and at most what was asked for.")
    if faults:
        raise Unprocessable(next(iter(faults.values())), fields=faults)


def expire_appeals(*, now: datetime) -> int:
    """End the drafts whose window had closed before `now`; each is dated by its window's end, however late this runs.

    Returns how many were ended.
    """
    due = Appeal.objects.drafts().filter(window__due_at__lt=now).order_by("window__due_at", "pk")
    return sum(_expire(appeal, now) for appeal in due.only("pk"))


@transaction.atomic
def _expire(appeal: Appeal, now: datetime) -> bool:
    """Looks again under the lock: it may have been handed in meanwhile, or its window moved."""
    locked = lock_appeal(appeal.pk, actor=None)
    if not locked.is_draft or locked.window is None or locked.window.due_at >= now:
        return False
    closed_at = locked.window.due_at
    locked.expire()
    locked.ended_at = closed_at
    _save(locked)
    _record(locked, EventType.APPEAL_EXPIRED, at=closed_at, by=None, now=now, said={}, source=Source.SYSTEM)
    return True


def _save(appeal: Appeal) -> None:
    appeal.version += 1
    appeal.save()


def _record(
    appeal: Appeal, type: EventType, *, at: datetime, by: User | None, now: datetime, said: dict[str, Any], source: str
) -> None:
    about = {"appeal": str(appeal.pk), "appeal_type": appeal.type, **said}
    for case in cases_of(appeal):
        add_events(case=case, drafts=[EventDraft(type, at, about, source)], by=by, now=now)
