"""What a second file makes of a case: the platform's word, and what the agents did meanwhile."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from aftersales.enums import State
from aftersales.models import Case
from aftersales.services.ledger import verify
from tests.aftersales.imports.shapes import PDD_DETAIL
from tests.aftersales.imports_service.records import countdowns, counts, story, taobao, the_case
from tests.factories import make_agent, make_shop, take
from tests.instants import AT, SHANGHAI

pytestmark = pytest.mark.django_db
YESTERDAY = AT - timedelta(days=1)
TOMORROW = AT + timedelta(days=1)


def test_new_case_waits_for_the_merchant_until_the_platform_countdown_ends(tmall, bring):
    assert counts(bring(tmall, taobao(), now=YESTERDAY)) == {"created": 1}
    case = the_case(tmall)
    assert (case.state, case.waiting_for) == ("pending", "merchant")
    assert case.next_due_at == datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)
    assert story(case) == ["refund.requested", "platform.status", "platform.countdown"]
    assert countdowns(case) == [("WAIT_SELLER_AGREE", "running")]


@pytest.mark.parametrize(
    ("refunded", "outcome", "events"),
    [("2026-03-03 08:00:00", "met", 0), ("2026-03-03 08:00:01", "breached", 1)],
    ids=["on the last second", "one second late"],
)
def test_refund_between_two_imports_meets_or_breaches_the_countdown(tmall, bring, refunded, outcome, events):
    bring(tmall, taobao(), now=AT)
    late = AT + timedelta(days=3)
    assert counts(bring(tmall, taobao("SUCCESS", refunded), now=late)) == {"updated": 1}

    case = the_case(tmall)
    moment = datetime.fromisoformat(refunded).replace(tzinfo=SHANGHAI)
    assert (case.state, case.refunded_at, case.closed_at) == (State.REFUNDED, moment, moment)
    assert case.next_due_at is None
    assert countdowns(case) == [("WAIT_SELLER_AGREE", outcome)]
    assert story(case).count("deadline.breached") == events
    assert story(case).count("refund.succeeded") == 1
    assert verify() > 0


def test_next_step_of_the_platform_ends_one_countdown_and_starts_another(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    timeout = {"exist_timeout": True, "timeout": "2026-03-08 12:00:00"}
    agreed = taobao("WAIT_BUYER_RETURN_GOODS", "12:00:00", refund_remind_timeout=timeout)
    assert counts(bring(tmall, agreed, now=AT)) == {"updated": 1}

    case = the_case(tmall)
    assert (case.state, case.waiting_for, case.next_due_at) == (State.AWAITING_RETURN, "buyer", None)
    assert countdowns(case) == [("WAIT_SELLER_AGREE", "met"), ("WAIT_BUYER_RETURN_GOODS", "running")]
    assert counts(bring(tmall, agreed, now=TOMORROW)) == {"unchanged": 1}


def test_platform_moves_its_countdown(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    longer = taobao(
        modified="11:00:00", refund_remind_timeout={"exist_timeout": True, "timeout": "2026-03-05 08:00:00"}
    )
    assert counts(bring(tmall, longer, now=AT)) == {"updated": 1}
    case = the_case(tmall)
    assert case.next_due_at == datetime(2026, 3, 5, 8, tzinfo=SHANGHAI)
    assert countdowns(case) == [("WAIT_SELLER_AGREE", "running")]


def test_unknown_status_leaves_the_case_where_it_is_and_is_reported(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    strange = taobao("WAIT_FOR_GODOT", "10:00:00")
    report = bring(tmall, strange, now=AT)
    assert counts(report) == {"updated": 1}
    assert report.as_json()["unknown_statuses"] == [{"status": "WAIT_FOR_GODOT", "rows": 1}]
    assert {warning["code"] for warning in report.warnings} == {"unknown_status", "countdown_unclear"}

    case = the_case(tmall)
    assert (case.state, case.platform_status, case.is_status_known) == ("pending", "WAIT_FOR_GODOT", False)
    assert counts(bring(tmall, strange, now=AT)) == {"unchanged": 1}

    assert counts(bring(tmall, taobao("CLOSED", "11:00:00"), now=AT)) == {"updated": 1}
    case.refresh_from_db()
    assert (case.state, case.is_status_known) == (State.RESOLVED, True)


def test_new_case_of_an_unknown_status_is_to_be_handled(tmall, bring):
    bring(tmall, taobao("WAIT_FOR_GODOT"), now=AT)
    case = the_case(tmall)
    assert (case.state, case.is_status_known, case.platform_status) == ("pending", False, "WAIT_FOR_GODOT")


def test_own_progress_stays_while_the_platform_status_stays(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    take(the_case(tmall), "ask_proof", make_agent(tmall), at=YESTERDAY + timedelta(hours=1), shows="照片")
    assert counts(bring(tmall, taobao(), now=AT)) == {"unchanged": 1}
    assert counts(bring(tmall, taobao(modified="23:00:00"), now=AT)) == {"updated": 1}
    assert the_case(tmall).state == State.VERIFYING


def test_own_progress_that_is_newer_than_the_platform_word_stays(tmall, bring):
    agent = make_agent(tmall)
    bring(tmall, taobao(), now=YESTERDAY)
    take(the_case(tmall), "agree_return", agent, at=YESTERDAY + timedelta(hours=1), address="浙江省杭州市某路 1 号")
    take(the_case(tmall), "buyer_shipped", agent, at=YESTERDAY + timedelta(hours=5), tracking_no="SF1234567890123")
    report = bring(tmall, taobao("WAIT_BUYER_RETURN_GOODS", "11:00:30"), now=AT)

    case = the_case(tmall)
    assert counts(report) == {"updated": 1}
    assert (case.state, case.platform_status) == (State.RETURN_IN_TRANSIT, "WAIT_BUYER_RETURN_GOODS")


def test_refund_by_the_platform_ends_own_progress_whenever_it_happened(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    take(the_case(tmall), "ask_proof", make_agent(tmall), at=YESTERDAY + timedelta(hours=9), shows="照片")
    bring(tmall, taobao("SUCCESS", "12:00:00"), now=AT)
    assert the_case(tmall).state == State.REFUNDED


def test_amount_that_an_agent_agreed_on_stays_until_the_platform_changes_its_own(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    take(the_case(tmall), "agree_refund", make_agent(tmall), at=YESTERDAY + timedelta(hours=1), amount="20.00")
    bring(tmall, taobao(modified="12:00:00"), now=AT)
    assert the_case(tmall).refund_amount == Decimal("20.00")
    bring(tmall, taobao(modified="13:00:00", refund_fee="30.00"), now=AT)
    case = the_case(tmall)
    assert case.refund_amount == Decimal("30.00")
    assert case.events.get(type="case.imported").data == {"amount": "30.00", "was": "20.00"}


def test_reason_change_is_an_event_and_the_first_reason_stays(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    bring(tmall, taobao(modified="12:00:00", reason="不想要了"), now=AT)
    case = the_case(tmall)
    assert (case.reason, case.first_reason) == ("不想要了", "质量问题")
    assert case.events.get(type="reason.changed").data == {"reason": "不想要了"}


def test_older_file_moves_no_state_back_and_fills_the_gap(tmall, bring):
    first, second = taobao(), taobao("WAIT_BUYER_RETURN_GOODS", "10:00:00", refund_remind_timeout={})
    third = taobao("SUCCESS", "2026-03-04 09:00:00")
    late = AT + timedelta(days=9)
    bring(tmall, first, now=late)
    bring(tmall, third, now=late)
    assert countdowns(the_case(tmall)) == [("WAIT_SELLER_AGREE", "breached")]
    assert counts(bring(tmall, second, now=late)) == {"updated": 1}

    case = the_case(tmall)
    assert (case.state, case.platform_status) == (State.REFUNDED, "SUCCESS")
    assert countdowns(case) == [("WAIT_SELLER_AGREE", "met")]
    assert "deadline.corrected" in story(case)
    for file in (first, second, third):
        assert counts(bring(tmall, file, now=late)) == {"unchanged": 1}


def test_any_order_of_three_files_gives_the_same_deadlines(tmall, bring, pinduoduo):
    files = [
        taobao(),
        taobao("WAIT_BUYER_RETURN_GOODS", "10:00:00", refund_remind_timeout={}),
        taobao("SUCCESS", "2026-03-04 09:00:00"),
    ]
    late = AT + timedelta(days=9)
    found = set()
    for number, order in enumerate([(0, 1, 2), (0, 2, 1), (2, 0, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0)]):
        for place in order:
            bring(tmall, {**files[place], "refund_id": f"24683115907559{number:04d}"}, now=late)
        case = Case.objects.get(platform_case_no=f"24683115907559{number:04d}")
        rows = case.deadlines.values_list("rule", "started_at", "due_at", "stopped_at", "outcome")
        found.add((case.state, tuple(rows.order_by("rule", "started_at"))))
    assert len(found) == 1


def test_update_without_news_but_a_later_time_makes_no_page_stale(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    version = the_case(tmall).version
    bring(tmall, taobao(modified="12:00:00"), now=AT)
    case = the_case(tmall)
    assert case.version == version
    assert case.platform_updated_at == datetime(2026, 3, 1, 12, tzinfo=SHANGHAI)


def test_platform_that_updates_a_refunded_case_refunds_it_once(tmall, bring):
    bring(tmall, taobao("SUCCESS", "10:00:00"), now=YESTERDAY + timedelta(hours=3))
    bring(tmall, taobao("SUCCESS", "15:00:00"), now=AT)
    case = the_case(tmall)
    assert story(case).count("refund.succeeded") == 1
    assert case.refunded_at == datetime(2026, 3, 1, 10, tzinfo=SHANGHAI)


def test_case_that_is_closed_here_and_open_there_is_pointed_out(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    take(the_case(tmall), "buyer_withdraw", make_agent(tmall), at=YESTERDAY + timedelta(minutes=5))
    report = bring(tmall, taobao(modified="20:00:00"), now=AT)
    assert [warning["code"] for warning in report.warnings] == ["closed_here"]
    assert the_case(tmall).state == State.WITHDRAWN


def test_tracking_number_that_comes_later_is_kept_with_its_courier(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    assert counts(bring(tmall, taobao(sid="SF1234567890123"), now=AT)) == {"updated": 1}
    named = taobao(sid="SF1234567890123", company_name="顺丰速运")
    assert counts(bring(tmall, named, now=AT)) == {"updated": 1}
    assert counts(bring(tmall, named, now=AT)) == {"unchanged": 1}
    (parcel,) = the_case(tmall).order.shipments.all()
    assert (parcel.direction, parcel.courier) == ("return", "顺丰速运")


def test_another_order_for_a_known_case_is_pointed_out_and_changes_nothing(tmall, bring):
    bring(tmall, taobao(), now=YESTERDAY)
    report = bring(tmall, taobao(tid="9999999999999999"), now=AT)
    assert counts(report) == {"unchanged": 1}
    assert [warning["code"] for warning in report.warnings] == ["other_order"]
    assert the_case(tmall).order.platform_order_no == "3749509607900765132"


def test_withdrawal_cancels_the_countdown(bring):
    shop = make_shop("pinduoduo")
    times = {"recreated_at": "2026-03-01 08:00:00", "expire_time": "2026-03-03 08:00:00"}
    detail = {**PDD_DETAIL, **times, "updated_time": "2026-03-01 09:00:00"}
    bring(shop, detail, now=AT)
    bring(shop, {**detail, "after_sales_status": 11, "updated_time": "2026-03-02 10:00:00"}, now=TOMORROW)
    case = the_case(shop)
    assert case.state == State.WITHDRAWN
    assert [outcome for _subject, outcome in countdowns(case)] == ["cancelled"]
