import pytest
from django.db.models import DateTimeField, Model

from aftersales.enums import Kind, Outcome
from aftersales.models import Case, CaseEvent, CaseVisit, Deadline, Shop, User
from aftersales.selectors.queue import QUEUES, queue_counts
from aftersales.services.ledger import verify
from appeals.demo.paths import PATHS
from appeals.demo.stories import TOLD
from appeals.enums import AppealState, PacketState
from appeals.models import Appeal, Packet
from evidence.models import EvidenceItem
from evidence.storage import ContentStore
from tests.instants import AT

pytestmark = pytest.mark.django_db

# What lies ahead by its nature.
AHEAD = {
    *("due_at", "computed_due_at", "next_due_at", "sorted_due_at", "appeal_until", "closes_at", "expire_date"),
    *("stalls_at", "warn_at"),
}


def test_demo_has_every_state_of_every_kind(demo):
    found = set(Case.objects.values_list("kind", "state"))
    assert {(kind.value, state.value) for kind in Kind for state in PATHS[kind]} == found


def test_demo_has_as_many_cases_as_were_asked_for(demo):
    assert demo.cases == Case.objects.count() == TOLD + 40
    assert demo.events == CaseEvent.objects.count()


def test_demo_has_every_outcome_of_a_deadline(demo):
    assert set(Deadline.objects.values_list("outcome", flat=True)) == set(Outcome.values)


def test_demo_breaks_every_duty_of_its_platforms(demo):
    rules = set(Deadline.objects.filter(outcome=Outcome.BREACHED).values_list("rule", flat=True))
    assert rules == set(Deadline.objects.filter(clock="duty").values_list("rule", flat=True))


def test_breaches_spread_over_weeks_shops_and_owners(demo):
    breaches = Deadline.objects.filter(outcome=Outcome.BREACHED)
    assert len({moment.isocalendar().week for moment in breaches.values_list("breached_at", flat=True)}) >= 4
    assert breaches.values("case__shop").distinct().count() == 5
    assert breaches.exclude(owner_at_breach=None).values("owner_at_breach").distinct().count() == 3
    assert breaches.exclude(cause="").exists()
    assert breaches.filter(cause="").exists()


def test_ledger_of_the_demo_verifies(demo):
    assert verify() == demo.events


def test_no_queue_is_empty_for_the_agent_or_the_lead(demo):
    counts = [queue_counts(user=User.objects.get(username=name), at=AT) for name in ("agent", "lead")]
    assert not [code for code in QUEUES if not any(count[code] for count in counts)]


def test_deadlines_are_due_soon_today_and_later(demo):
    hours = [
        (due - AT).total_seconds() / 3600 for due in Case.objects.open().values_list("next_due_at", flat=True) if due
    ]
    for begin, end in ((-24, 0), (0, 1), (1, 4), (4, 12), (12, 24), (24, 48), (48, 96)):
        assert any(begin < hour <= end for hour in hours), (begin, end)


def test_nothing_happens_after_the_moment(demo):
    models = [Case, CaseEvent, CaseVisit, Deadline, EvidenceItem, Appeal, Packet]
    names = [(model, name) for model in models for name in moments_of(model)]
    assert (Case, "closed_at") in names
    late = [(model, name) for model, name in names if model.objects.filter(**{f"{name}__gt": AT}).exists()]
    assert not late


def moments_of(model: type[Model]) -> list[str]:
    fields = model._meta.get_fields()  # noqa: SLF001 - Django's documented way to a model's fields
    return [field.name for field in fields if isinstance(field, DateTimeField) and field.name not in AHEAD]


def test_evidence_of_the_demo_is_kept(demo):
    items = EvidenceItem.objects.all()
    assert demo.evidence == len(items) >= 30
    assert all(ContentStore().exists(item.key) for item in items)


def test_appeals_come_in_every_state(demo):
    assert set(Appeal.objects.values_list("state", flat=True)) == set(AppealState.values)
    for appeal in Appeal.objects.filter(submitted_at__isnull=False):
        assert appeal.filed_packet is not None
        assert appeal.filed_packet.state == PacketState.DONE
    assert not Packet.objects.exclude(state=PacketState.DONE).exists()


def test_windows_are_open_with_and_without_proof(demo):
    cases = Case.objects.filter(appeal_until__gte=AT)
    assert any((case.appeal_until - AT).total_seconds() < 6 * 3600 for case in cases)
    assert {case.evidence_items.exists() for case in cases} == {True, False}


def test_an_order_has_several_cases(demo):
    chain = Case.objects.get(follows__follows__isnull=False)
    kinds = [chain.kind, chain.follows.kind, chain.follows.follows.kind]
    assert kinds == [Kind.RETURN_DISPUTE, Kind.IN_TRANSIT, Kind.NOT_SHIPPED]
    assert chain.order.cases.exclude(pk__in=[chain.pk, chain.follows_id, chain.follows.follows_id]).exists()


def test_five_platforms_and_six_shops(demo):
    platforms = sorted(Shop.objects.values_list("platform", flat=True))
    assert platforms == ["douyin", "kuaishou", "pinduoduo", "pinduoduo", "tiktok", "tmall"]
    assert all(shop.name.startswith("演示") for shop in Shop.objects.all())


@pytest.mark.parametrize("name", ["agent", "agent2", "agent3"])
def test_agents_own_cases(demo, name):
    assert Case.objects.open().filter(assignee__username=name).count() >= 5
