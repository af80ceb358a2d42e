"""The orders of a complaint and the reconsideration on the pages and by API."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from appeals.claims import Claim, DraftChange
from appeals.models import Appeal
from appeals.selectors.parts import cases_of, loaded
from appeals.services.drafts import open_appeal, update_appeal
from tests.api_client import ApiClient
from tests.appeals.test_reconsiderations import lost
from tests.factories import make_agent, make_case, make_shop
from tests.instants import AT

__all__ = ["lost"]  # the fixture of a lost appeal

LATER = AT + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def complaint(shop, agent) -> Appeal:
    return open_appeal(case=make_case(shop, agent), type="malicious_order", by=agent, now=AT)


def refs(appeal) -> list[str]:
    return [case.ref for case in cases_of(loaded(Appeal.objects.filter(pk=appeal.pk)).get())]


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_orders_are_added_by_any_of_their_numbers(page, complaint, shop, agent):
    """PD-32: as they are at hand, several at once."""
    one, two, three = (make_case(shop, agent) for _ in range(3))
    numbers = f"{one.ref}，{two.order.platform_order_no}\n{three.platform_case_no}, {one.ref}"
    answer = page.post(reverse("appeal_cases", args=[complaint.pk]), {"refs": numbers}, follow=True)
    assert refs(complaint) == [complaint.case.ref, one.ref, two.ref, three.ref]
    assert "3" in said(answer)
    shown = answer.content.decode()
    assert "4/20" in shown
    page.post(reverse("appeal_cases", args=[complaint.pk]), {"remove": two.ref})
    assert refs(complaint) == [complaint.case.ref, one.ref, three.ref]


@pytest.mark.parametrize("number", ["C-999999", "nothing", "\0", "😀" * 100])
def test_number_that_nobody_knows_is_named(page, complaint, number):
    answer = page.post(
        reverse("appeal_cases", args=[complaint.pk]), {"refs": f"{complaint.case.ref} {number}"}, follow=True
    )
    assert answer.status_code == 200
    assert len(refs(complaint)) == 1
    assert said(answer)


def test_case_of_another_shop_is_not_found(page, complaint):
    hidden = make_case(make_shop(), None)
    answer = page.post(
        reverse("appeal_cases", args=[complaint.pk]), {"refs": hidden.order.platform_order_no}, follow=True
    )
    assert hidden.order.platform_order_no in said(answer)
    assert refs(complaint) == [complaint.case.ref]


def test_orders_are_changed_by_whoever_works_for_the_shop(client, complaint):
    client.force_login(make_agent(make_shop()))
    assert client.post(reverse("appeal_cases", args=[complaint.pk]), {"refs": "x"}).status_code == 404
    assert client.post(reverse("appeal_reconsider", args=[complaint.pk])).status_code == 404


def test_orders_from_an_old_page_are_refused(page, complaint, shop, agent):
    version = complaint.version
    update_appeal(appeal=complaint, change=DraftChange(ground="extortion"), by=agent, now=LATER)
    posted = {"refs": make_case(shop, agent).ref, "version": version}
    assert said(page.post(reverse("appeal_cases", args=[complaint.pk]), posted, follow=True))
    assert len(refs(complaint)) == 1


def test_lost_appeal_offers_its_reconsideration_once(page, lost, agent):
    assert reverse("appeal_reconsider", args=[lost.pk]) in page.get(reverse("appeal", args=[lost.pk])).content.decode()
    answer = page.post(reverse("appeal_reconsider", args=[lost.pk]), follow=True)
    draft = Appeal.objects.get(reconsiders=lost)
    assert answer.redirect_chain[-1][0] == reverse("appeal", args=[draft.pk])
    assert lost.number in answer.content.decode()
    again = page.post(reverse("appeal_reconsider", args=[lost.pk]), follow=True)
    assert Appeal.objects.filter(reconsiders=lost).count() == 1
    assert said(again)


def test_warning_before_filing_several_items(page, draft, agent, build):
    """PD-27: one that is not needed counts against the shop; PD-26: and only once."""
    one, two = (Claim("liability"),), (Claim("liability"), Claim("payment", Decimal("1.00")))
    for items, is_said in ((one, False), (two, True)):
        update_appeal(appeal=draft, change=DraftChange(items=items), by=agent, now=LATER)
        build(draft)
        shown = page.get(reverse("appeal", args=[draft.pk])).content.decode()
        assert "只有一次申诉机会" in shown
        assert ("请只保留必要的" in shown) == is_said


def test_api_opens_a_complaint_about_several_orders(shop, agent):
    """PD-32 by API."""
    api, (one, two, three) = ApiClient(agent), (make_case(shop, agent) for _ in range(3))
    opened = api.post("appeals", {"type": "malicious_order", "cases": [one.ref, two.ref], "ground": "extortion"})
    assert (opened.status_code, opened.json()["cases"]) == (201, [one.ref, two.ref])
    assert opened.json()["window"]["state"] == "unstated"
    assert opened.json()["quota"] == {"used": 0, "a_month": 10}
    place = f"/api/v1/appeals/{opened.json()['id']}"

    def patch(cases):
        return api.client.patch(place, {"cases": cases}, content_type="application/json", headers=api.headers)

    assert patch([one.ref, three.ref]).json()["cases"] == [one.ref, three.ref]
    assert patch([three.ref, one.ref]).status_code == 422
    assert patch([one.ref, "C-999999"]).status_code == 404
    many = api.post("appeals", {"type": "rights", "cases": [one.ref, two.ref]})
    assert many.status_code in {409, 422}


def test_api_opens_a_reconsideration(lost, agent):
    api = ApiClient(agent)
    body = {"type": "negative_experience", "cases": [lost.case.ref], "reconsiders": lost.number}
    opened = api.post("appeals", body)
    assert (opened.status_code, opened.json()["reconsiders"]) == (201, str(lost.pk))
    elsewhere = make_case(lost.case.shop, agent)
    assert api.post("appeals", {**body, "cases": [elsewhere.ref]}).status_code == 422
    assert api.post("appeals", body).status_code == 409
