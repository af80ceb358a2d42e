"""Which cases the demo tells: the shaped ones, one in every state of each kind, and the history behind them. Pure."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import TYPE_CHECKING

from aftersales.enums import EventType, Issue, Kind, State
from aftersales.states import CLOSED_STATES
from appeals.demo.claims import ABNORMAL, COMPLAINT, COMPLAINT_WON, RECONSIDERED
from appeals.demo.facts import invent_facts
from appeals.demo.late import LATE
from appeals.demo.openings import ASSIGNED, countdown, refunded_by_platform
from appeals.demo.paths import AT_ONCE, IN_TRANSIT, NOT_SHIPPED, PATHS, RAPIDLY, RETURN_DISPUTE
from appeals.demo.people import AGENT, AGENTS, HOME, SHOPS, WEAR, DemoShop
from appeals.demo.shaped import SHAPED
from appeals.demo.story import Does, Later, Path, Story, learn, prove, spread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from appeals.demo.facts import CaseFacts
    from appeals.demo.products import Product

TOLD = 120  # cases that are told one by one; whatever more is asked for is cast in moulds
WEEKS = 3.3  # that far back history ends; it began some days before
PACE = 0.618 * WEEKS  # spreads evenly, however many there are
LATE_SHARE = 0.7  # of the history: a month's breaches of four shops, so that the audit has something to show
ISSUES: tuple[Issue, ...] = (
    *(Issue.QUALITY, Issue.QUALITY, Issue.NO_REASON, Issue.NO_REASON, Issue.DAMAGED, Issue.DAMAGED),
    *(Issue.WRONG_ITEM, Issue.MISSING_ITEMS, Issue.NOT_OUR_ITEM, Issue.FAULT_AFTER_USE, Issue.RETURN_MISMATCH),
)
# What mostly becomes of a case, without proof to be drawn: a kind, how it went, how often.
USUAL: tuple[tuple[Kind, Path, int], ...] = (
    (Kind.NOT_SHIPPED, AT_ONCE, 24),
    (Kind.NOT_SHIPPED, RAPIDLY, 8),
    (Kind.NOT_SHIPPED, NOT_SHIPPED[State.REFUNDED], 8),
    (Kind.NOT_SHIPPED, NOT_SHIPPED[State.REJECTED], 4),
    (Kind.NOT_SHIPPED, NOT_SHIPPED[State.WITHDRAWN], 4),
    (Kind.IN_TRANSIT, AT_ONCE, 6),
    (Kind.IN_TRANSIT, RAPIDLY, 4),
    (Kind.IN_TRANSIT, IN_TRANSIT[State.REFUNDED], 4),
    (Kind.IN_TRANSIT, IN_TRANSIT[State.WITHDRAWN], 3),
    (Kind.RETURN_DISPUTE, AT_ONCE, 12),
    (Kind.RETURN_DISPUTE, RETURN_DISPUTE[State.REFUNDED], 10),
    (Kind.RETURN_DISPUTE, RETURN_DISPUTE[State.RESOLVED], 5),
    (Kind.RETURN_DISPUTE, RETURN_DISPUTE[State.WITHDRAWN], 5),
)


def issue_for(rng: Random, kind: str) -> str:
    return rng.choice(ISSUES) if kind == Kind.RETURN_DISPUTE else ""


class Teller:
    """Tells stories of one demo: the same seed and moment, the same stories."""

    def __init__(self, *, seed: int, at: datetime) -> None:
        self.at = at
        self.rng = Random(f"stories:{seed}")  # noqa: S311 - the same demo again; nothing here is a secret
        self.owners = 0

    def tell(  # one keyword for each thing that a story may want otherwise
        self,
        *,
        shop: DemoShop,
        kind: str,
        path: Path,
        ended: float,
        owner: str | None = None,
        issue: str | None = None,
        product: Product | None = None,
        quantity: int = 0,
        cause: str = "",
        joins: CaseFacts | None = None,
        is_whole: bool = False,
    ) -> Story:
        requested, passed = spread(self.rng, path, ended=ended)
        issue = issue_for(self.rng, kind) if issue is None else issue
        if joins is not None:
            facts = joins.another(self.rng, kind=kind, issue=issue)
        else:
            facts = invent_facts(
                self.rng,
                shop=shop,
                kind=kind,
                issue=issue,
                requested_at=self.at - requested,
                product=product,
                quantity=quantity,
                is_whole=is_whole,
            )
        if owner is None:
            owner = self.next_owner(shop) if any(step.does == Does.ASSIGN for step in path) else ""
        return Story(facts, path, requested, passed, owner, cause)

    def next_owner(self, shop: DemoShop) -> str:
        self.owners += 1
        return AGENTS[shop.code][self.owners % len(AGENTS[shop.code])]

    def shaped(self) -> Iterator[Story]:
        facts: CaseFacts | None = None
        for case in SHAPED:
            story = self.tell(
                shop=case.shop,
                kind=case.kind,
                path=case.path,
                ended=case.ended,
                owner=case.owner,
                issue=case.issue,
                product=case.product,
                quantity=case.quantity,
                joins=facts if case.joins else None,
                is_whole=True,
            )
            facts = story.facts
            yield story

    def one_in_every_state(self) -> Iterator[Story]:
        for kind, paths in PATHS.items():
            for number, (state, path) in enumerate(paths.items()):
                is_over = state in CLOSED_STATES and state != State.TRANSFERRED
                ended = self.rng.uniform(5, 200) if is_over else self.rng.uniform(0.3, 9)
                yield self.tell(shop=SHOPS[number % len(SHOPS)], kind=kind, path=path, ended=ended)

    def sent_back(self) -> Iterator[Story]:
        """A return that the platform refunded at once, days ago: its gate is open by now, its window still (A1)."""
        path = (*RETURN_DISPUTE[State.RETURN_RECEIVED], refunded_by_platform(2, rapid=True))
        yield self.tell(shop=WEAR, kind=Kind.RETURN_DISPUTE, path=path, ended=90, issue=Issue.RETURN_MISMATCH)

    def appealed(self) -> Iterator[Story]:
        """Appeals that no window of the refund carries: an abnormal order, complaints, a reconsideration."""
        talked = prove("chat_screenshot", "chat_intercept")
        open_orders = (countdown(48), ASSIGNED, talked)
        yield self.tell(shop=HOME, kind=Kind.NOT_SHIPPED, path=(*open_orders, *ABNORMAL), ended=3, owner=AGENT)
        name = [0.0, 0.0, 1.0, 0.06]  # the head of the chat
        hidden = (countdown(48), ASSIGNED, prove("chat_screenshot", "chat_intercept", black_out=[name]))
        yield self.tell(shop=WEAR, kind=Kind.NOT_SHIPPED, path=(*hidden, *COMPLAINT), ended=2, owner=AGENT)
        yield self.tell(shop=WEAR, kind=Kind.NOT_SHIPPED, path=(*open_orders, *COMPLAINT_WON), ended=60, owner=AGENT)
        told = learn(EventType.PLATFORM_COUNTDOWN, deadline="negative_experience_window", due_at=Later(72))
        path = (*NOT_SHIPPED[State.REFUNDED], talked, told, *RECONSIDERED)
        yield self.tell(shop=HOME, kind=Kind.NOT_SHIPPED, path=path, ended=4, owner=AGENT)

    def history(self) -> Iterator[Story]:
        """Without end."""
        late = 0
        for number in count():
            ended = (number * PACE + self.rng.uniform(-0.5, 0.5)) % WEEKS * 7 * 24 + 3
            if self.rng.random() < LATE_SHARE:
                way = LATE[late % len(LATE)]
                late += 1
                yield self.tell(
                    shop=self.rng.choice(way.shops),
                    kind=way.kind,
                    path=way.path,
                    ended=ended,
                    issue=self.rng.choice(way.issues) if way.issues else "",
                    cause=self.rng.choice((*way.causes, "")),
                )
            else:
                kind, path, _often = self.rng.choices(USUAL, [often for *_rest, often in USUAL])[0]
                yield self.tell(shop=self.rng.choice(SHOPS), kind=kind, path=path, ended=ended)


def tell_stories(*, seed: int, at: datetime, cases: int) -> list[Story]:
    """Stories of exactly so many cases, at most TOLD; where they are few, the shaped ones come first."""
    teller = Teller(seed=seed, at=at)
    stories: list[Story] = []
    room = min(cases, TOLD)
    for part in (teller.shaped(), teller.one_in_every_state(), teller.sent_back(), teller.appealed(), teller.history()):
        for story in part:
            if room == 0:
                return stories
            if story.cases <= room:
                stories.append(story)
                room -= story.cases
    return stories
