"""Casts cases in bulk: as the services would have written them, without asking them one by one.

The rows agree with the ledger: a fold of a cast case's events gives its deadlines, and its chain verifies.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from aftersales.deadlines import Fact
from aftersales.enums import EventType, Outcome, Source, State
from aftersales.models import Case, Deadline, Order
from aftersales.selectors.policies import rule_books
from aftersales.services.clocks import settle, summarise
from aftersales.services.ledger import EventDraft, chain
from aftersales.states import CLOSED_STATES
from appeals.demo.facts import invent_facts
from appeals.demo.moulds import Mould, make_moulds
from appeals.demo.people import AGENTS, SHOPS
from appeals.demo.rows import Batch, first_free, insert, reset_sequences
from appeals.demo.stories import issue_for
from appeals.demo.story import Does, Who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from aftersales.deadlines import Clock
    from aftersales.models import User
    from aftersales.selectors.policies import RuleBook
    from appeals.demo.cast import Cast
    from appeals.demo.facts import CaseFacts

BATCH = 1000
OPEN_SHARE = 0.10
OVERDUE_SHARE = 0.08  # of the open ones
UNASSIGNED_SHARE = 0.15
SAME_ORDER_SHARE = 0.05
OLDEST_HOURS = 180 * 24
FIRST_NUMBER = 100_000_000_000  # told cases have shorter or longer numbers
SWEPT_AFTER = timedelta(seconds=30)
DESK = None


def cast_cases(*, cast: Cast, cases: int, seed: int, at: datetime, progress: Callable[[int], None]) -> None:
    """So many cases beside those that are there, each batch in a transaction of its own."""
    if cases <= 0:
        return
    caster = Caster(cast=cast, seed=seed, at=at)
    for done in range(0, cases, BATCH):
        with transaction.atomic():
            insert(caster.batch(done // BATCH, min(BATCH, cases - done)))
        progress(min(done + BATCH, cases))
    reset_sequences()


class Caster:
    """Makes rows; keeps the numbers that rows will have."""

    def __init__(self, *, cast: Cast, seed: int, at: datetime) -> None:
        self.people, self.shops, self.lead = cast.people, cast.shops, cast.lead
        self.seed, self.at = seed, at
        self.books = rule_books(sorted({shop.platform for shop in SHOPS}))
        moulds = make_moulds(seed=seed, at=at, histories={name: book.history for name, book in self.books.items()})
        self.open = [mould for mould in moulds if mould.is_open]
        self.closed = [mould for mould in moulds if not mould.is_open]
        self.often = [mould.often for mould in self.closed]
        self.next_case, self.next_order = first_free(Case), first_free(Order)
        self.number = 0

    def batch(self, number: int, count: int) -> Batch:
        rng = Random(f"bulk:{self.seed}:{number}")  # noqa: S311 - the same demo again; nothing here is a secret
        batch = Batch()
        last: tuple[Order, CaseFacts] | None = None
        for _case in range(count):
            last = self.cast(rng, batch, last)
        return batch

    def choose(self, rng: Random) -> tuple[Mould, datetime]:
        """A mould, and when its case was requested: open cases mostly have time left, closed ones are long past."""
        if rng.random() >= OPEN_SHARE:
            mould = rng.choices(self.closed, self.often)[0]
            return mould, self.at - mould.length - timedelta(seconds=rng.randint(3600, OLDEST_HOURS * 3600))
        mould = rng.choice(self.open)
        room = mould.room
        if room is None:
            ended = rng.uniform(600, 8 * 24 * 3600)
        elif rng.random() < OVERDUE_SHARE:
            ended = max(room.total_seconds(), 0) + rng.uniform(300, 30 * 3600)
        else:
            ended = rng.uniform(0, max(room.total_seconds(), 600))
        return mould, self.at - mould.length - timedelta(seconds=round(ended))

    def cast(self, rng: Random, batch: Batch, last: tuple[Order, CaseFacts] | None) -> tuple[Order, CaseFacts]:
        mould, requested_at = self.choose(rng)
        issue = issue_for(rng, mould.kind)
        if last is not None and last[1].shop is mould.shop and rng.random() < SAME_ORDER_SHARE * len(SHOPS):
            order, facts = last[0], last[1].another(rng, kind=mould.kind, issue=issue)
        else:
            facts = invent_facts(rng, shop=mould.shop, kind=mould.kind, issue=issue, requested_at=requested_at)
            order = self.order(facts)
            batch.orders.append(order)
        owner = None
        if mould.is_assigned or (mould.is_open and rng.random() >= UNASSIGNED_SHARE):
            owner = self.people[rng.choice(AGENTS[mould.shop.code])]
        self.case(batch, mould, requested_at, facts, order, owner)
        return order, facts

    def order(self, facts: CaseFacts) -> Order:
        self.next_order += 1
        return Order(
            pk=self.next_order - 1,
            shop=self.shops[facts.shop.code],
            platform_order_no=facts.order_no,
            buyer=facts.buyer,
            product=facts.product.name,
            sku=facts.sku,
            quantity=facts.quantity,
            amount=facts.order_amount,
        )

    def case(
        self,
        batch: Batch,
        mould: Mould,
        requested_at: datetime,
        facts: CaseFacts,
        order: Order,
        owner: User | None,
    ) -> None:
        ended_at = requested_at + mould.length
        is_closed = mould.state in CLOSED_STATES
        self.number += 1
        self.next_case += 1
        case = Case(
            pk=self.next_case - 1,
            shop=self.shops[facts.shop.code],
            order=order,
            platform_case_no=f"{FIRST_NUMBER + self.number}",
            kind=mould.kind,
            state=mould.state,
            issue=facts.issue,
            reason=facts.reason,
            first_reason=facts.reason,
            refund_amount=facts.refund_amount,
            requested_at=requested_at,
            closed_at=ended_at if is_closed else None,
            refunded_at=ended_at if mould.state == State.REFUNDED else None,
            assignee=owner if mould.is_assigned else None,
            version=len(mould.moments) + 1,
        )
        told = list(self.drafts(mould, requested_at, facts, owner))
        for _known, _by, draft in told:
            if draft.data.get("amount"):
                case.refund_amount = Decimal(draft.data["amount"])
            if draft.data.get("tracking_no"):
                batch.parcel(order, draft)
        book = self.books[facts.shop.platform]
        ledger = [Fact(draft.type, draft.at, draft.data) for _known, _by, draft in told]
        clocks = mould.clocks_from(requested_at, book.history, ledger)
        rows = [(self.deadline(case, clock, book), clock) for clock in clocks]
        told += [found for row, clock in rows for found in self.outcome(case, row, clock)]
        told.sort(key=lambda entry: entry[0])
        for known, by, draft in told:
            batch.events += chain(case=case, drafts=[draft], by=by, now=known)
        summarise(case=case, rows=rows, facts=ledger, book=book)
        batch.cases.append(case)
        batch.deadlines += [row for row, _clock in rows]

    def drafts(
        self, mould: Mould, requested_at: datetime, facts: CaseFacts, owner: User | None
    ) -> Iterator[tuple[datetime, User | None, EventDraft]]:
        """When each event was learnt, from whom, and the event."""
        requested = EventDraft(EventType.REFUND_REQUESTED, requested_at, {}, Source.PLATFORM, "", State.PENDING)
        yield requested_at, DESK, requested
        for moment in mould.moments:
            known, happened = requested_at + moment.known, requested_at + moment.happened
            if moment.step.does == Does.ASSIGN:
                data = {"to": owner.username if owner else ""}
            else:
                data = moment.data(facts, known)
            by = {Who.OWNER: owner, Who.LEAD: self.lead}.get(moment.step.who)
            yield known, by, EventDraft(moment.type, happened, data, moment.source, moment.from_state, moment.to_state)

    def deadline(self, case: Case, clock: Clock, book: RuleBook) -> Deadline:
        return Deadline(
            case=case,
            rule=clock.rule.code,
            policy_id=book.ids[clock.policy_version],
            subject=clock.subject,
            number=clock.number,
            clock=clock.rule.clock,
            party=clock.party,
            started_at=clock.started_at,
            started_by=clock.started_by,
            due_at=clock.due_at,
            due_source=clock.due_source,
            computed_due_at=clock.computed_due_at,
            stopped_at=clock.stopped_at,
            cancelled_at=clock.cancelled_at,
        )

    def outcome(self, case: Case, row: Deadline, clock: Clock) -> Iterator[tuple[datetime, User | None, EventDraft]]:
        """Settles a row; a breach is learnt by the sweep after it."""
        has_money = clock.rule.consequence.money == "refund_amount"
        money = (case.refund_amount or Decimal(0)) if has_money else Decimal(0)
        for draft in settle(
            case=case, row=row, outcome=clock.outcome(self.at), was=Outcome.RUNNING, money=money, now=self.at
        ):
            yield min(row.due_at + SWEPT_AFTER, self.at), DESK, draft
