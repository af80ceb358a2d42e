"""Give the cases that nobody owns to the people who take new cases, as far as their limits go."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from aftersales.enums import ClockKind, EventType, Outcome, Source
from aftersales.errors import NotAllowed, Unprocessable
from aftersales.models import Case, CaseEvent, Deadline, User
from aftersales.models.user import MOST_CASES
from aftersales.permissions import check_reception
from aftersales.selectors.reception import open_cases_of
from aftersales.services.bulk import Stamp, insert_rows, update_rows
from aftersales.services.ledger import EventDraft, chain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

BATCH = 200

OF_CASE = ("id", "shop_id", "assignee_id", "ledger_seq", "ledger_head", "version")
CASE_CHANGES = ("assignee_id", "ledger_seq", "ledger_head", "version")

_case = Stamp(Case)


def hand_out(*, now: datetime) -> dict[str, int]:
    """Give open cases that nobody owns to who takes cases for their shop and has room (TT-08), the most urgent first.

    Each goes to the person with the smallest share of their limit. Call it right after `sweep_deadlines` with the same
    `now`: what was missed until then was nobody's. A case whose missed duty is not written down yet (somebody held its
    lock) waits for the next run.

    Two at once: the people's rows are locked in one order, so the second waits and then counts what the first gave;
    no limit is passed and no case is given twice. The lock is one that foreign keys do not ask for, so nobody who
    works on a case waits for it. Cases are taken after the people and never waited for: PostgreSQL skips locked ones,
    which are looked at again in the next run; SQLite has one writer. A person's own word is not checked against the
    limit: who is given a case by hand may have more than that. Returns how many were handed out.
    """
    handed_out = 0
    if _takers().exists():
        while given := _hand_out_batch(now):
            handed_out += given
    return {"handed_out": handed_out}


@transaction.atomic
def set_reception(*, person: User, by: User, takes_cases: bool | None = None, case_limit: int | None = None) -> User:
    """Switch whether a person takes new cases, and set the most that they may have open; None leaves it as it is.

    People switch for themselves; all else is for a lead of one of their shops. Raises `NotAllowed`, `Unprocessable`
    (a limit out of range).
    """
    if not by.is_active:
        raise NotAllowed(_("This account is closed."))
    if case_limit is not None or (takes_cases is not None and by.pk != person.pk):
        check_reception(by, person)
    if case_limit is not None and not 1 <= case_limit <= MOST_CASES:
        message = _("Give a number from 1 to %(most)d.") % {"most": MOST_CASES}
        raise Unprocessable(message, code="bad_limit", fields={"case_limit": message})
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    changes = {"takes_cases": takes_cases, "case_limit": case_limit}
    names = [name for name, value in changes.items() if value is not None]
    for name in names:
        setattr(locked, name, changes[name])
    if names:
        locked.save(update_fields=names)
    return locked


class _Reception:
    """The people who take cases, locked until the transaction ends, and what each of them has open by now."""

    def __init__(self) -> None:
        people = {person.pk: person for person in _takers().select_for_update(no_key=True).order_by("pk")}
        # After the lock: what another run gave them counts.
        self.loads = open_cases_of(people)
        self.staff = defaultdict[int, list[User]](list)
        works = User.shops.through.objects.filter(user__in=people, shop__is_active=True)
        for shop_id, user_id in works.values_list("shop_id", "user_id"):
            self.staff[shop_id].append(people[user_id])

    def shops_with_room(self) -> list[int]:
        return [shop_id for shop_id, staff in self.staff.items() if any(map(self._has_room, staff))]

    def receive(self, shop_id: int) -> User | None:
        """Who takes one more case of the shop, which is counted; None where all are at their limit."""
        person = min(filter(self._has_room, self.staff[shop_id]), key=self._share, default=None)
        if person is not None:
            self.loads[person.pk] += 1
        return person

    def _has_room(self, person: User) -> bool:
        return self.loads[person.pk] < person.case_limit

    def _share(self, person: User) -> tuple[float, int, int]:
        load = self.loads[person.pk]
        return load / person.case_limit, load, person.pk


def _takers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, takes_cases=True)


@transaction.atomic
def _hand_out_batch(now: datetime) -> int:
    """How many were given; 0 where nobody has room or nothing waits for those who have."""
    reception = _Reception()
    shops = reception.shops_with_room()
    if not shops:
        return 0
    given = list[Case]()
    events = list[CaseEvent]()
    for case in _take(shops, now):
        to = reception.receive(case.shop_id)
        if to is None:
            continue
        data = {"to": to.username, "to_name": to.display_name}
        draft = EventDraft(EventType.CASE_ASSIGNED, now, data, Source.SYSTEM)
        events += chain(case=case, drafts=[draft], by=None, now=now)
        case.assignee_id = to.pk
        case.version += 1
        given.append(case)
    insert_rows(events)
    update_rows(given, CASE_CHANGES)
    return len(given)


def _take(shops: Iterable[int], now: datetime) -> list[Case]:
    """The most urgent waiting cases of the shops, locked."""
    missed = Deadline.objects.filter(case=OuterRef("pk"), clock=ClockKind.DUTY, outcome=Outcome.RUNNING, due_at__lt=now)
    waiting = Case.objects.open().filter(~Exists(missed), assignee__isnull=True, shop__in=shops)
    waiting = waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    rows = waiting.order_by("sorted_due_at", "pk").values(*OF_CASE)[:BATCH]
    return [_case.read(dict(row)) for row in rows]
