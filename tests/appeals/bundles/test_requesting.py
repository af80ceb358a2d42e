"""Who may ask for a bundle, of what, and that the same is built once."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django_q.models import OrmQ

from aftersales.errors import Conflict, NotAllowed, NotFound, Unprocessable
from aftersales.services.tokens import create_token
from appeals.enums import PacketState
from appeals.models import Appeal, Bundle, BundleEntry
from appeals.selectors.bundle_choices import find_appeals
from appeals.selectors.bundles import find_bundle
from appeals.services.bundles import MOST, request_bundle, retry_bundle
from tests.factories import make_agent, make_case, make_lead, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


def request(appeals, by, *, now=LATER, profile="pdf", language="zh-hans") -> Bundle:
    return request_bundle(appeals=appeals, by=by, now=now, profile=profile, language=language)


@pytest.fixture
def appeal(rows) -> Appeal:
    return rows(1)[0]


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_lead_asks_for_a_bundle_and_one_task_is_queued(appeal, lead, committed):
    with committed():
        bundle = request([appeal], lead)
    (queued,) = OrmQ.objects.all()
    assert (queued.task["func"], queued.task["args"]) == ("appeals.tasks.build_bundle", (str(bundle.pk), 0))
    assert (bundle.state, bundle.language, bundle.requested_by) == (PacketState.QUEUED, "zh-hans", lead)
    assert list(bundle.entries.values_list("appeal", "position")) == [(appeal.pk, 1)]


def test_agent_is_told_that_only_a_lead_may(appeal, agent):
    with pytest.raises(NotAllowed) as refused:
        request([appeal], agent)
    assert refused.value.error_code == "lead_only"
    assert not Bundle.objects.exists()


@pytest.mark.parametrize("fault", ["other_shop", "closed"])
def test_lead_of_another_shop_or_gone_is_refused(appeal, lead, fault):
    stranger = make_lead(make_shop()) if fault == "other_shop" else lead
    stranger.is_active = fault != "closed"
    with pytest.raises(NotAllowed):
        request([appeal], stranger)


def test_superuser_bundles_appeals_of_every_shop(appeal):
    assert request([appeal], make_agent(is_superuser=True)).state == PacketState.QUEUED


@pytest.mark.parametrize(("count", "code"), [(0, "no_appeals"), (1, ""), (MOST, ""), (MOST + 1, "too_many_appeals")])
def test_bundle_takes_1_to_200_appeals(rows, lead, count, code):
    appeals = rows(count)
    if not code:
        assert request(appeals, lead).entries.count() == count
        return
    with pytest.raises(Unprocessable) as refused:
        request(appeals, lead)
    assert (refused.value.error_code, list(refused.value.fields)) == (code, ["appeals"])


def test_appeal_that_is_in_the_list_twice_is_refused(appeal, lead):
    with pytest.raises(Unprocessable) as refused:
        request([appeal, *find_appeals([appeal.number.lower()])], lead)
    assert refused.value.error_code == "appeal_twice"
    assert appeal.number in str(refused.value)


def test_destination_that_no_platform_knows_is_refused(appeal, lead):
    with pytest.raises(Unprocessable) as refused:
        request([appeal], lead, profile="papyrus")
    assert "profile" in refused.value.fields


def test_appeals_are_found_in_their_order_by_id_and_by_number(rows, django_assert_max_num_queries):
    one, two, three = rows(3)
    with django_assert_max_num_queries(6):
        found = find_appeals([two.number, str(one.pk), f" {three.pk.hex.upper()} "])
    assert [appeal.pk for appeal in found] == [two.pk, one.pk, three.pk]


@pytest.mark.parametrize("ref", ["A-00000000", "nonsense", "", "A-1\x00", "' OR 1=1 --", "０" * 8, "g" * 8])
def test_unknown_appeals_are_named(appeal, lead, ref):
    with pytest.raises(NotFound) as refused:
        find_appeals([appeal.number, ref], user=lead)
    assert refused.value.error_code == "appeal_not_found"
    assert appeal.number not in str(refused.value)


def test_number_that_two_appeals_share_is_none(rows, lead):
    one, two = rows(2)
    one.pk = UUID(two.pk.hex[:8] + one.pk.hex[8:])
    one.save(force_insert=True)
    with pytest.raises(NotFound):
        find_appeals([two.number], user=lead)
    assert find_appeals([two.pk.hex], user=lead) == [two]


def test_appeals_of_another_shop_are_as_unknown(appeal):
    with pytest.raises(NotFound):
        find_appeals([appeal.number], user=make_lead(make_shop()))


def test_token_of_another_shop_finds_neither_appeal_nor_bundle(appeal, lead, shop):
    other = make_shop()
    lead.shops.add(other)
    token, _key = create_token(user=lead, now=AT, shops=[other])
    bundle = request([appeal], lead)
    with pytest.raises(NotFound):
        find_appeals([appeal.number], user=lead, token=token)
    with pytest.raises(NotFound):
        find_bundle(bundle.pk, user=lead, token=token)
    assert find_bundle(bundle.pk, user=lead) == bundle


def test_bundle_is_seen_by_leads_of_all_its_shops(rows, shop, lead):
    one, other = rows(2)
    second = make_shop()
    other.case = make_case(second)
    other.save()
    both = make_lead(shop, second)
    bundle = request([one, other], both)
    assert find_bundle(bundle.pk, user=both) == bundle
    with pytest.raises(NotFound):
        find_bundle(bundle.pk, user=lead)
    both.shops.remove(second)
    with pytest.raises(NotFound):
        find_bundle(bundle.pk, user=both)


def test_the_same_list_is_built_once_while_it_is_built(rows, lead, shop, committed):
    one, two = rows(2)
    with committed():
        first = request([one, two], lead)
        assert request([one, two], make_lead(shop), now=LATER + timedelta(hours=1)) == first
        others = [request([two, one], lead), request([one], lead), request([one, two], lead, language="en")]
    assert len({first.pk, *(other.pk for other in others)}) == 4
    assert OrmQ.objects.count() == 4
    first.state = PacketState.FAILED
    first.save()
    assert request([one, two], lead) != first


def test_the_same_list_made_for_something_else_is_another(rows, lead):
    appeals = rows(1)
    assert request(appeals, lead) != request(appeals, lead, profile="archive")


def test_stranger_does_not_get_the_bundle_of_the_same_list(appeal, lead):
    request([appeal], lead)
    with pytest.raises(NotAllowed):
        request([appeal], make_lead(make_shop()))


def test_retry_of_what_did_not_fail_is_refused(appeal, lead):
    bundle = request([appeal], lead)
    assert retry_bundle(bundle=bundle, by=lead, now=LATER).state == PacketState.QUEUED
    packet = appeal.packets.create(
        appeal_version=1, evidence_digest="0" * 64, requested_at=AT, state=PacketState.DONE, sha256="0" * 64
    )
    for entry in bundle.entries.all():
        entry.state, entry.packet = PacketState.DONE, packet
        entry.save()
    bundle.state, bundle.sha256 = PacketState.DONE, "a" * 64
    bundle.save()
    with pytest.raises(Conflict) as refused:
        retry_bundle(bundle=bundle, by=lead, now=LATER)
    assert refused.value.error_code == "nothing_failed"


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_retry_is_for_leads_of_its_shops(appeal, lead, agent, who):
    bundle = request([appeal], lead)
    with pytest.raises(NotAllowed):
        retry_bundle(bundle=bundle, by=agent if who == "agent" else make_lead(make_shop()), now=LATER)


def at_once(count: int, act) -> list:
    """What each of several people gets who press the button at the same moment."""
    start, got = threading.Barrier(count), []

    def press():
        try:
            start.wait()
            got.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_bundle(rows, lead):
    appeals = rows(3)
    got = at_once(4, lambda: request(appeals, lead))
    assert len(got) == 4
    assert len({bundle.pk for bundle in got}) == Bundle.objects.count() == OrmQ.objects.count() == 1
    assert BundleEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_retries_at_once_queue_one_task(rows, lead):
    bundle = request(rows(2), lead)
    bundle.state, bundle.tries = PacketState.FAILED, 1
    bundle.save()
    OrmQ.objects.all().delete()
    got = at_once(3, lambda: retry_bundle(bundle=bundle, by=lead, now=LATER))
    assert [(one.state, one.tries) for one in got] == [(PacketState.QUEUED, 3)] * 3
    assert OrmQ.objects.count() == 1
