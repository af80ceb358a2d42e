"""Open an appeal and work on its draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aftersales.enums import EventType
from aftersales.errors import Unprocessable
from aftersales.permissions import check_case
from aftersales.selectors.policies import rule_book
from aftersales.services.facts import add_events
from aftersales.services.ledger import EventDraft
from aftersales.services.locks import lock_case
from appeals.claims import Claim, DraftChange, PieceChoice, amount_fault
from appeals.enums import ItemKind
from appeals.errors import AppealExists
from appeals.models import Appeal, AppealItem, AppealPiece
from appeals.selectors.parts import cases_of, chosen_pieces, claims_of
from appeals.selectors.reconsiderations import find_reconsideration
from appeals.selectors.rules import knows_type, rule_of
from appeals.selectors.slots import cases_evidence, usual_choice
from appeals.selectors.windows import find_window, open_types
from appeals.services.further_cases import write_further_cases
from appeals.services.locks import check_draft, check_version, lock_appeal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from aftersales.models import Case, User
    from aftersales.policy_appeals import AppealRule
    from aftersales.selectors.policies import RuleBook

LONGEST_DRAFT = 5000  # characters: a draft may be too long for the platform, but is no place for a book
LONGEST_CAPTION = 200


@transaction.atomic
def open_appeal(
    *,
    case: Case,
    type: str,
    by: User,
    now: datetime,
    change: DraftChange | None = None,
    source: str = "person",
    reconsiders: Appeal | None = None,
) -> Appeal:
    """Start a draft with all items whose amount is known and all proof of the case.

    Raises `NotAllowed`, `Unprocessable` (unknown type, faults of `change`), `CannotAppeal` (the window, the order, no
    reconsideration), `AppealExists`.
    """
    locked = lock_case(case.pk)
    check_case(by, locked)
    book = rule_book(locked.shop.platform)
    if not knows_type(book, type):
        message = _("This platform has no such type of appeal.")
        raise Unprocessable(message, fields={"type": message})
    found = find_reconsideration(reconsiders, book, now) if reconsiders else find_window(locked, type, book, now)
    if type in open_types([locked.pk]).get(locked.pk, set()):
        raise AppealExists(_("This case has an open appeal of this type already."))
    appeal = Appeal(
        case=locked,
        window=found.clock,
        policy_id=found.policy_id,
        reconsiders=reconsiders,
        type=type,
        opens_at=found.window.opens_at,
        closes_at=found.window.closes_at,
        opened_at=now,
        opened_by=by,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        raise AppealExists(_("This case has an open appeal of this type already.")) from error
    _write_items(appeal, _default_items(appeal, found.rule))
    _write_pieces(appeal, [PieceChoice(item.pk, item.caption) for item in usual_choice(cases_evidence([locked], book))])
    if change is not None:
        _apply(lock_appeal(appeal.pk, actor=by), change, book, now)
    about = {"appeal": str(appeal.pk), "appeal_type": type}
    if reconsiders is not None:
        about["reconsiders"] = str(reconsiders.pk)
    add_events(case=locked, drafts=[EventDraft(EventType.APPEAL_OPENED, now, about, source)], by=by, now=now)
    return Appeal.objects.get(pk=appeal.pk)


def _default_items(appeal: Appeal, rule: AppealRule) -> list[Claim]:
    """Every item that can be asked for without knowing more; freight waits for its amount."""
    claims = [Claim(kind, appeal.case.refund_amount if kind == ItemKind.PAYMENT.value else None) for kind in rule.items]
    return [claim for claim in claims if not amount_fault(claim.kind, claim.amount, appeal.case.refund_amount)]


@transaction.atomic
def update_appeal(
    *, appeal: Appeal, change: DraftChange, by: User, now: datetime, version: int | None = None
) -> Appeal:
    """Change a draft; saving what is already there changes nothing, whatever version the page had.

    Raises `NotAllowed`, `AppealFrozen`, `StaleAppeal` and `Unprocessable` with the fault of each field.
    """
    locked = lock_appeal(appeal.pk, actor=by)
    check_draft(locked)
    if _is_new(locked, change):
        check_version(locked, version)
        _apply(locked, change, rule_book(locked.case.shop.platform), now)
    return Appeal.objects.get(pk=locked.pk)


def _is_new(appeal: Appeal, change: DraftChange) -> bool:
    pieces = [(piece.item_id, piece.caption) for piece in chosen_pieces(appeal)]
    captions = dict(pieces)
    further = tuple(case.pk for case in cases_of(appeal)[1:])
    return (
        (change.further is not None and change.further != further)
        or (change.ground is not None and change.ground != appeal.ground)
        or (change.statement is not None and tidy(change.statement) != appeal.statement)
        or (change.items is not None and set(change.items) != set(claims_of(appeal)))
        or (
            change.pieces is not None and [(piece.item, _caption(piece, captions)) for piece in change.pieces] != pieces
        )
    )


def _apply(appeal: Appeal, change: DraftChange, book: RuleBook, now: datetime) -> None:
    rule = rule_of(appeal, book)
    before = {case.pk for case in cases_of(appeal)}
    if change.further is not None:
        appeal = write_further_cases(appeal, change.further, rule, book, now)
    evidence = cases_evidence(cases_of(appeal), book)
    allowed = {item.pk for item in evidence}
    faults = {
        **_ground_fault(change.ground, rule),
        **_statement_fault(change.statement),
        **_item_faults(appeal, change.items, rule),
        **_piece_fault(change.pieces, allowed),
    }
    if faults:
        raise Unprocessable(next(iter(faults.values())), fields=faults)
    if change.ground is not None:
        appeal.ground = change.ground
    if change.statement is not None:
        appeal.statement = tidy(change.statement)
    if change.items is not None:
        _write_items(appeal, change.items)
    if change.further is not None and change.pieces is None:
        kept = [PieceChoice(piece.item_id, piece.caption) for piece in appeal.pieces.all() if piece.item_id in allowed]
        # An order that is added brings its proof.
        new = [PieceChoice(item.pk, item.caption) for item in usual_choice(evidence) if item.case_id not in before]
        _write_pieces(appeal, [*kept, *new])
    if change.pieces is not None:
        captions = {piece.item_id: piece.caption for piece in appeal.pieces.all()}
        _write_pieces(appeal, [PieceChoice(piece.item, _caption(piece, captions)) for piece in change.pieces])
    appeal.version += 1
    appeal.changed_at = now
    appeal.save(update_fields=["ground", "statement", "version", "changed_at"])


def tidy(statement: str) -> str:
    """Without white space at the ends; a browser's line ends count as one character."""
    return statement.replace("\r\n", "\n").strip()


def _caption(piece: PieceChoice, known: dict[UUID, str]) -> str:
    """What was said of the piece, or what it was called before."""
    return known.get(piece.item, "") if piece.caption is None else piece.caption.strip()


Faults = dict[str, Any]


def _ground_fault(ground: str | None, rule: AppealRule) -> Faults:
    if not ground or ground in {known.code for known in rule.grounds}:
        return {}
    return {"ground": _("This type of appeal has no such ground.")}


def _statement_fault(statement: str | None) -> Faults:
    if statement is None:
        return {}
    if "\0" in statement:
        return {"statement": _("The text holds a character that cannot be kept.")}
    return {"statement": _("This is too long.")} if len(tidy(statement)) > LONGEST_DRAFT else {}


def _item_faults(appeal: Appeal, items: tuple[Claim, ...] | None, rule: AppealRule) -> Faults:
    faults: dict[str, _StrOrPromise] = {}
    kinds = [claim.kind for claim in items or ()]
    for claim in items or ():
        if claim.kind not in rule.items:
            faults["items"] = _("This type of appeal has no such item.")
        elif kinds.count(claim.kind) > 1:
            faults["items"] = _("Each item counts once.")
        elif fault := amount_fault(claim.kind, claim.amount, appeal.case.refund_amount):
            faults[f"amount_{claim.kind}"] = f"{ItemKind(claim.kind).label}: {fault}"
    return faults


def _piece_fault(pieces: tuple[PieceChoice, ...] | None, allowed: set[UUID]) -> Faults:
    if pieces is None:
        return {}
    items = [piece.item for piece in pieces]
    if not allowed.issuperset(items):
        return {"pieces": _("A piece of proof was withdrawn, or is not of this case: reload the page.")}
    if len(set(items)) < len(items):
        return {"pieces": _("Each piece counts once.")}
    captions = [piece.caption or "" for piece in pieces]
    if any("\0" in caption for caption in captions):
        return {"pieces": _("The text holds a character that cannot be kept.")}
    return {"pieces": _("A caption is too long.")} if any(len(text) > LONGEST_CAPTION for text in captions) else {}


def _write_items(appeal: Appeal, items: Sequence[Claim]) -> None:
    AppealItem.objects.filter(appeal=appeal).delete()
    AppealItem.objects.bulk_create(AppealItem(appeal=appeal, kind=claim.kind, amount=claim.amount) for claim in items)


def _write_pieces(appeal: Appeal, pieces: Sequence[PieceChoice]) -> None:
    AppealPiece.objects.filter(appeal=appeal).delete()
    AppealPiece.objects.bulk_create(
        AppealPiece(appeal=appeal, item_id=piece.item, caption=piece.caption or "", position=place)
        for place, piece in enumerate(pieces, start=1)
    )
