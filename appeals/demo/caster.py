"""Casts cases in moulds: as the services would have written them, without asking the services one by one.

The rows agree with the ledger: a fold of a cast case's events gives its deadlines, and its chain verifies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from aftersales.deadlines import Fact, fold
from aftersales.enums import EventType, Outcome, Source, State
from aftersales.facts import read_fact
from aftersales.models import Case, CaseEvent, Deadline, Direction, Order, Shipment
from aftersales.services.bulk import Stamp
from aftersales.services.clocks import settle, summarise
from aftersales.services.ledger import EventDraft
from aftersales.stalls import coming_stall
from appeals.demo.facts import CaseFacts, invent_facts
from appeals.demo.moulds import Mould, Moulds
from appeals.demo.people import AGENTS, LEAD, SHOPS
from appeals.demo.rows import Values, values_of
from appeals.demo.stories import issue_for
from appeals.demo.story import Does, Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftersales.deadlines import Clock
    from aftersales.selectors.policies import RuleBook

OPEN_SHARE = 0.10
OVERDUE_SHARE = 0.08  # of the open ones
SAME_ORDER_SHARE = 0.15
OLDEST_SECONDS = 180 * 24 * 3600
FIRST_NUMBER = 100_000_000_000  # told cases have numbers of other lengths
SWEPT_AFTER = timedelta(seconds=30)

Told = tuple[datetime, int | None, EventDraft]  # when it was learnt, whose word it is, the event


@dataclass(slots=True)
class Batch:
    """Rows that belong together."""

    orders: list[Order] = field(default_factory=list)
    parcels: dict[tuple[int, str, str], Shipment] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    events: list[CaseEvent] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    def values(self) -> list[Values]:
        tables = (self.orders, list(self.parcels.values()), self.cases, self.events, self.deadlines)
        return [values_of(rows) for rows in tables]


@dataclass(frozen=True, slots=True)
class Cast:
    """One case in the making."""

    mould: Mould
    facts: CaseFacts
    requested_at: datetime
    order_id: int
    owner: str


class Caster:
    """Knows the rows' numbers; asks no database, so that it can work in another process."""

    def __init__(
        self,
        *,
        seed: int,
        at: datetime,
        size: int,
        books: dict[str, RuleBook],
        shops: dict[str, int],
        people: dict[str, int],
        first_case: int,
        first_order: int,
    ) -> None:
        self.seed, self.at, self.size = seed, at, size
        self.books, self.shops, self.people = books, shops, people
        self.first_case, self.first_order = first_case, first_order
        self.moulds = Moulds(seed=seed, at=at, histories={name: book.history for name, book in books.items()})
        self.new_order, self.new_parcel = Stamp(Order), Stamp(Shipment)
        self.new_case, self.new_event, self.new_deadline = Stamp(Case), Stamp(CaseEvent), Stamp(Deadline)

    def batch(self, number: int, count: int) -> list[Values]:
        """The rows of the batch of this number, whatever was cast before; every batch but the last has `size` cases."""
        rng = Random(f"cast:{self.seed}:{number}")  # noqa: S311 - the same demo again; nothing here is a secret
        batch = Batch()
        cast: Cast | None = None
        for place in range(number * self.size, number * self.size + count):
            cast = self.begin(rng, batch, cast, place)
            self.finish(batch, cast, place)
        return batch.values()

    def begin(self, rng: Random, batch: Batch, last: Cast | None, place: int) -> Cast:
        mould, requested_at = self.choose(rng)
        issue = issue_for(rng, mould.kind)
        owner = rng.choice(AGENTS[mould.shop.code]) if mould.is_assigned else ""
        if last is not None and last.mould.shop is mould.shop and rng.random() < SAME_ORDER_SHARE:
            facts = last.facts.another(rng, kind=mould.kind, issue=issue)
            return Cast(mould, facts, requested_at, last.order_id, owner)
        facts = invent_facts(rng, shop=mould.shop, kind=mould.kind, issue=issue, requested_at=requested_at)
        order = self.new_order(
            id=self.first_order + place,
            shop_id=self.shops[facts.shop.code],
            platform_order_no=facts.order_no,
            buyer=facts.buyer,
            product=facts.product.name,
            sku=facts.sku,
            quantity=facts.quantity,
            amount=facts.order_amount,
        )
        batch.orders.append(order)
        return Cast(mould, facts, requested_at, order.id, owner)

    def choose(self, rng: Random) -> tuple[Mould, datetime]:
        """A mould, and when its case was requested: open cases mostly have time left, closed ones are long past."""
        is_open = rng.random() < OPEN_SHARE
        mould = self.moulds.choose(rng, rng.choice(SHOPS), is_open=is_open)
        if not is_open:
            return mould, self.at - mould.length - timedelta(seconds=rng.randint(3600, OLDEST_SECONDS))
        room = mould.room.total_seconds() if mould.room is not None else None
        if room is None:
            ended = rng.uniform(600, 8 * 24 * 3600)
        elif rng.random() < OVERDUE_SHARE:
            ended = max(room, 0) + rng.uniform(300, 30 * 3600)
        else:
            ended = rng.uniform(0, max(room, 600))
        return mould, self.at - mould.length - timedelta(seconds=round(ended))

    def finish(self, batch: Batch, cast: Cast, place: int) -> None:
        """A case with its events, clocks and parcels."""
        mould, facts, book = cast.mould, cast.facts, self.books[cast.facts.shop.platform]
        ended_at = cast.requested_at + mould.length
        case = self.new_case(
            id=self.first_case + place,
            shop_id=self.shops[facts.shop.code],
            order_id=cast.order_id,
            platform_case_no=str(FIRST_NUMBER + place),
            kind=mould.kind,
            state=mould.state,
            issue=facts.issue,
            reason=facts.reason,
            first_reason=facts.reason,
            refund_amount=facts.refund_amount,
            requested_at=cast.requested_at,
            closed_at=None if mould.is_open else ended_at,
            refunded_at=ended_at if mould.state == State.REFUNDED else None,
            assignee_id=self.people[cast.owner] if cast.owner else None,
            version=len(mould.moments) + 1,
        )
        told = list(self.told(cast))
        stalled = list(self.stalled(cast, told))
        told += stalled
        case.version += len(stalled)
        for _known, _by, draft in told:
            self.note(batch, case, draft)
        ledger = [Fact(draft.type, draft.at, draft.data) for _known, _by, draft in told]
        clocks = mould.clocks_from(cast.requested_at, book.history, ledger)
        if stalled:
            clocks = fold(ledger, book.history, mould.kind)
        rows = [(self.deadline(case, clock, book), clock) for clock in clocks]
        told += [missed for row, clock in rows for missed in self.outcome(case, row, clock)]
        batch.events += self.chain(case, sorted(told, key=lambda event: event[0]))
        batch.deadlines += [row for row, _clock in rows]
        summarise(case=case, rows=rows, facts=ledger, book=book)
        batch.cases.append(case)

    def told(self, cast: Cast) -> Iterator[Told]:
        requested_at = cast.requested_at
        yield (
            requested_at,
            None,
            EventDraft(EventType.REFUND_REQUESTED, requested_at, {}, Source.PLATFORM, "", State.PENDING),
        )
        actors = {Who.OWNER: cast.owner or AGENTS[cast.facts.shop.code][0], Who.LEAD: LEAD}
        for moment in cast.mould.moments:
            known, happened = requested_at + moment.known, requested_at + moment.happened
            is_assigned = moment.step.does == Does.ASSIGN
            data = {"to": cast.owner} if is_assigned else moment.data(cast.facts, known)
            actor = actors.get(moment.step.who)
            draft = EventDraft(moment.type, happened, data, moment.source, moment.from_state, moment.to_state)
            yield known, self.people[actor] if actor else None, draft

    def stalled(self, cast: Cast, told: list[Told]) -> Iterator[Told]:
        """What the sweep has found of an open case's parcel since: a mould does not know how long ago it was."""
        facts = [Fact(draft.type, draft.at, draft.data) for _known, _by, draft in told]
        history = self.books[cast.facts.shop.platform].history
        stall = coming_stall(facts, history, cast.mould.kind) if cast.mould.is_open else None
        if stall is not None and stall.at < self.at:
            said = read_fact(EventType.SHIPMENT_STALLED, {"last_scan_at": stall.last_scan_at})
            draft = EventDraft(EventType.SHIPMENT_STALLED, stall.at, said, Source.SYSTEM)
            yield min(stall.at + SWEPT_AFTER, self.at), None, draft

    def note(self, batch: Batch, case: Case, draft: EventDraft) -> None:
        """What the services keep of an event beside it: an amount that was agreed on, a parcel that it names."""
        if draft.data.get("amount"):
            case.refund_amount = Decimal(draft.data["amount"])
        number = draft.data.get("tracking_no")
        if number:
            direction = Direction.RETURN if draft.type == EventType.RETURN_SHIPPED else Direction.OUTBOUND
            key = (case.order_id, direction, number)
            if key not in batch.parcels:
                batch.parcels[key] = self.new_parcel(
                    order_id=case.order_id,
                    direction=direction,
                    tracking_no=number,
                    courier=draft.data.get("courier", ""),
                )

    def chain(self, case: Case, told: list[Told]) -> Iterator[CaseEvent]:
        """As services.ledger.chain does it, with its row's own hash; each event has a moment of its own."""
        for known, by, draft in told:
            event = self.new_event(
                case_id=case.pk,
                seq=case.ledger_seq + 1,
                type=draft.type,
                at=draft.at,
                recorded_at=known,
                actor_id=by,
                source=draft.source,
                from_state=draft.from_state,
                to_state=draft.to_state,
                data=draft.data,
                prev_hash=case.ledger_head,
            )
            event.hash = event.content_hash()
            case.ledger_seq, case.ledger_head = event.seq, event.hash
            yield event

    def deadline(self, case: Case, clock: Clock, book: RuleBook) -> Deadline:
        return self.new_deadline(
            case_id=case.pk,
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

    def outcome(self, case: Case, row: Deadline, clock: Clock) -> Iterator[Told]:
        """Settles a row; a breach is learnt by the sweep after it."""
        has_money = clock.rule.consequence.money == "refund_amount"
        money = (case.refund_amount or Decimal(0)) if has_money else Decimal(0)
        outcome = clock.outcome(self.at)
        for draft in settle(case=case, row=row, outcome=outcome, was=Outcome.RUNNING, money=money, now=self.at):
            yield min(row.due_at + SWEPT_AFTER, self.at), None, draft
