import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from aftersales.models import Case, CaseEvent, Deadline, Order, Shipment, Shop, User
from aftersales.services.ledger import verify
from evidence.models import EvidenceItem
from tests.factories import load_packs, make_agent, make_case, make_shop
from tests.instants import AT

SHOWN = (
    (Case, ("shop__code", "platform_case_no", "kind", "state", "refund_amount", "requested_at", "next_due_at")),
    (Order, ("platform_order_no", "buyer", "product", "amount")),
    (Shipment, ("order__platform_order_no", "courier", "tracking_no")),
    (CaseEvent, ("case__platform_case_no", "seq", "type", "at", "recorded_at", "actor__username", "to_state")),
    (Deadline, ("case__platform_case_no", "rule", "due_at", "outcome", "owner_at_breach__username")),
    (EvidenceItem, ("case__platform_case_no", "slot", "sha256", "original_name")),
    (User, ("username", "role")),
)


def seed(**options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("seed_demo", stdout=out, at=AT, json=True, **options)
    return json.loads(out.getvalue())


def content() -> list[list[tuple[Any, ...]]]:
    """What a demo shows; ids of evidence and of appeals are random."""
    return [sorted(model.objects.values_list(*names), key=repr) for model, names in SHOWN]


@pytest.fixture
def packs(db):
    load_packs()


def test_same_seed_gives_the_same_data(packs):
    made = []
    for _run in range(2):
        with transaction.atomic():
            seed(cases=2, seed=1)
            made.append(content())
            transaction.set_rollback(True)
    first, same = made
    assert all(first), "every table has rows"
    assert first == same


def test_command_says_what_it_made_and_who_can_log_in(packs):
    said = seed(cases=2, seed=5)
    assert said["cases"] == Case.objects.count() == 2
    assert said["events"] == verify()
    assert (said["seed"], said["at"]) == (5, AT.isoformat())
    assert {login["username"] for login in said["logins"]} == {"agent", "agent2", "agent3", "lead", "admin"}
    for login in said["logins"]:
        assert Client().login(**login), login["username"]


def test_people_are_who_the_login_page_says(packs):
    seed(cases=1)
    for username, _password, role in settings.DEMO_LOGINS:
        assert User.objects.get(username=username).role == role
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


def test_quiet_command_prints_nothing(packs, capsys):
    call_command("seed_demo", at=AT, cases=1, verbosity=0)
    assert capsys.readouterr() == ("", "")
    assert Case.objects.count() == 1


def test_command_refuses_to_mix_with_real_cases(packs):
    case = make_case(make_shop())
    with pytest.raises(CommandError) as refused:
        seed(cases=1)
    assert refused.value.returncode == 2
    assert list(Case.objects.all()) == [case]
    assert not User.objects.filter(username="agent").exists()


def test_command_takes_over_nobodys_account(packs):
    admin = make_agent()
    User.objects.filter(pk=admin.pk).update(username="admin")
    with pytest.raises(CommandError) as refused:
        seed(cases=1)
    assert refused.value.returncode == 2
    assert User.objects.get(username="admin").check_password("correct horse")
    assert not Shop.objects.exists()


def test_command_refuses_a_production_server(packs, settings):
    settings.LOCAL = settings.DEBUG = False
    with pytest.raises(CommandError, match="LOCAL=true") as refused:
        seed(cases=1)
    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_command_needs_policies(no_packs):
    with pytest.raises(CommandError, match="load_policies") as refused:
        seed(cases=1)
    assert refused.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "argument", ["--cases=0", "--cases=1000001", "--cases=many", "--at=yesterday", "--at=2026-03-02"]
)
def test_command_refuses_bad_arguments(argument, db):
    with pytest.raises(CommandError, match="请给出"):
        call_command("seed_demo", argument)
