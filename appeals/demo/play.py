"""Plays stories through the services, in the order in which everything happened, as if each moment were now."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftersales.enums import Outcome, Source
from aftersales.facts import read_fact
from aftersales.models import Case
from aftersales.services.breaches import record_cause
from aftersales.services.cases import NewCase, assign_case, note_visit, open_case
from aftersales.services.facts import record_events
from aftersales.services.ledger import EventDraft
from aftersales.services.stalls import record_stalls
from aftersales.services.sweep import sweep_deadlines
from aftersales.services.transitions import take_transition
from appeals.claims import DraftChange
from appeals.demo.people import AGENTS
from appeals.demo.pictures import Picture
from appeals.demo.story import SOURCES, Does, Step, Story, Who, said
from appeals.enums import ItemKind, ItemOutcome
from appeals.models import Appeal
from appeals.services.drafts import open_appeal
from appeals.services.filing import Result, expire_appeals, record_outcome, submit_appeal, withdraw_appeal
from appeals.services.packets import create_packet, run_packet
from evidence.selectors.slots import slot_rule
from evidence.services.derivations import derive_evidence
from evidence.services.uploads import add_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from aftersales.models import User
    from appeals.demo.cast import Cast
    from appeals.demo.studio import Studio

SWEPT_EVERY = timedelta(hours=4)  # of the story; a worker's minute would take too long here


class Play:
    """One performance of the stories on an empty stage."""

    def __init__(self, *, cast: Cast, at: datetime, studio: Studio) -> None:
        self.cast = cast
        self.at = at
        self.studio = studio
        self.cases: dict[int, Case] = {}
        self.appeals: dict[int, Appeal] = {}
        self.next_sweep_at = at - timedelta(days=365)

    def perform(self, stories: Sequence[Story]) -> None:
        """Between the steps the desk sweeps up what has fallen due, as its worker does."""
        script = [(self.at - story.requested, number, 0, None) for number, story in enumerate(stories)]
        moves = [
            (moment, number, place, step)
            for number, story in enumerate(stories)
            for place, (moment, step) in enumerate(story.moments(self.at), start=1)
        ]
        for moment, number, _place, step in sorted([*script, *moves], key=lambda move: move[:3]):
            if moment >= self.next_sweep_at:
                self.sweep(moment)
            story = stories[number]
            if step is None:
                self.cases[number] = self.open(story, moment)
            else:
                DOES[step.does](self, number, story, step, moment)
        self.sweep(self.at)
        self.look_back(stories)

    def open(self, story: Story, at: datetime) -> Case:
        facts = story.facts
        new = NewCase(
            platform_case_no=facts.platform_case_no,
            order_no=facts.order_no,
            kind=facts.kind,
            requested_at=at,
            issue=facts.issue,
            reason=facts.reason,
            product=facts.product.name,
            sku=facts.sku,
            quantity=facts.quantity,
            buyer=facts.buyer,
            refund_amount=facts.refund_amount,
            order_amount=facts.order_amount,
        )
        return open_case(shop=self.cast.shops[facts.shop.code], new=new, by=None, now=at, source=Source.PLATFORM)

    def sweep(self, now: datetime) -> None:
        record_stalls(now=now)
        sweep_deadlines(now=now)
        expire_appeals(now=now)
        self.next_sweep_at = now + SWEPT_EVERY

    def actor(self, story: Story, who: Who) -> User | None:
        """Who did it; a case that nobody owns is worked on by the shop's first agent."""
        if who == Who.OWNER:
            return self.cast.people[story.owner or AGENTS[story.facts.shop.code][0]]
        return self.cast.lead if who == Who.LEAD else None

    def assign(self, number: int, story: Story, _step: Step, at: datetime) -> None:
        if story.owner:
            to = self.cast.people[story.owner]
            self.cases[number] = assign_case(case=self.cases[number], to=to, by=self.cast.lead, now=at)

    def take(self, number: int, story: Story, step: Step, at: datetime) -> None:
        self.cases[number] = take_transition(
            case=self.cases[number],
            name=step.name,
            by=self.actor(story, step.who),
            at=at,
            now=at,
            data=said(step.data, facts=story.facts, at=at),
            source=SOURCES[step.who],
        )

    def learn(self, number: int, story: Story, step: Step, at: datetime) -> None:
        data = read_fact(step.name, said(step.data, facts=story.facts, at=at))
        draft = EventDraft(step.name, at - timedelta(hours=step.ago), data, SOURCES[step.who])
        by = self.actor(story, step.who)
        self.cases[number] = record_events(case=self.cases[number], drafts=[draft], by=by, now=at)

    def prove(self, number: int, story: Story, step: Step, at: datetime) -> None:
        picture = Picture(step.data["picture"], story.facts, at)
        drawing = self.studio.get(picture)
        rule = slot_rule(self.cases[number], step.name, at)
        with tempfile.NamedTemporaryFile(prefix="demo-") as file:
            file.write(drawing.content)
            file.flush()
            by = self.cast.people[story.owner or AGENTS[story.facts.shop.code][0]]
            item = add_evidence(
                case=self.cases[number],
                slot=step.name,
                path=Path(file.name),
                name=drawing.name,
                by=by,
                at=at,
                caption=picture.caption,
                confirmed=[point.code for point in rule.checklist],
            )
        if step.data["edit"]:
            derive_evidence(item=item, derivation=step.data["edit"], by=by, at=at)

    def appeal(self, number: int, story: Story, step: Step, at: datetime) -> None:
        APPEALS[step.name](self, number, said(step.data, facts=story.facts, at=at), at)

    def draft_appeal(self, number: int, data: dict[str, Any], at: datetime) -> None:
        case = self.cases[number]
        others = Case.objects.filter(shop=case.shop, kind=case.kind).exclude(order=case.order).order_by("pk")
        further = tuple(others.values_list("pk", flat=True)[: data["further"]]) if "further" in data else None
        change = DraftChange(ground=data["ground"], statement=data.get("statement"), further=further)
        self.appeals[number] = open_appeal(case=case, type=data["type"], by=self.cast.lead, now=at, change=change)

    def reconsider(self, number: int, data: dict[str, Any], at: datetime) -> None:
        lost = self.appeals[number]
        change = DraftChange(ground=data["ground"], statement=data["statement"])
        self.appeals[number] = open_appeal(
            case=lost.case, type=lost.type, by=self.cast.lead, now=at, change=change, reconsiders=lost
        )

    def build_packet(self, number: int, _data: dict[str, Any], at: datetime) -> None:
        packet = create_packet(appeal=self.appeals[number], by=self.cast.lead, now=at)
        run_packet(packet_id=packet.pk, clock=lambda: at + timedelta(seconds=4))

    def submit_appeal(self, number: int, _data: dict[str, Any], at: datetime) -> None:
        self.appeals[number] = submit_appeal(appeal=self.appeals[number], by=self.cast.lead, now=at)

    def decide_appeal(self, number: int, data: dict[str, Any], at: datetime) -> None:
        appeal = self.appeals[number]
        results = {"": Result(data["outcome"])} if "outcome" in data else {}
        for item in appeal.items.all():
            has_money = data[item.kind] == ItemOutcome.WON and item.kind != ItemKind.LIABILITY
            results[item.kind] = Result(data[item.kind], item.amount if has_money else None)
        self.appeals[number] = record_outcome(appeal=appeal, results=results, by=self.cast.lead, at=at, now=at)

    def withdraw_appeal(self, number: int, data: dict[str, Any], at: datetime) -> None:
        self.appeals[number] = withdraw_appeal(
            appeal=self.appeals[number], by=self.cast.lead, now=at, reason=data["reason"]
        )

    def look_back(self, stories: Sequence[Story]) -> None:
        """The lead has said why deadlines were missed; owners have seen what they did last."""
        for number, story in enumerate(stories):
            case = Case.objects.get(pk=self.cases[number].pk)
            if story.cause:
                for deadline in case.deadlines.filter(outcome=Outcome.BREACHED):
                    record_cause(deadline=deadline, cause=story.cause, by=self.cast.lead)
            last, step = list(story.moments(self.at))[-1]
            if story.owner and step.who in (Who.OWNER, Who.LEAD):
                note_visit(case=case, by=self.cast.people[story.owner], now=last)


DOES: dict[Does, Callable[[Play, int, Story, Step, datetime], None]] = {
    Does.ASSIGN: Play.assign,
    Does.TAKE: Play.take,
    Does.LEARN: Play.learn,
    Does.PROVE: Play.prove,
    Does.APPEAL: Play.appeal,
}
APPEALS: dict[str, Callable[[Play, int, dict[str, Any], datetime], None]] = {
    "open": Play.draft_appeal,
    "build": Play.build_packet,
    "submit": Play.submit_appeal,
    "decide": Play.decide_appeal,
    "withdraw": Play.withdraw_appeal,
    "reconsider": Play.reconsider,
}
