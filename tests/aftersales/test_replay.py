"""What-if: past cases under another pack; nothing is written, nothing else is asked."""

from datetime import timedelta

import pytest
from django.db import connection

from aftersales.enums import EventType
from aftersales.errors import PolicyRefused
from aftersales.models import Case, CaseEvent, Deadline, PolicyVersion
from aftersales.policy_reading import read_toml
from aftersales.selectors import replay as replay_module
from aftersales.selectors.replay import replay
from tests.aftersales.packs import FOLDER, made_up, rule
from tests.factories import learn, make_agent, make_case, make_lead, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
SINCE, UNTIL = AT - timedelta(days=30), AT
START = AT - timedelta(days=10)


def stricter(*changes):
    """The shipped pack of Pinduoduo with 36 h for a ticket's proof in place of 48."""
    text = (FOLDER / "pinduoduo.toml").read_text()
    for old, new in (
        ('hours = 48\nstarts_on = ["platform.ticket', 'hours = 36\nstarts_on = ["platform.ticket'),
        *changes,
    ):
        assert old in text
        text = text.replace(old, new)
    return read_toml(text, name="stricter.toml")


@pytest.fixture
def answer(shop, agent):
    """A case whose ticket was opened at a moment and answered so many hours later, or never."""

    def answer(after=None, *, start=START, shop=shop):
        case = make_case(shop, requested_at=start, now=start)
        case = learn(case, EventType.TICKET_OPENED, make_agent(shop), at=start, subject="T-1")
        if after is not None:
            case = learn(case, EventType.TICKET_CLOSED, make_agent(shop), at=start + after * HOUR, subject="T-1")
        return case

    return answer


def tickets(pack=None, **options):
    values = {"since": SINCE, "until": UNTIL, "at": AT, **options}
    return [line for line in replay(pack or stricter(), **values).lines if line.rule == "ticket_evidence"]


def test_shorter_hours_turn_late_answers_into_breaches(answer):
    for hours in (10, 36, 40, 48, 50, None):
        answer(hours)
    (line,) = tickets()
    assert line.before == {"met": 4, "breached": 2}
    assert line.after == {"met": 2, "breached": 4}
    assert [(move.old, move.new, move.count) for move in line.moves] == [("met", "breached", 2)]


def test_same_pack_changes_nothing(answer):
    answer(40)
    pack = read_toml((FOLDER / "pinduoduo.toml").read_text(), name="same")
    found = replay(pack, since=SINCE, until=UNTIL, at=AT)
    assert found.cases == 1
    assert found.changed == 0
    assert all(line.before == line.after for line in found.lines)


@pytest.mark.parametrize(("start", "counts"), [(-TICK, 0), (0 * TICK, 1), (TICK, 1)])
def test_period_includes_its_start(answer, start, counts):
    answer(40, start=START + start)
    assert sum(line.before.total() for line in tickets(since=START)) == counts


@pytest.mark.parametrize(("start", "counts"), [(-TICK, 1), (0 * TICK, 0)])
def test_period_does_not_include_its_end(answer, start, counts):
    answer(40, start=START + start)
    assert sum(line.before.total() for line in tickets(since=SINCE, until=START)) == counts


def test_lines_are_by_rule_and_shop(answer, shop):
    other = make_shop()
    answer(40)
    answer(10, shop=other)
    assert {line.shop: dict(line.after) for line in tickets()} == {shop.code: {"breached": 1}, other.code: {"met": 1}}


def test_reader_sees_the_own_shops_only(answer, shop):
    answer(40)
    assert tickets(user=make_lead(shop))
    assert tickets(user=make_lead(make_shop())) == []


def test_rule_that_is_new_or_gone_is_told(answer):
    answer(40)
    gone = stricter(('code = "ticket_evidence"', 'code = "ticket_answer"'))
    lines = {line.rule: line for line in replay(gone, since=SINCE, until=UNTIL, at=AT).lines}
    assert [(move.old, move.new) for move in lines["ticket_evidence"].moves] == [("met", "none")]
    assert [(move.old, move.new) for move in lines["ticket_answer"].moves] == [("none", "breached")]
    assert lines["ticket_evidence"].after.total() == 0


def test_rule_that_starts_with_another_fact_finds_cases_without_any_deadline(shop, agent):
    case = make_case(shop, requested_at=START, now=START)
    learn(case, EventType.SHIPMENT_SIGNED, agent, at=START)
    assert not Deadline.objects.filter(case=case).exists()
    pack = made_up(rule("after_signature"), platform="pinduoduo")
    (line,) = replay(pack, since=SINCE, until=UNTIL, at=AT).lines
    assert (line.rule, dict(line.before), dict(line.after)) == ("after_signature", {}, {"breached": 1})


def test_running_and_cancelled_clocks_are_counted(answer, agent):
    answer(start=AT - HOUR)
    withdrawn = answer(start=AT - 2 * HOUR)
    learn(withdrawn, EventType.TICKET_CLOSED, agent, at=AT - HOUR, subject="T-1")
    (line,) = tickets()
    assert line.after == {"running": 1, "met": 1}


def test_newest_cases_only_where_a_limit_is_given(answer):
    answer(40)
    newest = answer(10)
    found = replay(stricter(), since=SINCE, until=UNTIL, at=AT, most=1)
    assert (found.cases, found.is_whole) == (1, False)
    assert [line.before.total() for line in found.lines if line.rule == "ticket_evidence"] == [1]
    assert newest.pk > Case.objects.earliest("pk").pk
    assert replay(stricter(), since=SINCE, until=UNTIL, at=AT, most=2).is_whole


def test_batches_count_as_one(answer, monkeypatch):
    for hours in (10, 40, 50):
        answer(hours)
    whole = tickets()
    monkeypatch.setattr(replay_module, "BATCH", 1)
    assert tickets() == whole


def test_nothing_is_written(answer):
    """Every statement reads, and all rows are as before."""
    answer(40)
    models = (Case, CaseEvent, Deadline, PolicyVersion)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert replay(stricter(), since=SINCE, until=UNTIL, at=AT).changed
    assert statements
    assert all(sql.lstrip().upper().startswith("SELECT") for sql in statements), statements
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.django_db
def test_platform_without_rules_is_refused():
    with pytest.raises(PolicyRefused):
        replay(made_up(rule()), since=SINCE, until=UNTIL, at=AT)
