"""The ledger is append-only, and what was altered behind its back is found."""

from datetime import UTC, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.query import QuerySet

from aftersales.enums import EventType
from aftersales.errors import LedgerBroken
from aftersales.models import CaseEvent, LedgerSeal
from aftersales.services.ledger import EventDraft, append, seal, verify, verify_seal
from aftersales.services.locks import lock_case, save_case
from tests.factories import learn, make_case
from tests.instants import AT

HOUR = timedelta(hours=1)
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has the trigger")


@pytest.fixture
def case(shop, agent):
    case = make_case(shop, agent)
    for note in ("一", "二", "三"):
        case = learn(case, EventType.CASE_NOTED, agent, note=note)
    return case


@pytest.fixture
def tamper(db):
    """Writes behind the ledger's back, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def test_rows_chain(case):
    rows = list(case.events.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert [row.prev_hash for row in rows] == ["", *(row.hash for row in rows[:-1])]
    assert (case.ledger_seq, case.ledger_head) == (4, rows[-1].hash)
    assert verify() == verify(case=case) == 4


def test_code_cannot_change_or_remove_rows(case):
    event = case.events.get(seq=2)
    attempts = [
        lambda: CaseEvent.objects.filter(pk=event.pk).update(data={}),
        lambda: case.events.update(data={}),
        lambda: CaseEvent.objects.all().delete(),
        lambda: case.events.filter(seq=4).delete(),
        lambda: CaseEvent.objects.bulk_update([event], ["data"]),
        lambda: CaseEvent.objects.bulk_create(
            [event], update_conflicts=True, update_fields=["data"], unique_fields=["id"]
        ),
        lambda: CaseEvent.objects.update_or_create(pk=event.pk, defaults={"data": {}}),
        event.save,
        event.delete,
    ]
    for attempt in attempts:
        with pytest.raises(LedgerBroken), transaction.atomic():
            attempt()
    assert verify() == 4


def test_case_with_events_cannot_be_removed(case):
    with pytest.raises(ProtectedError):
        case.delete()


@on_postgresql
@pytest.mark.parametrize(
    "sql", ["UPDATE aftersales_caseevent SET source = 'api'", "DELETE FROM aftersales_caseevent WHERE seq = 4"]
)
def test_database_refuses_changes_by_itself(case, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify() == 4


@pytest.mark.parametrize(
    "change",
    ["data = '{\"note\": \"别的\"}'",
     "type = 'case.assigned'", "source = 'api'", "actor_id = NULL", "to_state = 'refunded'",
     "at = recorded_at - INTERVAL '1 second'", "prev_hash = ''", "hash = 'f'"],
)  # fmt: skip
def test_altered_row_is_found_and_named(case, tamper, change):
    if connection.vendor == "sqlite":
        change = change.replace("recorded_at - INTERVAL '1 second'", "'2026-03-02 01:59:59'")
    tamper.execute(f"UPDATE aftersales_caseevent SET {change} WHERE case_id = %s AND seq = 3", [case.pk])  # noqa: S608 - the changes stand above
    with pytest.raises(LedgerBroken) as broken:
        verify()
    assert case.ref in str(broken.value)
    assert "3" in str(broken.value).split(case.ref)[1]


def test_row_with_a_hash_of_its_own_breaks_the_chain_behind_it(case, tamper):
    """Whoever knows how the hash is made still has to rewrite every row after it."""
    event = case.events.get(seq=2)
    event.source = "api"
    values = [event.source, event.content_hash(), event.pk]
    tamper.execute("UPDATE aftersales_caseevent SET source = %s, hash = %s WHERE id = %s", values)
    with pytest.raises(LedgerBroken) as broken:
        verify()
    assert "3" in str(broken.value).split(case.ref)[1]


@pytest.mark.parametrize("seq", [1, 3, 4])
def test_removed_row_is_found(case, tamper, seq):
    """The last one too: the case knows how long its chain is."""
    tamper.execute("DELETE FROM aftersales_caseevent WHERE case_id = %s AND seq = %s", [case.pk, seq])
    for only in (None, case):
        with pytest.raises(LedgerBroken):
            verify(case=only)


def test_all_rows_removed_is_found(case, tamper):
    tamper.execute("DELETE FROM aftersales_caseevent WHERE case_id = %s", [case.pk])
    with pytest.raises(LedgerBroken):
        verify()


def test_row_that_was_slipped_in_at_the_end_is_found(case, agent):
    """It fits the chain, but the case does not know of it."""
    locked = lock_case(case.pk)
    append(case=locked, drafts=[EventDraft(EventType.CASE_NOTED, AT, {"note": "伪造"})], by=agent, now=AT)
    with pytest.raises(LedgerBroken):
        verify()
    save_case(locked)
    assert verify() == 5


def test_event_recorded_while_verifying_is_no_fault(case, agent, monkeypatch):
    """Work goes on: a case may grow between the reading of its end and of its events."""
    plain = QuerySet.iterator

    def grown_meanwhile(rows, *args, **kwargs):
        if rows.model is CaseEvent:
            learn(case, EventType.CASE_NOTED, agent, note="正好此时")
        return plain(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "iterator", grown_meanwhile)
    assert verify() == 5


def test_other_cases_stay_intact(case, shop, agent, tamper):
    other = make_case(shop, agent)
    tamper.execute("UPDATE aftersales_caseevent SET source = 'api' WHERE case_id = %s AND seq = 2", [case.pk])
    assert verify(case=other) == 1


# Seals


def held(sealed: LedgerSeal) -> None:
    sealed.refresh_from_db()
    verify_seal(
        heads=sealed.heads, sealed_at=sealed.sealed_at.astimezone(UTC).isoformat(), prev_hash=sealed.prev_hash,
        seal=sealed.hash,
    )  # fmt: skip


def test_seal_covers_what_changed_since_the_last_one(case, shop, agent):
    first = seal(at=AT)
    other = make_case(shop, agent)
    second = seal(at=AT + HOUR)
    third = seal(at=AT + 2 * HOUR)
    assert first.heads == {str(case.pk): [4, case.ledger_head]}
    assert second.heads == {str(other.pk): [1, other.ledger_head]}
    assert third.heads == {}
    assert [first.prev_hash, second.prev_hash, third.prev_hash] == ["", first.hash, second.hash]
    for sealed in (first, second, third):
        held(sealed)


def test_seal_holds_after_the_case_went_on(case, agent):
    sealed = seal(at=AT)
    learn(case, EventType.CASE_NOTED, agent, note="之后")
    held(sealed)


def test_rewritten_history_is_found_by_its_seal(case, tamper):
    """Somebody rewrote a row and every hash after it: the chain fits, the seal does not."""
    sealed = seal(at=AT)
    prev_hash = ""
    for event in case.events.order_by("seq"):
        if event.seq == 2:
            event.data = {"note": "改写"}
        event.prev_hash, prev_hash = prev_hash, ""
        event.hash = prev_hash = event.content_hash()
        values = [str(event.data).replace("'", '"'), event.prev_hash, event.hash, event.pk]
        tamper.execute("UPDATE aftersales_caseevent SET data = %s, prev_hash = %s, hash = %s WHERE id = %s", values)
    tamper.execute("UPDATE aftersales_case SET ledger_head = %s WHERE id = %s", [prev_hash, case.pk])
    assert verify() == 4
    with pytest.raises(LedgerBroken) as broken:
        held(sealed)
    assert case.ref in str(broken.value)


def test_altered_seal_is_found(case):
    sealed = seal(at=AT)
    for change in ({"prev_hash": "f" * 64}, {"heads": {}}, {"sealed_at": AT + HOUR}):
        LedgerSeal.objects.filter(pk=sealed.pk).update(**change)
        with pytest.raises(LedgerBroken):
            held(sealed)
        LedgerSeal.objects.filter(pk=sealed.pk).update(
            prev_hash="", heads={str(case.pk): [4, case.ledger_head]}, sealed_at=AT
        )
    held(sealed)
