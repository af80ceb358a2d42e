"""A closed case owes nothing: however it was closed, and whatever is learnt afterwards."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aftersales.enums import EventType, Kind, Outcome, Source, State
from aftersales.errors import DeskError
from aftersales.models import Case, CaseEvent, Deadline
from aftersales.selectors.policies import rule_book
from aftersales.services.clocks import apply_clocks
from aftersales.services.ledger import verify
from aftersales.services.sweep import sweep_deadlines
from aftersales.services.transitions import take_transition
from aftersales.states import STATES
from aftersales.transitions import TRANSITIONS
from tests.aftersales.packs import PLATFORMS
from tests.factories import add_proof, learn, make_agent, make_case, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)
SAID = {
    "make_offer": [{"offer": offer} for offer in ("repair", "reship")],
    "offer_accepted": [{"offer": offer} for offer in ("repair", "reship", "full_refund")],
    "platform_decide": [{"ruling": ruling, "liable": "buyer"} for ruling in ("refunding", "rejected", "resolved")],
    "open_ticket": [{"subject": "T-1001"}, {"subject": "T-1002"}],
    "submit_evidence": [{}, {"subject": "T-1001"}],
    "reject": [{"reason": "退货未收到"}],
    "refund_directly": [{}, {"rapid": True}],
    "ask_proof": [{"shows": "商品照片"}],
    "agree_return": [{"address": "浙江省杭州市演示路 1 号"}],
    "convert_to_return": [{"address": "浙江省杭州市演示路 1 号"}],
    **{name: [{"tracking_no": "YT1234567890123"}] for name in ("upload_tracking", "buyer_shipped", "reshipped")},
}
FACTS: list[tuple[str, dict]] = [
    (EventType.SHIPMENT_STALLED, {}),
    (EventType.SHIPMENT_SCANNED, {}),
    (EventType.RETURN_SIGNED, {}),
    (EventType.ADDRESS_REQUESTED, {}),
    (EventType.RESHIP_AGREED, {}),
    (EventType.TRACKING_UPLOADED, {"tracking_no": "YT0000000000001", "is_wrong": True}),
    (EventType.TICKET_OPENED, {"subject": "T-1001"}),
    (EventType.TICKET_OPENED, {}),
    (EventType.RETURN_SHIPPED, {"tracking_no": "YT1234567890123"}),
    (EventType.BUYER_MESSAGED, {"mood": "will_complain", "opener": "image"}),
    (EventType.CHAT_RATED, {"rating": "dissatisfied"}),
    (EventType.BUYER_CONTACTED, {}),
]
steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "learn", "countdown"]),
        st.sampled_from(sorted(set(TRANSITIONS) - {"follow_platform"})),
        st.integers(0, 20),
        st.integers(0, 40),
    ),
    max_size=12,
)


def law(case: Case, now) -> None:
    """What must hold of every case at any time."""
    case = Case.objects.get(pk=case.pk)
    unended = Deadline.objects.filter(case=case, clock="duty", stopped_at=None, cancelled_at=None)
    ours = unended.filter(party="merchant").order_by("due_at").first()
    assert not (unended and case.closed_at)
    assert case.next_due_at == (ours.due_at if ours else None)
    assert case.next_rule == (ours.rule if ours else "")
    running = Deadline.objects.filter(case=case, outcome=Outcome.RUNNING)
    assert not running.filter(due_at__lt=now).exclude(clock="task").exists()
    urgent = running.filter(rule__in=["complaint_alert", "rating_follow_up"]).order_by("due_at").first()
    assert (case.task_at, case.task_rule) == ((urgent.due_at, urgent.rule) if urgent else (None, ""))
    assert case.has_breach == case.deadlines.filter(outcome=Outcome.BREACHED, party="merchant").exists()
    assert CaseEvent.objects.filter(case=case).count() == verify(case=case) == case.ledger_seq
    before = list(Deadline.objects.filter(case=case).order_by("pk").values())
    apply_clocks(case=case, book=rule_book(case.shop.platform), now=now)
    assert list(Deadline.objects.filter(case=case).order_by("pk").values()) == before


@pytest.mark.django_db
@given(platform=st.sampled_from(PLATFORMS), kind=st.sampled_from(Kind.values), steps=steps)
# Shrinking a failure would take minutes: each example writes dozens of rows.
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_walks_through_the_machines_keep_the_laws(platform, kind, steps):
    """Any steps, any facts between them, any pauses: no closed case keeps a running duty, and all adds up."""
    shop = make_shop(platform)
    case = make_case(shop, kind=kind, requested_at=AT)
    add_proof(case, "chat_screenshot", None)
    add_proof(case, "courier_screenshot", None)
    learn(case, EventType.BUYER_CONTACTED, shop.staff.first() or make_agent(shop))
    now = AT
    for what, name, pick, hours in steps:
        now += hours * HOUR
        try:
            if what == "learn":
                type, data = FACTS[pick % len(FACTS)]
                learn(case, type, shop.staff.get(), at=now - (pick % 3) * HOUR, now=now, **data)
            elif what == "countdown":
                due_at = (now + (pick - 5) * HOUR).isoformat()
                party = ("merchant", "buyer")[pick % 2]
                learn(case, EventType.PLATFORM_COUNTDOWN, shop.staff.get(), at=now, due_at=due_at, party=party)
            else:
                said = SAID.get(name, [{}])
                case = take_transition(
                    case=case, name=name, by=None, at=now, now=now, source=Source.API, data=said[pick % len(said)]
                )
        except DeskError:
            continue
        finally:
            sweep_deadlines(now=now)
    for each in Case.objects.filter(shop=shop):
        law(each, now)


@pytest.mark.parametrize("state", ["refunded", "rejected", "withdrawn", "resolved"])
@pytest.mark.parametrize("kind", Kind.values)
def test_platform_that_closes_a_case_ends_its_duties(agent, kind, state):
    """By whatever word: every pack's duties end with `follow_platform` into any closed state."""
    for platform in ("kuaishou", "pinduoduo", "tiktok"):
        shop = make_shop(platform)
        agent.shops.add(shop)
        case = make_case(shop, agent, kind=kind)
        learn(case, EventType.PLATFORM_COUNTDOWN, agent, due_at=(AT + 9 * HOUR).isoformat())
        for type, data in FACTS:
            if type != EventType.SHIPMENT_SCANNED:
                learn(case, type, agent, **data)
        assert case.deadlines.filter(outcome=Outcome.RUNNING, clock="duty").exists()
        take_transition(
            case=case, name="follow_platform", by=None, at=AT + HOUR, now=AT + HOUR, source=Source.IMPORT,
            data={"state": state},
        )  # fmt: skip
        assert not case.deadlines.filter(outcome=Outcome.RUNNING, clock="duty").exists()
        assert State(state) in STATES[kind]


def test_fact_that_is_learnt_after_the_end_starts_no_duty(shop, agent):
    """The return arrives after the platform had refunded: nothing is due, nothing will be breached."""
    case = make_case(shop, agent, state=State.REFUNDED, closed_at=AT, refunded_at=AT)
    case = learn(case, EventType.TICKET_OPENED, agent, at=AT + HOUR)
    assert (case.deadlines.get().outcome, case.next_due_at) == (Outcome.CANCELLED, None)
    assert sweep_deadlines(now=AT + 99 * HOUR) == {"breached": 0, "lapsed": 0, "opened": 0}


def test_duty_that_a_closed_import_proves_late_is_a_breach(agent):
    """KS-40 over imported history: signed on the first, refunded on the fourth."""
    shop = make_shop("kuaishou")
    facts = [(EventType.RETURN_SIGNED, AT - 90 * HOUR, {}), (EventType.REFUND_SUCCEEDED, AT - 20 * HOUR, {})]
    case = make_case(
        shop, requested_at=AT - 99 * HOUR, state=State.REFUNDED, closed_at=AT - 20 * HOUR,
        refunded_at=AT - 20 * HOUR, facts=facts,
    )  # fmt: skip
    row = case.deadlines.get(rule="return_inspection")
    assert (row.outcome, row.breached_at) == (Outcome.BREACHED, AT - 42 * HOUR)


def test_reopened_case_does_not_take_old_duties_up_again(shop, agent):
    case = make_case(shop, agent)
    learn(case, EventType.TICKET_OPENED, agent)
    for name, hours in (("buyer_withdraw", 1), ("buyer_reopen", 60)):
        case = take_transition(case=case, name=name, by=agent, at=AT + hours * HOUR, now=AT + hours * HOUR)
    assert (case.deadlines.get().outcome, case.next_due_at, case.has_breach) == (Outcome.CANCELLED, None, False)
