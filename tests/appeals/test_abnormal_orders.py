"""The abnormal-order appeal (PD-20): for orders that have not left, without a window, a quota or a proof of its own."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType, Kind
from aftersales.selectors.policies import rule_book
from appeals.claims import DraftChange
from appeals.enums import WindowState
from appeals.errors import AppealExists, CannotAppeal
from appeals.models import Appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.parts import loaded
from appeals.selectors.windows import case_windows
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import expire_appeals, submit_appeal, withdraw_appeal
from tests.aftersales.packs import shipped
from tests.appeals.conftest import STATEMENT
from tests.factories import learn, make_case
from tests.instants import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def unshipped(shop, agent, add_file):
    case = make_case(shop, agent, kind=Kind.NOT_SHIPPED)
    add_file(case)
    return case


def opening(case, at=AT):
    found = {one.rule.code: one for one in case_windows(case, rule_book("pinduoduo"), at)}
    return found.get("abnormal_order")


def test_abnormal_order_has_the_nine_grounds():
    """PD-20: A to I."""
    rule = shipped("pinduoduo").appeal_rule("abnormal_order")
    assert [ground.code for ground in rule.grounds] == [
        "mass_orders",
        "wrong_address",
        "not_to_trade",
        "no_custom_details",
        "refund_never_asked",
        "competitor_retaliation",
        "freight_insurance",
        "will_refuse",
        "picture_dispute",
    ]
    assert (rule.quota, rule.locks_order, rule.items) == (None, False, [])


def test_abnormal_order_is_filed_from_draft_to_result(unshipped, agent, build):
    """PD-20: no time is stated, so it is open at once and never closes."""
    found = opening(unshipped, AT + timedelta(days=300))
    assert (found.state(AT), found.reason, found.clock) == (WindowState.UNSTATED, "", None)
    appeal = open_appeal(case=unshipped, type="abnormal_order", by=agent, now=AT)
    assert (appeal.window, appeal.opens_at, appeal.closes_at) == (None, None, None)
    update_appeal(appeal=appeal, change=DraftChange(ground="mass_orders", statement=STATEMENT), by=agent, now=AT)
    build(appeal)
    assert expire_appeals(now=AT + timedelta(days=300)) == 0
    assert submit_appeal(appeal=appeal, by=agent, now=AT + timedelta(days=20)).state == "submitted"


@pytest.mark.parametrize("kind", [Kind.IN_TRANSIT, Kind.RETURN_DISPUTE])
def test_abnormal_order_is_not_for_what_was_shipped(shop, agent, kind):
    """PD-20: 商品成团未发货 only."""
    case = make_case(shop, agent, kind=kind)
    assert opening(case) is None
    with pytest.raises(CannotAppeal):
        open_appeal(case=case, type="abnormal_order", by=agent, now=AT)


@pytest.mark.parametrize("fact", [EventType.TRACKING_UPLOADED, EventType.SHIPMENT_SCANNED, EventType.SHIPMENT_SIGNED])
def test_abnormal_order_is_too_late_once_the_parcel_left(unshipped, agent, fact):
    said = {"tracking_no": "YT1234567890123", "courier": "yto"} if fact == EventType.TRACKING_UPLOADED else {}
    case = learn(unshipped, fact, agent, at=AT, **said)
    assert "2026-03-02 10:00:00" in opening(case).reason
    with pytest.raises(CannotAppeal, match="2026-03-02 10:00:00"):
        open_appeal(case=case, type="abnormal_order", by=agent, now=AT + HOUR)


def test_abnormal_order_again_after_the_first_was_dropped(unshipped, agent):
    first = open_appeal(case=unshipped, type="abnormal_order", by=agent, now=AT)
    with pytest.raises(AppealExists):
        open_appeal(case=unshipped, type="abnormal_order", by=agent, now=AT)
    assert opening(unshipped).has_open_appeal
    withdraw_appeal(appeal=first, by=agent, now=AT)
    assert open_appeal(case=unshipped, type="abnormal_order", by=agent, now=AT).state == "draft"


def test_proof_that_helps_follows_the_ground(unshipped, agent):
    """PD-20: the source states no proof, so none is required; what would help differs by ground."""
    appeal = open_appeal(case=unshipped, type="abnormal_order", by=agent, now=AT)
    wanted = {}
    for ground in ("mass_orders", "wrong_address", "picture_dispute"):
        update_appeal(appeal=appeal, change=DraftChange(ground=ground), by=agent, now=AT)
        standing = standing_of(loaded(Appeal.objects.filter(pk=appeal.pk)).get(), AT)
        wanted[ground] = {slot.code for slot in standing.dossier.wanted_slots} - {"chat_screenshot"}
        assert not [check for check in standing.checks if check.code == "required_proof"]
    assert wanted == {
        "mass_orders": {"order_history"},
        "wrong_address": {"address_screenshot"},
        "picture_dispute": {"listing_screenshot"},
    }
