"""Write down whom to tell of which deadline, once for each of its moments. Telling them is another task's work."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from aftersales.enums import ClockKind, Outcome, Telling
from aftersales.models import Case, Channel, Deadline, Notification, User
from aftersales.reminders import next_telling, passed_warning
from aftersales.selectors.policies import rule_books

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

BATCH = 500
NEWS = timedelta(days=7)  # a breach that is older is known by now, or is history


def remind(*, now: datetime) -> dict[str, int]:
    """Write notifications of what is due soon or at once and of duties that were just breached, in bounded batches.

    Two at once take different cases (PostgreSQL skips locked ones) or wait (SQLite), and no moment is told twice.
    Returns how many deadlines were told of (`warned`) and how many notifications that made (`told`).
    """
    counts = {"warned": 0, "told": 0}
    while True:
        warned, told = _remind_batch(now)
        if not warned:
            return counts
        counts["warned"] += warned
        counts["told"] += told


@transaction.atomic
def _remind_batch(now: datetime) -> tuple[int, int]:
    is_coming = Q(due_at__gt=now) | Q(clock=ClockKind.TASK)
    is_news = is_coming & Q(outcome=Outcome.RUNNING) | Q(outcome=Outcome.BREACHED, breached_at__gt=now - NEWS)
    due = Deadline.objects.filter(is_news, warn_at__lte=now).order_by("warn_at", "pk")
    cases = {
        case.pk: case
        for case in Case.objects.filter(pk__in=set(due.values_list("case_id", flat=True)[:BATCH]))
        .select_for_update(of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked)
        .select_related("shop")
    }
    if not cases:
        return 0, 0
    rows = list(due.filter(case__in=cases))
    books = rule_books(sorted({case.shop.platform for case in cases.values()}))
    audience = Audience(cases.values())
    fresh: list[Notification] = []
    for row in rows:
        case = cases[row.case_id]
        rule = books[case.shop.platform].rule(row.rule, row.policy_id)
        tells = _telling(row)
        moment, row.warn_at = row.due_at, None
        if tells == Telling.WARNING and rule is not None:
            moment = passed_warning(rule, row.party, row.due_at, at=now) or now
            row.warn_at = next_telling(rule, row.party, row.due_at, after=now)
        row.warned_at = now
        fresh += audience.notifications(row, case, tells, moment, now)
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    # A newer word on a deadline takes the place of the older ones.
    newer = Notification.objects.filter(deadline=OuterRef("deadline"), created_at=now)
    older = Notification.objects.filter(deadline__in=rows, created_at__lt=now, dropped_at__isnull=True)
    older.filter(Exists(newer)).update(dropped_at=now)
    Deadline.objects.bulk_update(rows, ["warn_at", "warned_at"])
    return len(rows), len(fresh)


def _telling(row: Deadline) -> Telling:
    if row.outcome == Outcome.BREACHED:
        return Telling.BREACH
    return Telling.ALERT if row.clock == ClockKind.TASK else Telling.WARNING


@dataclass(frozen=True, slots=True)
class _Robot:
    channel: Channel
    shops: frozenset[int]

    def hears(self, case: Case, tells: Telling) -> bool:
        is_enough = tells != Telling.WARNING or self.channel.least == Telling.WARNING
        return is_enough and (not self.shops or case.shop_id in self.shops)


class Audience:
    """Who is told of the cases' deadlines; read in a fixed number of queries."""

    def __init__(self, cases: Iterable[Case]) -> None:
        shops = {case.shop_id for case in cases}
        self.people = {user.pk: user for user in User.objects.filter(is_active=True).filter(_works_for(shops))}
        self.staff: dict[int, list[User]] = defaultdict(list)
        for shop_id, user_id in User.shops.through.objects.filter(shop__in=shops).values_list("shop_id", "user_id"):
            if user_id in self.people:
                self.staff[shop_id].append(self.people[user_id])
        channels = Channel.objects.filter(is_active=True).prefetch_related("shops").order_by("pk")
        self.robots = [_Robot(channel, frozenset(shop.pk for shop in channel.shops.all())) for channel in channels]

    def notifications(
        self, row: Deadline, case: Case, tells: Telling, moment: datetime, now: datetime
    ) -> Iterator[Notification]:
        told = {"case": case, "deadline": row, "tells": tells, "moment": moment, "due_at": row.due_at}
        for person in self._people(row, case, tells):
            yield Notification(person=person, created_at=now, sent_at=None if gets_mail(person) else now, **told)
        for robot in self.robots:
            if robot.hears(case, tells):
                yield Notification(channel=robot.channel, created_at=now, **told)

    def _people(self, row: Deadline, case: Case, tells: Telling) -> list[User]:
        """A warning is the owner's, all else the owner's and the leads'; without them it is everybody's of the shop."""
        owner = self._working(row.owner_at_breach_id if tells == Telling.BREACH else case.assignee_id, case)
        if owner and tells == Telling.WARNING:
            return [owner]
        leads = [person for person in self.staff[case.shop_id] if person.is_lead]
        chosen = {person.pk: person for person in ([owner] if owner else []) + leads}
        return list(chosen.values()) or self.staff[case.shop_id]

    def _working(self, user_id: int | None, case: Case) -> User | None:
        person = self.people.get(user_id or 0)
        if person and (person.is_superuser or person in self.staff[case.shop_id]):
            return person
        return None


def _works_for(shops: set[int]) -> Q:
    return Q(pk__in=User.shops.through.objects.filter(shop__in=shops).values("user_id")) | Q(is_superuser=True)


def gets_mail(person: User) -> bool:
    return bool(settings.SENDS_MAIL and person.gets_mail and person.email)
