"""The ledger of what was handed in, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aftersales.selectors.policies import rule_books
from aftersales.selectors.wording import words
from appeals.enums import AppealState, ItemKind, ItemOutcome
from appeals.models import Appeal
from appeals.results import Decided, SlotTally, Tally, by_ground, by_slot, by_type
from appeals.selectors.appeals import ITEM_TONES, STATE_TONES, ItemResult, asked_money, won_money
from appeals.selectors.dossiers import wanted_slots
from appeals.selectors.parts import cases_of, loaded
from appeals.selectors.rules import pack_of, rule_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftersales.models import User
    from aftersales.selectors.policies import RuleBook
    from appeals.querysets import AppealQuerySet

DECIDED = (AppealState.WON, AppealState.PARTLY_WON, AppealState.LOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """`since` is included, `until` is not; both are about the moment of handing in."""

    since: datetime | None = None
    until: datetime | None = None
    shop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One line of the ledger; `version` and `sha256` are those of the packet that was handed in."""

    pk: str
    number: str
    type_label: str
    ground_label: str
    state_label: str
    state_tone: str
    case_refs: list[str]
    shop_name: str
    submitted_at: datetime | None
    submitted_by: str
    version: int | None
    sha256: str
    platform_appeal_no: str
    items: list[ItemResult]
    asked: Decimal
    won: Decimal | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Each list by what it counts, in the reader's words."""

    types: list[tuple[str, Tally]]
    grounds: list[tuple[str, Tally]]
    slots: list[tuple[str, SlotTally]]


def submissions(asked: SubmissionFilter, *, user: User) -> AppealQuerySet:
    """What was handed in, also what was taken back or ended since; the newest first."""
    found = Appeal.objects.visible_to(user).filter(submitted_at__isnull=False)
    if asked.since:
        found = found.filter(submitted_at__gte=asked.since)
    if asked.until:
        found = found.filter(submitted_at__lt=asked.until)
    if asked.shop:
        found = found.filter(case__shop__code=asked.shop)
    return found.order_by("-submitted_at", "-pk")


def submission_rows(appeals: Sequence[Appeal]) -> list[Submission]:
    """The appeals come from `loaded`."""
    books = _books(appeals)
    return [_row(appeal, books[appeal.case.shop.platform]) for appeal in appeals]


def _row(appeal: Appeal, book: RuleBook) -> Submission:
    filed = appeal.filed_packet
    return Submission(
        pk=str(appeal.pk),
        number=appeal.number,
        type_label=words(rule_of(appeal, book).name),
        ground_label=_ground_label(appeal, book),
        state_label=str(AppealState(appeal.state).label),
        state_tone=STATE_TONES[appeal.state],
        case_refs=[case.ref for case in cases_of(appeal)],
        shop_name=appeal.case.shop.name,
        submitted_at=appeal.submitted_at,
        submitted_by=appeal.submitted_by.display_name if appeal.submitted_by else "",
        version=filed.appeal_version if filed else None,
        sha256=filed.sha256 if filed else "",
        platform_appeal_no=appeal.platform_appeal_no,
        items=[
            ItemResult(
                label=str(ItemKind(item.kind).label),
                outcome_label=str(ItemOutcome(item.outcome).label) if item.outcome else "",
                outcome_tone=ITEM_TONES[item.outcome],
            )
            for item in appeal.items.all()
        ],
        asked=asked_money(appeal),
        won=won_money(appeal),
        decided_at=appeal.ended_at if appeal.state in DECIDED else None,
    )


def _ground_label(appeal: Appeal, book: RuleBook) -> str:
    ground = next((ground for ground in rule_of(appeal, book).grounds if ground.code == appeal.ground), None)
    return words(ground.name) if ground else appeal.ground


def _books(appeals: Sequence[Appeal]) -> dict[str, RuleBook]:
    return rule_books(sorted({appeal.case.shop.platform for appeal in appeals}))


def win_rates(appeals: AppealQuerySet) -> Rates:
    """Of those that were decided. A fixed number of queries."""
    found = list(loaded(appeals.filter(state__in=DECIDED)))
    books = _books(found)
    labels: dict[str, str] = {}
    decided = []
    for appeal in found:
        book = books[appeal.case.shop.platform]
        wanted = wanted_slots(appeal, book)
        held = {piece.item.slot for piece in appeal.pieces.all()}
        labels[appeal.type] = words(rule_of(appeal, book).name)
        labels[f"{appeal.type}.{appeal.ground}"] = _ground_label(appeal, book)
        labels |= {f"slot.{slot.code}": words(slot.name) for slot in pack_of(appeal, book).slot}
        decided.append(
            Decided(
                type=appeal.type,
                ground=appeal.ground,
                state=appeal.state,
                asked=asked_money(appeal),
                won=won_money(appeal) or Decimal(0),
                slots={slot.code: slot.code in held for slot in wanted},
            )
        )
    return Rates(
        types=_most_first((labels[type], tally) for type, tally in by_type(decided).items()),
        grounds=_most_first(
            (_("%(type)s: %(ground)s") % {"type": labels[type], "ground": labels[f"{type}.{ground}"]}, tally)
            for (type, ground), tally in by_ground(decided).items()
        ),
        slots=sorted(
            ((labels[f"slot.{slot}"], tally) for slot, tally in by_slot(decided).items()),
            key=lambda row: (-row[1].filled.decided - row[1].empty.decided, row[0]),
        ),
    )


def _most_first(rows: Iterable[tuple[str, Tally]]) -> list[tuple[str, Tally]]:
    return sorted(rows, key=lambda row: (-row[1].decided, row[0]))
