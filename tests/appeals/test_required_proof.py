"""Proof by ground: what helps, and what the platform does not take an appeal without."""

import pytest

from aftersales.enums import Issue
from appeals.claims import DraftChange
from appeals.errors import NotReady
from appeals.models import Appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import loaded
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import submit_appeal
from tests.aftersales.packs import shipped
from tests.appeals.conftest import STATEMENT
from tests.factories import make_refunded_case
from tests.instants import AT


@pytest.fixture
def appeal_on(shop, agent, add_file):
    """A rights appeal on a ground, with one piece in each of these slots."""

    def appeal_on(ground, *slots, issue="", type="rights"):
        case = make_refunded_case(shop, agent, issue=issue)
        for slot in slots:
            add_file(case, slot)
        appeal = open_appeal(case=case, type=type, by=agent, now=AT)
        update_appeal(appeal=appeal, change=DraftChange(ground=ground, statement=STATEMENT), by=agent, now=AT)
        return appeal

    return appeal_on


def checks(appeal):
    standing = standing_of(loaded(Appeal.objects.filter(pk=appeal.pk)).get(), AT)
    return {check.code: check for check in standing.checks}


@pytest.mark.parametrize(
    ("slots", "is_ok"),
    [
        (("chat_screenshot",), False),
        (("catalogue_proof",), False),
        (("dispatch_photo",), False),
        (("catalogue_proof", "dispatch_photo"), True),
    ],
)
def test_item_of_another_shop_needs_catalogue_and_dispatch_proof(appeal_on, slots, is_ok):
    """PD-42: proof that the shop has no such item, and of what was sent with its waybill."""
    check = checks(appeal_on("not_our_item", *slots))["required_proof"]
    assert check.is_ok == is_ok
    assert check.is_blocking != is_ok
    assert ("发货实拍图" in check.reason) == ("dispatch_photo" not in slots)


def test_required_proof_guards_submitting(appeal_on, agent, build):
    """PD-42: the list and the guard are the same."""
    appeal = appeal_on("not_our_item", "chat_screenshot")
    build(appeal)
    with pytest.raises(NotReady) as refused:
        submit_appeal(appeal=appeal, by=agent, now=AT)
    assert list(refused.value.fields) == ["required_proof"]


def test_other_grounds_need_no_catalogue(appeal_on):
    assert "required_proof" not in checks(appeal_on("weak_quality_proof", "chat_screenshot"))


@pytest.mark.parametrize("ground", ["empty_or_missing", "not_missing_on_dispatch"])
def test_missing_items_ask_for_weights_and_certificate(appeal_on, ground):
    """PD-39: 发货称重图, 快递内网称重图, and best the courier's certificate; none of them is stated as required."""
    check = checks(appeal_on(ground, "chat_screenshot", issue=Issue.MISSING_ITEMS))["slots"]
    assert check.is_warning
    for name in ("发货称重图", "快递内网称重图", "快递正确发货证明"):
        assert name in check.reason


def test_weights_are_asked_for_on_their_ground_only(appeal_on):
    """PD-39."""
    reason = checks(appeal_on("no_fault_freight", "chat_screenshot", issue=Issue.MISSING_ITEMS))["slots"].reason
    assert "称重" not in reason


def test_signature_helps_where_a_return_never_came(appeal_on):
    """PD-45: 签收证明."""
    reason = checks(appeal_on("received_back_signed", "chat_screenshot"))["slots"].reason
    assert "签收证明" in reason


def slot_of(platform, code):
    return next(slot for slot in shipped(platform).slot if slot.code == code)


def test_product_problem_takes_photos_and_films():
    """PD-40: direct photos or a film."""
    assert slot_of("pinduoduo", "goods_photo").takes == ["image", "pdf", "video"]


@pytest.mark.parametrize(
    ("code", "issue", "others"),
    [
        ("buyer_wrong_item", Issue.WRONG_ITEM, [Issue.DAMAGED, Issue.QUALITY]),
        ("buyer_damage", Issue.DAMAGED, [Issue.WRONG_ITEM, Issue.QUALITY]),
        ("buyer_quality", Issue.QUALITY, [Issue.WRONG_ITEM, Issue.DAMAGED]),
    ],
)
def test_buyers_photos_have_a_slot_by_issue(code, issue, others):
    """KS-35, KS-36, KS-37: what the buyer shows is kept with the case, where that is the issue."""
    pack = shipped("kuaishou")
    offered = {slot.code for slot in pack.slots_for("return_dispute", issue)}
    assert code in offered
    for other in others:
        assert code not in {slot.code for slot in pack.slots_for("return_dispute", other)}


def test_quality_may_be_shown_by_a_film():
    """KS-37: the buyer's quality evidence."""
    assert "video" in slot_of("kuaishou", "buyer_quality").takes
