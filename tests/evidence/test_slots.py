"""The panel says what is there, what is missing and what it is needed for."""

import pytest
from django.utils import translation

from aftersales.enums import Issue, Kind
from aftersales.models import Case, as_kind
from evidence.selectors.slots import evidence_panel
from evidence.services.uploads import withdraw_evidence
from tests.evidence.factories import make_evidence, make_rows, picture
from tests.factories import make_case, make_shop
from tests.instants import AT


def panel(case, user):
    return evidence_panel(as_kind(Case.objects.select_related("shop", "order").get(pk=case.pk)), user=user, at=AT)


def slot(case, user, code):
    return next(slot for slot in panel(case, user).slots if slot.code == code)


def test_slots_are_those_of_kind_and_issue(shop, agent, store):
    plain = make_case(shop, agent, kind=Kind.RETURN_DISPUTE)
    missing = make_case(shop, agent, kind=Kind.RETURN_DISPUTE, issue=Issue.MISSING_ITEMS)
    codes = {slot.code for slot in panel(plain, agent).slots}
    assert "weight_photo" not in codes
    assert {slot.code for slot in panel(missing, agent).slots} > codes | {"weight_photo"}


def test_empty_case_lacks_what_is_needed(case, agent, store):
    found = panel(case, agent)
    assert (found.proof_filled, found.proof_required) == (0, 3)
    missing = {slot.code for slot in found.slots if slot.is_missing}
    assert missing == {"chat_screenshot", "goods_photo", "courier_screenshot", "red_stamp", "signature_proof"}
    assert not any(slot.is_filled for slot in found.slots)


def test_one_of_a_group_is_enough(case, agent, store):
    make_evidence(case, agent, "red_stamp")
    assert slot(case, agent, "red_stamp").is_filled
    courier = slot(case, agent, "courier_screenshot")
    assert not courier.is_filled
    assert not courier.is_missing


def test_progress_is_the_one_of_the_queue(case, agent, store):
    make_evidence(case, agent, "red_stamp")
    make_evidence(case, agent, "chat_screenshot")
    found = panel(case, agent)
    row = Case.objects.get(pk=case.pk)
    assert (found.proof_filled, found.proof_required) == (row.proof_filled, row.proof_needed) == (2, 3)


def test_words_are_in_the_readers_language(shop, agent, store):
    case = make_case(shop, agent, kind=Kind.IN_TRANSIT)
    assert slot(case, agent, "red_stamp").name == "红章证明"
    assert slot(case, agent, "red_stamp").hint.startswith("快递网点")
    with translation.override("en"):
        english = slot(case, agent, "red_stamp")
        assert english.name == "Red-stamp statement"
        assert str(english.needed_for) == (
            "needed for: Intercept failed / Reject / Submit evidence "
            "(or Courier website screenshot / Proof of signature instead)"
        )


def test_actions_of_other_kinds_are_not_named(case, agent, store):
    with translation.override("en"):
        assert "Intercept failed" not in str(slot(case, agent, "red_stamp").needed_for)


def test_slot_for_appeals_only_is_optional(case, agent, store):
    with translation.override("en"):
        found = slot(case, agent, "agreement_screenshot")
        assert str(found.needed_for) == "for appeals: Rights appeal"
    assert not found.is_missing


def test_pieces_come_in_order_with_the_withdrawn_last(case, agent, store):
    first = make_evidence(case, agent, name="a.png")
    make_evidence(case, agent, name="b.png")
    withdraw_evidence(item=first, reason="模糊", by=agent, at=AT)
    pieces = slot(case, agent, "chat_screenshot").pieces
    assert [(piece.name, piece.is_withdrawn) for piece in pieces] == [("b.png", False), ("a.png", True)]
    assert pieces[1].withdrawn_reason == "模糊"
    assert slot(case, agent, "chat_screenshot").is_filled


def test_only_who_may_withdraw_is_offered_it(case, agent, colleague, lead, store):
    make_evidence(case, agent)
    offered = {user.pk: slot(case, user, "chat_screenshot").pieces[0].can_withdraw for user in (agent, colleague, lead)}
    assert offered == {agent.pk: True, colleague.pk: False, lead.pk: True}


def test_full_slot_offers_no_upload(case, agent, store):
    make_rows(case, agent, "chat_screenshot", 9)
    found = slot(case, agent, "chat_screenshot")
    assert not found.can_upload
    assert len(found.problems) == 1


def test_proof_of_a_former_issue_stays_in_sight(shop, agent, store):
    case = make_case(shop, agent, issue=Issue.MISSING_ITEMS)
    make_evidence(case, agent, "weight_photo")
    Case.objects.filter(pk=case.pk).update(issue=Issue.QUALITY)
    found = slot(case, agent, "weight_photo")
    assert len(found.pieces) == 1
    assert (found.name, found.can_upload, found.is_missing) == ("发货称重图", False, False)


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("platform", ["pinduoduo", "kuaishou", "tmall", "douyin", "tiktok"])
def test_every_platform_and_kind_has_a_panel(agent, platform, kind):
    shop = make_shop(platform)
    agent.shops.add(shop)
    found = panel(make_case(shop, agent, kind=kind), agent)
    assert found.slots
    assert all(str(one.needed_for) or not one.is_missing for one in found.slots)


def test_queries_do_not_grow_with_pieces(case, agent, store, django_assert_num_queries):
    make_evidence(case, agent)
    row = as_kind(Case.objects.select_related("shop", "order").get(pk=case.pk))
    evidence_panel(row, user=agent, at=AT)
    with django_assert_num_queries(4):
        evidence_panel(row, user=agent, at=AT)
    for code in ("goods_photo", "red_stamp"):
        make_evidence(case, agent, code)
    with django_assert_num_queries(4):
        evidence_panel(row, user=agent, at=AT)


def test_file_used_in_another_case_is_named(shop, case, agent, store):
    data = picture()
    other = make_case(shop, agent)
    make_evidence(case, agent, data=data)
    make_evidence(other, agent, data=data)
    [warning] = slot(other, agent, "chat_screenshot").pieces[0].warnings
    assert case.ref in str(warning)
    [warning] = slot(case, agent, "chat_screenshot").pieces[0].warnings
    assert other.ref in str(warning)


def test_case_of_another_shop_is_not_named(case, agent, stranger, store):
    data = picture()
    hidden = make_case(stranger.shops.get(), stranger)
    make_evidence(hidden, stranger, data=data)
    make_evidence(case, agent, data=data)
    with translation.override("en"):
        [warning] = slot(case, agent, "chat_screenshot").pieces[0].warnings
        assert str(warning) == "The same file is proof in another case too. Check that it belongs here."


def test_withdrawn_use_elsewhere_is_no_warning(shop, case, agent, store):
    data = picture()
    wrong = make_evidence(make_case(shop, agent), agent, data=data)
    withdraw_evidence(item=wrong, reason="传错售后单", by=agent, at=AT)
    make_evidence(case, agent, data=data)
    assert slot(case, agent, "chat_screenshot").pieces[0].warnings == []


def test_cases_of_one_order_share_proof_without_warning(shop, case, agent, store):
    data = picture()
    sibling = make_case(shop, agent, order_no=case.order.platform_order_no)
    make_evidence(sibling, agent, data=data)
    make_evidence(case, agent, data=data)
    assert slot(case, agent, "chat_screenshot").pieces[0].warnings == []
