"""A creating call that is repeated with its Idempotency-Key is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from aftersales.models import ApiToken, Case, IdempotencyKey
from tests.api_client import ApiClient
from tests.factories import load_packs, make_agent, make_shop
from tests.instants import AT


def body_of(shop, number="7001", **change):
    return {
        "shop": shop.code,
        "platform_case_no": number,
        "order_no": "260302-1",
        "kind": "in_transit",
        "requested_at": AT.isoformat(),
        "refund_amount": "12.50",
        **change,
    }


def create(client, body, key):
    return client.post("cases", body, **{"Idempotency-Key": key})


def test_same_call_gives_the_first_answer(owner, shop, time_machine):
    first = create(owner, body_of(shop), "k1")
    time_machine.move_to(AT + timedelta(hours=3), tick=False)
    second = create(owner, body_of(shop), "k1")
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Case.objects.count() == 1


def test_other_body_is_refused(owner, shop):
    create(owner, body_of(shop), "k1")
    answer = create(owner, body_of(shop, refund_amount="99"), "k1")
    assert answer.status_code == 422
    assert answer.json()["error"] == "idempotency_key_reused"
    assert set(answer.json()["fields"]) == {"Idempotency-Key"}


def test_other_call_is_refused(owner, shop, case):
    create(owner, body_of(shop), "k1")
    answer = owner.post(f"cases/{case.ref}/events", body_of(shop), **{"Idempotency-Key": "k1"})
    assert answer.status_code == 422


def test_other_key_is_another_call(owner, shop):
    create(owner, body_of(shop), "k1")
    assert create(owner, body_of(shop), "k2").status_code == 409


def test_keys_of_two_tokens_are_apart(owner, colleague, shop):
    create(owner, body_of(shop), "k1")
    assert create(colleague, body_of(shop, "7002"), "k1").status_code == 201


def test_failed_call_frees_its_key(owner, shop):
    assert create(owner, body_of(shop, requested_at=(AT + timedelta(hours=1)).isoformat()), "k1").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert create(owner, body_of(shop), "k1").status_code == 201


def test_refused_transition_leaves_nothing(owner, case):
    """What fails inside the transaction of the key takes everything back."""
    asked = {"name": "reject", "version": 1, "data": {"reason": "与描述一致"}}
    answer = owner.post(f"cases/{case.ref}/transitions", asked, **{"Idempotency-Key": "k1"})
    assert answer.json()["error"] == "buyer_not_contacted"
    assert not IdempotencyKey.objects.exists()


def test_transition_twice_is_taken_once(owner, case):
    asked = {"name": "agree_refund", "version": 1}
    first, second = (
        owner.post(f"cases/{case.ref}/transitions", asked, **{"Idempotency-Key": "k1"}) for _time in range(2)
    )
    assert first.json() == second.json()
    assert first.status_code == second.status_code == 200
    assert case.events.filter(type="refund.agreed").count() == 1


def test_key_is_forgotten_after_a_day(owner, shop, time_machine):
    create(owner, body_of(shop), "k1")
    time_machine.move_to(AT + timedelta(hours=24, seconds=1), tick=False)
    assert create(owner, body_of(shop, "7002"), "k1").status_code == 201
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize(("length", "status"), [(100, 201), (101, 422)])
def test_key_length(owner, shop, length, status):
    assert create(owner, body_of(shop), "k" * length).status_code == status


def test_reading_needs_no_key(owner, case):
    assert owner.get("cases").status_code == 200
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("calls", [4])
def test_same_key_at_once_is_done_once(calls):
    shop = make_shop()
    load_packs()
    owner = ApiClient(make_agent(shop))
    ApiToken.objects.update(last_used_at=AT)
    together = Barrier(calls)

    def call(_number):
        client = ApiClient(headers=owner.headers)
        together.wait(10)
        try:
            return create(client, body_of(shop), "k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(calls) as pool:
        answers = list(pool.map(call, range(calls)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_keys_at_once_open_one_case():
    """Without a common key the unique constraint decides: one case, and 409 for the others."""
    shop = make_shop()
    owner = ApiClient(make_agent(shop))
    together = Barrier(3)

    def call(number):
        client = ApiClient(headers=owner.headers)
        together.wait(10)
        try:
            return create(client, body_of(shop), f"k{number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(call, range(3))) == [201, 409, 409]
    assert Case.objects.count() == 1
