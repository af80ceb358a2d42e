"""The case queue: which cases, in which order, and what a row shows."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.enums import Party
from aftersales.errors import BadRequest
from aftersales.models import Case
from aftersales.models.case import NO_DEADLINE
from aftersales.selectors.wording import SOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrOrPromise

    from aftersales.models import ApiToken, User
    from aftersales.querysets import CaseQuerySet

PAGE = 50
MOST = 200
DAY_ENDS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """One of the queues at the left of the page; `condition` gets the reader and the moment."""

    code: str
    label: _StrOrPromise
    empty: _StrOrPromise
    key: str
    condition: Callable[[User, datetime], Q]
    tone: str = ""
    starts_group: bool = False


def _open(**conditions: Any) -> Q:
    return Q(closed_at__isnull=True, **conditions)


def _end_of_day(at: datetime) -> datetime:
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + DAY_ENDS


QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in (
        Queue("mine", _("Mine"), _("Nothing is waiting for you."), "m", lambda user, _at: _open(assignee=user)),
        Queue(
            "unassigned",
            _("Unassigned"),
            _("Every case has an owner."),
            "u",
            lambda _user, _at: _open(assignee__isnull=True),
        ),
        Queue(
            "at_once",
            _("At once"),
            _("Nothing must be done at once."),
            "",
            lambda _user, _at: _open(task_at__isnull=False),
            tone="overdue",
            starts_group=True,
        ),
        Queue(
            "due_soon",
            _("Due in 2 h"),
            _("Nothing is due in the next two hours."),
            "2",
            lambda _user, at: _open(next_due_at__gte=at, next_due_at__lte=at + SOON),
            tone="urgent",
        ),
        Queue(
            "due_today",
            _("Due today"),
            _("Nothing more is due today."),
            "t",
            lambda _user, at: _open(next_due_at__gte=at, next_due_at__lt=_end_of_day(at)),
            tone="soon",
        ),
        Queue(
            "overdue",
            pgettext_lazy("queue", "Breached"),
            _("No open case is overdue."),
            "b",
            lambda _user, at: _open(next_due_at__lt=at),
            tone="overdue",
        ),
        Queue(
            "buyer",
            _("Waiting for the buyer"),
            _("No case waits for a buyer."),
            "",
            lambda _user, _at: _open(waiting_for=Party.BUYER),
            starts_group=True,
        ),
        Queue(
            "courier",
            _("Waiting for the courier"),
            _("No case waits for a courier."),
            "",
            lambda _user, _at: _open(waiting_for=Party.COURIER),
        ),
        Queue(
            "platform",
            _("Waiting for the platform"),
            _("No case waits for a platform."),
            "",
            lambda _user, _at: _open(waiting_for=Party.PLATFORM),
        ),
        Queue(
            "to_appeal",
            _("To appeal"),
            _("No appeal window is open."),
            "",
            lambda _user, at: Q(appeal_until__gte=at),
            starts_group=True,
        ),
        Queue("all", _("All open"), _("No case is open."), "a", lambda _user, _at: _open()),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What a reader asked for; empty values ask for nothing."""

    queue: str = "all"
    shop: str = ""
    platform: str = ""
    kind: str = ""
    state: str = ""
    assignee: str = ""
    due_before: datetime | None = None
    breached: bool | None = None
    q: str = ""
    sort: str = "urgency"
    cursor: str = ""
    limit: int = PAGE

    @property
    def is_narrowed(self) -> bool:
        return any((self.shop, self.platform, self.kind, self.state, self.assignee, self.due_before, self.q)) or (
            self.breached is not None
        )


@dataclass(frozen=True, slots=True)
class QueuePage:
    cases: list[Case]
    next_cursor: str


def queue_counts(*, user: User, at: datetime) -> dict[str, int]:
    """How many cases each queue holds for this reader, in one query over the cases that any queue can hold."""
    counted = {code: Count("pk", filter=queue.condition(user, at)) for code, queue in QUEUES.items()}
    reachable = Case.objects.filter(_open() | Q(appeal_until__gte=at)).visible_to(user)
    return reachable.aggregate(**counted)


def find_cases(asked: QueueFilter, *, user: User, at: datetime, token: ApiToken | None = None) -> CaseQuerySet:
    """The cases that fit, unsorted. A search looks in closed cases too. Raises `BadRequest` for an unknown queue."""
    queue = QUEUES.get(asked.queue)
    if queue is None:
        message = _("There is no queue called {queue}.")
        raise BadRequest(message.format(queue=asked.queue), fields={"queue": message.format(queue=asked.queue)})
    cases = Case.objects.visible_to(user, token)
    if not (asked.queue == "all" and (asked.q or asked.state)):
        cases = cases.filter(queue.condition(user, at))
    exact = {
        "shop__code": asked.shop,
        "shop__platform": asked.platform,
        "kind": asked.kind,
        "state": asked.state,
        "has_breach": asked.breached,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if asked.assignee:
        cases = cases.filter(assignee__username=asked.assignee)
    if asked.due_before:
        cases = cases.filter(next_due_at__lt=asked.due_before)
    return cases.search(asked.q)


def queue_page(asked: QueueFilter, *, user: User, at: datetime, token: ApiToken | None = None) -> QueuePage:
    """One page of the queue, with what its rows show. Raises `BadRequest` for an unknown queue, sort or cursor."""
    if asked.sort not in SORTS:
        raise BadRequest(
            _("Sort by urgency, money or newest."), fields={"sort": _("Sort by urgency, money or newest.")}
        )
    limit = max(1, min(asked.limit, MOST))
    order = SORTS[asked.sort]
    cases = find_cases(asked, user=user, at=at, token=token)
    found = list(
        order.after(cases, asked.cursor).select_related("shop", "order", "assignee").order_by(*order.by)[: limit + 1]
    )
    more = found[limit - 1] if len(found) > limit else None
    return QueuePage(found[:limit], order.cursor_of(more) if more else "")


@dataclass(frozen=True, slots=True)
class Order:
    """A total order over cases, and a cursor that is stable while cases come and go."""

    name: str
    by: tuple[Any, ...]
    key: Callable[[Case], list[str]]
    beyond: Callable[[CaseQuerySet, list[str]], CaseQuerySet]

    def cursor_of(self, case: Case) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.name, *self.key(case)]).encode()).decode().rstrip("=")

    def after(self, cases: CaseQuerySet, cursor: str) -> CaseQuerySet:
        if not cursor:
            return cases
        try:
            name, *key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            return self.beyond(cases, key if name == self.name else [])
        except (ValueError, TypeError, ArithmeticError, IndexError) as error:
            message = _("This page mark is not valid here: start from the first page.")
            raise BadRequest(message, code="bad_cursor", fields={"cursor": message}) from error


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _money(text: str) -> Decimal:
    money = Decimal(text)
    if not money.is_finite():
        raise ValueError(text)
    return money


def _after_due(cases: CaseQuerySet, key: list[str]) -> CaseQuerySet:
    due, pk = _moment(key[0]), int(key[1])
    return cases.filter(Q(sorted_due_at__gt=due) | Q(sorted_due_at=due, pk__gt=pk))


def _after_money(cases: CaseQuerySet, key: list[str]) -> CaseQuerySet:
    money, due, pk = _money(key[0]), _moment(key[1]), int(key[2])
    later = Q(sorted_due_at__gt=due) | Q(sorted_due_at=due, pk__gt=pk)
    return cases.filter(Q(amount_at_risk__lt=money) | Q(later, amount_at_risk=money))


def _after_newest(cases: CaseQuerySet, key: list[str]) -> CaseQuerySet:
    requested, pk = _moment(key[0]), int(key[1])
    return cases.filter(Q(requested_at__lt=requested) | Q(requested_at=requested, pk__lt=pk))


def _due_of(case: Case) -> str:
    return (case.task_at or case.next_due_at or NO_DEADLINE).isoformat()


SORTS: dict[str, Order] = {
    "urgency": Order("urgency", ("sorted_due_at", "pk"), lambda case: [_due_of(case), str(case.pk)], _after_due),
    "money": Order(
        "money",
        ("-amount_at_risk", "sorted_due_at", "pk"),
        lambda case: [str(case.amount_at_risk), _due_of(case), str(case.pk)],
        _after_money,
    ),
    "newest": Order(
        "newest",
        ("-requested_at", "-pk"),
        lambda case: [case.requested_at.isoformat(), str(case.pk)],
        _after_newest,
    ),
}
