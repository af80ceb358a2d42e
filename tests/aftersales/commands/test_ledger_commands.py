import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aftersales.models import Case, CaseEvent, LedgerSeal
from tests.factories import learn, make_agent, make_case, make_shop
from tests.forgery import alter
from tests.instants import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(time_machine):
    time_machine.move_to(AT, tick=False)
    shop = make_shop(code="main")
    agent = make_agent(shop)
    cases = [make_case(shop, agent) for _number in range(3)]
    for case in cases:
        learn(case, "case.noted", agent, note="电话未接")
    return cases


def run(command: str, *arguments: str) -> str:
    output = StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def verify(*arguments: str) -> dict:
    output = StringIO()
    try:
        call_command("verify_ledger", "--json", *arguments, stdout=output)
    except SystemExit as stopped:
        code = stopped.code
    else:
        code = 0
    said = json.loads(output.getvalue())
    assert code == (0 if said["intact"] else 1)
    assert bool(said["broken"]) != said["intact"]
    return said


def test_intact(cases):
    assert verify() == {"intact": True, "events": CaseEvent.objects.count(), "seals": 0, "broken": ""}
    assert verify("--case", cases[0].ref)["events"] == cases[0].events.count()
    assert verify("--case", f"main:{cases[0].platform_case_no}")["intact"]
    assert "完整" in run("verify_ledger")


@pytest.mark.parametrize(
    "values",
    [
        {"data": {"note": "已接通"}},
        {"at": AT - timedelta(seconds=1)},
        {"recorded_at": AT + timedelta(seconds=1)},
        {"source": "system"},
        {"type": "buyer.contacted"},
        {"actor": None},
        {"hash": "0" * 64},
    ],
)
def test_first_altered_row_is_named(cases, values):
    alter(cases[1].events.get(type="case.noted"), **values)
    with pytest.raises(CommandError, match=rf"{cases[1].ref}\D+2") as stopped:
        call_command("verify_ledger")
    assert stopped.value.returncode == 1
    assert not verify()["intact"]
    assert verify("--case", cases[0].ref)["intact"]
    assert not verify("--case", cases[1].ref)["intact"]


def test_removed_row_is_noticed(cases):
    last = cases[2].events.order_by("-seq").first()
    alter(last, case=cases[0], seq=99)
    assert not verify("--case", cases[2].ref)["intact"]


def test_unknown_case(cases):
    with pytest.raises(CommandError) as stopped:
        call_command("verify_ledger", case="C-999999")
    assert stopped.value.returncode == 2


def test_seal_proves_what_came_before(cases, tmp_path):
    seal = tmp_path / "seal.json"
    run("seal_ledger", "--output", str(seal))
    assert set(json.loads(seal.read_text())["heads"]) == {str(case.pk) for case in cases}
    learn(cases[0], "case.noted", cases[0].events.first().actor, note="之后的事", at=AT)
    assert verify("--seal", str(seal))["seals"] == 1


def rewrite(case: Case) -> None:
    """Alters an event and computes every hash after it again, as a careful forger would."""
    prev_hash = ""
    for event in case.events.order_by("seq"):
        event.data = {"note": "改过"} if event.type == "case.noted" else event.data
        event.prev_hash = prev_hash
        prev_hash = event.hash = event.content_hash()
        alter(event, data=event.data, prev_hash=event.prev_hash, hash=event.hash)
    Case.objects.filter(pk=case.pk).update(ledger_head=prev_hash)


def test_seal_shows_a_forgery_that_the_chain_hides(cases, tmp_path):
    seal = tmp_path / "seal.json"
    run("seal_ledger", "--output", str(seal))
    rewrite(cases[1])
    assert verify()["intact"]
    assert not verify("--seal", str(seal))["intact"]


def test_later_seal_vouches_for_the_earlier_ones(cases, tmp_path):
    """A seal holds the cases that changed since the one before; through it, it proves the others."""
    run("seal_ledger")
    learn(cases[0], "case.noted", cases[0].events.first().actor, note="之后的事", at=AT)
    seal = tmp_path / "seal.json"
    run("seal_ledger", "--output", str(seal))
    assert set(json.loads(seal.read_text())["heads"]) == {str(cases[0].pk)}
    assert verify("--seal", str(seal))["seals"] == 2
    rewrite(cases[1])
    assert not verify("--seal", str(seal))["intact"]


def test_earlier_seal_altered_or_gone(cases, tmp_path):
    run("seal_ledger")
    seal = tmp_path / "seal.json"
    run("seal_ledger", "--output", str(seal))
    first = LedgerSeal.objects.order_by("pk").first()
    LedgerSeal.objects.filter(pk=first.pk).update(heads={})
    assert not verify("--seal", str(seal))["intact"]
    first.delete()
    assert not verify("--seal", str(seal))["intact"]


def test_altered_seal(cases, tmp_path):
    seal = tmp_path / "seal.json"
    run("seal_ledger", "--output", str(seal))
    said = json.loads(seal.read_text())
    said["sealed_at"] = (AT + timedelta(days=1)).isoformat()
    seal.write_text(json.dumps(said))
    assert not verify("--seal", str(seal))["intact"]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"heads": {"x": [1, "0"]}}', None])
def test_unreadable_seal(cases, tmp_path, content):
    seal = tmp_path / "seal.json"
    if content is not None:
        seal.write_bytes(content)
    with pytest.raises(CommandError) as stopped:
        call_command("verify_ledger", seal=seal)
    assert stopped.value.returncode == 2


def test_seal_cannot_be_written(cases, tmp_path):
    with pytest.raises(CommandError):
        call_command("seal_ledger", output=tmp_path / "missing" / "seal.json")
