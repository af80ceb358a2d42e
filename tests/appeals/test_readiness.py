"""The checks, one by one; and that submitting is guarded by the very same list."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from appeals.claims import Claim, OrderLock, amount_fault
from appeals.errors import NotReady
from appeals.readiness import Dossier, PacketStanding, WantedSlot, blocking, readiness
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.services.filing import submit_appeal
from appeals.services.packets import create_packet
from appeals.windows import Window
from evidence.services.uploads import withdraw_evidence
from tests.instants import AT

TICK = timedelta(microseconds=1)
READY = Dossier(
    window=Window(AT, AT + timedelta(hours=48)),
    grounds=frozenset({"empty", "other"}),
    ground="empty",
    offered_items=("liability", "payment", "freight"),
    claims=(Claim("liability"), Claim("payment", Decimal("32.50"))),
    refund_amount=Decimal("32.50"),
    statement="退回的是空包。",
    statement_max=300,
    lock=None,
    evidence_min=1,
    wanted_slots=(
        WantedSlot("chat", "聊天记录", ""),
        WantedSlot("site", "快递官网截图", "courier"),
        WantedSlot("stamp", "红章证明", "courier"),
    ),
    piece_slots=("chat", "stamp"),
    packet=PacketStanding.READY,
)


def failing(**changes):
    return [check.code for check in readiness(replace(READY, **changes), AT) if not check.is_ok]


def test_complete_dossier_fails_nothing():
    assert failing() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"window": Window(AT - timedelta(hours=48), AT - TICK)}, "window"),
        ({"ground": ""}, "ground"),
        ({"ground": "invented"}, "ground"),
        ({"claims": ()}, "items"),
        ({"claims": (Claim("payment", Decimal("32.51")),)}, "items"),
        ({"refund_amount": Decimal("32.49")}, "items"),
        ({"lock": OrderLock("A-1", is_whole=True)}, "order"),
        ({"lock": OrderLock("A-1", is_whole=False, kinds=frozenset({"payment"}))}, "order"),
        ({"piece_slots": ()}, "proof"),
        ({"piece_slots": ("agreement",)}, "proof"),
        ({"packet": PacketStanding.NONE}, "packet"),
        ({"packet": PacketStanding.BUILDING}, "packet"),
        ({"packet": PacketStanding.FAILED}, "packet"),
        ({"packet": PacketStanding.OUTDATED}, "packet"),
    ],
)
def test_one_fault_fails_its_check(changes, code):
    checks = readiness(replace(READY, **changes), AT)
    assert [check.code for check in blocking(checks)] == [code]
    assert all(check.reason for check in blocking(checks))


@pytest.mark.parametrize(
    ("statement", "is_ok"),
    [
        ("", False),
        (" \n\u3000", False),
        ("是", True),
        ("字" * 300, True),
        ("\u3000" + "字" * 300 + "\n", True),
        ("字" * 301, False),
        ("😀" * 150, True),
        ("😀" * 150 + "a", False),
        ("e\u0301" * 151, False),
    ],
)
def test_statement_is_counted_as_a_form_in_the_browser_counts(statement, is_ok):
    assert ("statement" not in failing(statement=statement)) == is_ok


def test_lost_item_of_a_mixed_appeal_leaves_the_others():
    lock = OrderLock("A-1", is_whole=False, kinds=frozenset({"freight"}))
    assert failing(lock=lock) == []


def test_slot_of_a_group_does_for_the_whole_group():
    assert failing(piece_slots=("chat", "site")) == []


def test_missing_kind_of_proof_only_warns():
    checks = {check.code: check for check in readiness(replace(READY, piece_slots=("chat",)), AT)}
    assert not checks["slots"].is_ok
    assert "快递官网截图 / 红章证明" in checks["slots"].reason
    assert blocking(list(checks.values())) == []


def test_appeal_type_without_items_has_no_check_of_items():
    assert "items" not in [check.code for check in readiness(replace(READY, offered_items=(), claims=()), AT)]


@pytest.mark.parametrize(
    ("kind", "amount", "refund", "is_fine"),
    [
        ("liability", None, "10", True),
        ("liability", "1", "10", False),
        ("payment", None, "10", False),
        ("payment", "0", "10", False),
        ("payment", "-1", "10", False),
        ("payment", "0.01", "10", True),
        ("payment", "10.00", "10", True),
        ("payment", "10.01", "10", False),
        ("payment", "10.01", None, True),
        ("payment", "1.005", "10", False),
        ("payment", "NaN", "10", False),
        ("payment", "Infinity", "10", False),
        ("payment", "1E+1", "10", True),
        ("freight", "12", "10", True),
        ("freight", "0", "10", False),
        ("freight", "99999999999", "10", False),
    ],
)
def test_amount_of_an_item(kind, amount, refund, is_fine):
    fault = amount_fault(kind, Decimal(amount) if amount else None, Decimal(refund) if refund else None)
    assert (fault == "") == is_fine


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _appeal, _agent: None,
        lambda appeal, agent: create_packet(appeal=appeal, by=agent, now=AT),
        lambda appeal, agent: withdraw_evidence(
            item=appeal.case.evidence_items.get(), by=agent, at=AT + timedelta(minutes=20), reason="传错了"
        ),
    ],
)
def test_submitting_is_refused_with_the_page_s_own_reasons(draft, agent, spoil):
    spoil(draft, agent)
    now = AT + timedelta(hours=1)
    failed = blocking(standing_of(find_appeal(str(draft.pk)), now).checks)
    with pytest.raises(NotReady) as refused:
        submit_appeal(appeal=draft, by=agent, now=now)
    assert refused.value.fields == {check.code: check.reason for check in failed}
    assert str(refused.value) == failed[0].reason


def test_withdrawn_proof_makes_the_packet_an_old_one(ready, agent, add_file):
    add_file(ready.case, "goods_photo")
    item = ready.case.evidence_items.get(slot="chat_screenshot")
    withdraw_evidence(item=item, by=agent, at=AT + timedelta(minutes=20), reason="传错了")
    failed = [check.code for check in blocking(standing_of(find_appeal(str(ready.pk)), AT).checks)]
    assert failed == ["proof", "packet"]


def test_new_proof_that_is_not_chosen_changes_nothing(ready, add_file):
    add_file(ready.case, "goods_photo")
    assert standing_of(find_appeal(str(ready.pk)), AT).is_ready
