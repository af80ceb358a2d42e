"""Tasks: owed at once, without an end; the urgent ones go before all else."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind, Outcome, Telling
from aftersales.errors import PolicyRefused, Unprocessable
from aftersales.models import CaseEvent, Notification
from aftersales.selectors.queue import QueueFilter, queue_counts, queue_page
from aftersales.services.cases import assign_case
from aftersales.services.ledger import verify
from aftersales.services.reminders import remind
from aftersales.services.sending import send
from aftersales.services.sweep import sweep_deadlines
from tests.aftersales.packs import clocks, fact, history, made_up, one_clock, rule
from tests.factories import learn, make_agent, make_case, make_lead, make_shop, take
from tests.instants import AT

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
MONTH = timedelta(days=30)
MESSAGE, ANSWER = EventType.BUYER_MESSAGED, EventType.BUYER_CONTACTED
STARTED = [
    *(("TM-06", "tmall", "complaint_alert", MESSAGE, {"mood": mood})
      for mood in ("dissatisfied", "will_complain", "has_complained", "will_rate_badly", "has_rated_badly")),
    *(("TM-10", "tmall", "rating_follow_up", EventType.CHAT_RATED, {"rating": rating})
      for rating in ("dissatisfied", "very_dissatisfied")),
    *(("TT-17", "tiktok", "ask_back_image", MESSAGE, {"opener": opener}) for opener in ("image", "video")),
    ("TT-17", "tiktok", "ask_back_emoji", MESSAGE, {"opener": "emoji"}),
    *(("TT-17", "tiktok", "ask_back_card", MESSAGE, {"opener": opener}) for opener in ("product_card", "order_card")),
]  # fmt: skip


@pytest.mark.parametrize(("number", "platform", "code", "type", "data"), STARTED)
def test_task_is_owed_from_its_start_and_never_late(number, platform, code, type, data):
    """TM-06, TM-10, TT-17: whatever starts them; an answer ends them, however late it comes."""
    started = [fact(type, AT, **data)]
    clock = one_clock(started, history(platform), code=code)
    assert number in clock.rule.rules
    assert (clock.started_at, clock.due_at) == (AT, AT)
    assert [clock.outcome(at) for at in (AT, AT + TICK, AT + MONTH)] == [Outcome.RUNNING] * 3
    answered = one_clock([*started, fact(ANSWER, AT + MONTH)], history(platform), code=code)
    assert (answered.stopped_at, answered.outcome(AT + MONTH)) == (AT + MONTH, Outcome.MET)
    dropped = one_clock([*started, fact(EventType.BUYER_WITHDREW, AT + HOUR)], history(platform), code=code)
    assert dropped.outcome(AT + MONTH) == Outcome.CANCELLED


@pytest.mark.parametrize(
    ("platform", "type", "data"),
    [
        ("tmall", MESSAGE, {}),
        ("tmall", MESSAGE, {"opener": "image"}),
        ("tmall", EventType.CHAT_RATED, {"rating": "neutral"}),
        ("tmall", EventType.CHAT_RATED, {"rating": "very_satisfied"}),
        ("tiktok", MESSAGE, {}),
        ("pinduoduo", MESSAGE, {"mood": "will_complain", "opener": "image"}),
    ],
)
def test_what_says_enough_or_is_no_rule_there_starts_no_task(platform, type, data):
    """TM-06, TM-10, TT-17: a rule of one platform is not another's."""
    assert not [clock for clock in clocks([fact(type, AT, **data)], history(platform)) if clock.rule.clock == "task"]


@pytest.mark.parametrize("values", [{"hours": 1}, {"warn_hours": [1]}, {"extendable": True}, {"reported": True}])
def test_task_with_an_end_is_refused(values):
    with pytest.raises(PolicyRefused, match="待办"):
        made_up(rule(**{"clock": "task", "hours": None, **values}))


def test_clock_with_an_end_is_not_called_urgent():
    with pytest.raises(PolicyRefused, match="待办"):
        made_up(rule(urgent=True))
    assert made_up(rule(clock="task", hours=None, urgent=True)).deadline[0].urgent


def test_chat_is_closed_once_it_is_answered():
    """TT-11: not before the answer; a buyer who writes again is answered first; closed, it frees its place."""

    def owed(*told):
        facts = [fact(type, AT + number * MINUTE) for number, type in enumerate(told)]
        found = clocks(facts, history("tiktok"))
        return [(one.rule.code, one.number) for one in found if one.ended_at is None and one.rule.clock == "task"]

    closed = EventType.CHAT_CLOSED
    assert owed(MESSAGE) == []
    assert owed(ANSWER) == []
    assert owed(MESSAGE, ANSWER) == [("chat_close", 1)]
    assert owed(MESSAGE, ANSWER, closed) == []
    assert owed(MESSAGE, ANSWER, MESSAGE) == []
    assert owed(MESSAGE, ANSWER, MESSAGE, ANSWER) == [("chat_close", 2)]
    assert owed(MESSAGE, ANSWER, closed, ANSWER) == []
    assert owed(MESSAGE, ANSWER, closed, MESSAGE, ANSWER) == [("chat_close", 2)]


@pytest.fixture
def tmall(db):
    return make_shop("tmall")


@pytest.fixture
def agent(tmall):
    return make_agent(tmall)


@pytest.fixture
def upset(tmall, agent):
    """A case whose owner's buyer is about to complain."""
    case = assign_case(case=make_case(tmall, agent), to=agent, by=agent, now=AT)
    return learn(case, MESSAGE, agent, mood="will_complain")


def told_of(person):
    return [(one.tells, one.moment) for one in Notification.objects.of(person).live()]


def test_upset_buyer_alerts_owner_and_lead_at_once(tmall, agent, upset):
    """TM-06: alerted by the next sweep, once, until the buyer is contacted."""
    lead, colleague = make_lead(tmall), make_agent(tmall)
    assert remind(now=AT) == {"warned": 1, "told": 2}
    assert remind(now=AT + MINUTE) == {"warned": 0, "told": 0}
    assert told_of(agent) == told_of(lead) == [(Telling.ALERT, AT)]
    assert told_of(colleague) == []
    learn(upset, ANSWER, agent, at=AT + HOUR)
    assert told_of(agent) == told_of(lead) == []


def test_alert_that_is_learnt_late_is_told_all_the_same(tmall, agent):
    """TM-06: it is owed still, unlike a deadline that ended before anybody knew of it."""
    learn(make_case(tmall, agent), MESSAGE, agent, at=AT - HOUR / 2, now=AT, mood="dissatisfied")
    assert remind(now=AT)["warned"] == 1


def test_alert_by_mail_says_at_once(tmall, agent, upset, mailoutbox, settings):
    """TM-06."""
    settings.SENDS_MAIL = True
    agent.email = "agent@example.org"
    agent.save()
    remind(now=AT)
    send(now=AT)
    assert "立即处理" in mailoutbox[0].body
    assert "差评投诉预警" in mailoutbox[0].body


def test_case_with_an_urgent_task_leads_the_queue(tmall, agent, upset):
    """TM-06: before a case that is due in a minute, though it has no deadline itself; after one that is overdue."""
    due = {name: make_case(tmall, agent) for name in ("soon", "late")}
    for case, end in ((due["soon"], AT + MINUTE), (due["late"], AT - MINUTE)):
        learn(case, EventType.PLATFORM_COUNTDOWN, agent, at=AT - HOUR / 2, now=AT, due_at=end.isoformat())
    page = queue_page(QueueFilter(), user=agent, at=AT)
    assert [case.pk for case in page.cases] == [due["late"].pk, upset.pk, due["soon"].pk]
    one_by_one = []
    cursor = ""
    for _number in range(3):
        page = queue_page(QueueFilter(cursor=cursor, limit=1), user=agent, at=AT)
        one_by_one += [case.pk for case in page.cases]
        cursor = page.next_cursor
    assert one_by_one == [due["late"].pk, upset.pk, due["soon"].pk]
    assert [case.pk for case in queue_page(QueueFilter(queue="at_once"), user=agent, at=AT).cases] == [upset.pk]
    assert queue_counts(user=agent, at=AT + HOUR)["at_once"] == 1
    assert queue_counts(user=agent, at=AT)["overdue"] == 1
    learn(upset, ANSWER, agent, at=AT)
    assert queue_counts(user=agent, at=AT)["at_once"] == 0


def test_task_is_nobodys_breach_however_long_it_waits(agent, upset):
    """TM-06: the sweep leaves it alone, the case keeps its place."""
    events = CaseEvent.objects.count()
    assert not any(sweep_deadlines(now=AT + MONTH).values())
    assert CaseEvent.objects.count() == events
    upset.refresh_from_db()
    assert (upset.next_due_at, upset.task_at, upset.task_rule) == (None, AT, "complaint_alert")
    assert (upset.has_breach, upset.waiting_for) == (False, "merchant")


def test_task_ends_with_its_case(agent, upset):
    """TM-06."""
    ended = take(upset, "buyer_withdraw", agent, at=AT + HOUR)
    assert (ended.task_at, ended.task_rule) == (None, "")
    assert ended.deadlines.get(rule="complaint_alert").outcome == Outcome.CANCELLED


def test_bad_rating_opens_a_follow_up_of_its_own_each_time(tmall, agent):
    """TM-10: opened by the rating itself, ended by following it up."""
    case = make_case(tmall, agent)
    learn(case, EventType.CHAT_RATED, agent, rating="dissatisfied")
    learn(case, ANSWER, agent, at=AT + HOUR)
    case = learn(case, EventType.CHAT_RATED, agent, at=AT + 2 * HOUR, rating="very_dissatisfied")
    follow_ups = case.deadlines.filter(rule="rating_follow_up").order_by("number")
    assert [(one.number, one.outcome) for one in follow_ups] == [(1, Outcome.MET), (2, Outcome.RUNNING)]
    assert case.task_at == AT + 2 * HOUR
    verify()


def test_rating_needs_its_word(tmall, agent):
    """TM-10."""
    with pytest.raises(Unprocessable) as refused:
        learn(make_case(tmall, agent), EventType.CHAT_RATED, agent, rating="angry")
    assert set(refused.value.fields) == {"rating"}


@pytest.mark.parametrize("said", ["furious", "", 1, ["will_complain"]])
def test_mood_that_is_none_of_the_known_is_told_by_its_name(tmall, agent, said):
    """TM-06: a program that sends another word learns which field is wrong."""
    with pytest.raises(Unprocessable) as refused:
        learn(make_case(tmall, agent), MESSAGE, agent, mood=said)
    assert set(refused.value.fields) == {"mood"}


def test_open_task_goes_over_to_the_following_case_and_a_done_one_does_not(tmall, agent):
    """TM-06, TM-10."""
    case = make_case(tmall, agent, kind=Kind.NOT_SHIPPED)
    learn(case, EventType.CHAT_RATED, agent, rating="dissatisfied")
    learn(case, ANSWER, agent, at=AT + MINUTE)
    learn(case, MESSAGE, agent, at=AT + 2 * MINUTE, mood="has_complained")
    learn(case, EventType.SHIPMENT_SCANNED, agent, at=AT + 3 * MINUTE)
    take(case, "transfer_to_intercept", agent, at=AT + HOUR)
    following = case.followed_by
    assert [(one.rule, one.outcome) for one in following.deadlines.all()] == [("complaint_alert", Outcome.RUNNING)]
    assert following.task_at == AT + 2 * MINUTE


def test_page_takes_a_rating_only_where_one_was_chosen(client, tmall, agent):
    """TM-10: what the form was left at is nobody's word."""
    case = make_case(tmall, agent, requested_at=AT - HOUR)
    client.force_login(agent)
    answer = client.post(f"/cases/{case.ref}/events/", {"type": "chat.rated"})
    assert answer.status_code == 422
    assert not case.deadlines.exists()
    client.post(f"/cases/{case.ref}/events/", {"type": "chat.rated", "rating": "dissatisfied", "opener": "image"})
    assert CaseEvent.objects.get(type="chat.rated").data == {"rating": "dissatisfied"}
    assert case.deadlines.get().rule == "rating_follow_up"


@pytest.mark.parametrize(
    ("opener", "asked"), [("image", "图片已收到"), ("emoji", "有什么可以帮您"), ("order_card", "您发来的卡片")]
)
def test_page_says_how_to_ask_back(db, client, opener, asked):
    """TT-17: the words depend on what came; the answer is due within 24 h as any other (TT-07)."""
    shop = make_shop("tiktok")
    agent = make_agent(shop)
    client.force_login(agent)
    case = learn(make_case(shop, agent), MESSAGE, agent, opener=opener)
    page = client.get(f"/cases/{case.ref}/").content.decode()
    assert asked in page
    assert {one.rule for one in case.deadlines.all()} >= {"chat_reply"}
    assert case.task_at is None  # the chat's own clock says how urgent it is


def test_pages_say_at_once(client, agent, upset):
    """TM-06: queue, case and notifications, in words and not as an overdue time."""
    remind(now=AT)
    client.force_login(agent)
    for address in ("/", "/notifications/", f"/cases/{upset.ref}/"):
        page = client.get(address).content.decode()
        assert "立即处理" in page
    assert "立即联系买家安抚" in page
    assert "差评投诉预警" in page
