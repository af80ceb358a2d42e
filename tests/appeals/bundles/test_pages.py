"""Leads tick appeals, follow the building and fetch the ZIP; others are told why they may not."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from appeals.models import Appeal, Bundle
from appeals.services.filing import submit_appeal
from tests.appeals.bundles.conftest import carry_out
from tests.factories import make_lead, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)
HTMX = {"HX-Request": "true"}
INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk(client, lead):
    """A browser in which the lead is logged in."""
    client.force_login(lead)
    return client


def test_lists_offer_the_bundle_to_leads_only(client, lead, agent, drafts):
    submit_appeal(appeal=drafts[1], by=agent, now=LATER)
    for person in (lead, agent):
        client.force_login(person)
        for tab, draft in zip(("drafts", "submitted"), drafts, strict=True):
            content = client.get(reverse("appeals"), {"tab": tab}).content.decode()
            assert (f'name="refs" form="bundle_form" value="{draft.pk}"' in content) is person.is_lead
            assert (reverse("bundles") in content) is person.is_lead


def test_other_lists_offer_no_bundle(desk, rows):
    rows(1)
    for tab in ("windows", "ended"):
        assert 'name="refs"' not in desk.get(reverse("appeals"), {"tab": tab}).content.decode()


def test_ticked_appeals_become_a_bundle(desk, drafts, django_capture_on_commit_callbacks):
    asked = {"refs": [str(one.pk) for one in reversed(drafts)], "profile": "pdf"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(reverse("bundles"), asked, headers=HTMX)
    bundle = Bundle.objects.get()
    assert answer.headers["HX-Redirect"] == reverse("bundle", args=[bundle.pk])
    assert list(bundle.entries.order_by("position").values_list("appeal", flat=True)) == [
        one.pk for one in reversed(drafts)
    ]
    assert OrmQ.objects.count() == 1
    plain = desk.post(reverse("bundles"), asked)
    assert (plain.status_code, plain.headers["Location"]) == (302, reverse("bundle", args=[bundle.pk]))


def test_refusal_is_said_on_the_list(desk):
    answer = desk.post(reverse("bundles"), {}, headers=HTMX)
    assert (answer.status_code, "toast" in answer.headers["HX-Trigger"]) == (204, True)
    assert desk.post(reverse("bundles"), {}).status_code == 422
    assert desk.post(reverse("bundles"), {"refs": [str(uuid.uuid4())]}).status_code == 404
    assert desk.post(reverse("bundles"), {"refs": ["\x00", "x" * 5000]}).status_code == 404
    assert not Bundle.objects.exists()


def test_drafts_are_narrowed_to_windows_that_close_soon(desk, draft):
    """Both ends count; what nobody offers narrows nothing."""
    spans = {"24h": timedelta(hours=24), "48h": timedelta(hours=48), "7d": timedelta(days=7)}
    expected = [("9d", timedelta(days=30), True), ("", timedelta(days=30), True)]
    for closes, span in spans.items():
        expected += [(closes, span, True), (closes, span + INSTANT, False)]
        expected += [(closes, timedelta(0), True), (closes, -INSTANT, False)]
    for closes, left, is_there in expected:
        draft.window.due_at = LATER + left
        draft.window.save()
        rows = desk.get(reverse("appeals"), {"tab": "drafts", "closes": closes}).context["rows"]
        assert len(rows) == is_there, (closes, left)
    assert desk.post(reverse("bundles"), {"all": "1", "tab": "drafts", "closes": "7d"}).status_code == 422


def test_drafts_are_narrowed_to_a_shop(desk, make_draft, agent, lead):
    ours, shop = make_draft(built=False), make_shop()
    agent.shops.add(shop)
    lead.shops.add(shop)
    theirs = make_draft(built=False, of=shop)
    for code, wanted in ((shop.code, {theirs.number}), ("", {ours.number, theirs.number}), ("nowhere", set())):
        rows = desk.get(reverse("appeals"), {"tab": "drafts", "shop": code}).context["rows"]
        assert {row.number for row in rows} == wanted
    desk.post(reverse("bundles"), {"all": "1", "tab": "drafts", "shop": shop.code})
    assert [entry.appeal_id for entry in Bundle.objects.get().entries.all()] == [theirs.pk]


def test_all_of_more_than_one_page_can_be_asked_for(desk, make_draft, monkeypatch):
    monkeypatch.setattr("appeals.views.lists.PAGE", 1)
    for _number in range(2):
        make_draft(built=False)
    assert 'name="all"' in desk.get(reverse("appeals"), {"tab": "drafts"}).content.decode()
    desk.post(reverse("bundles"), {"all": "1", "tab": "drafts"})
    assert Bundle.objects.get().entries.count() == 2


def test_bundles_are_listed_newest_first(desk, rows, ask):
    appeals = rows(2)
    assert b"data-row" not in desk.get(reverse("bundles")).content
    one, two = ask(appeals[:1]), ask(appeals, now=LATER + timedelta(minutes=1))
    rows = desk.get(reverse("bundles")).context["rows"]
    assert [(row.pk, row.total, row.done, row.has_file) for row in rows] == [
        (two.pk, 2, 0, False),
        (one.pk, 1, 0, False),
    ]


def test_bundles_come_fifty_a_page(desk, lead, rows):
    (appeal,) = rows(1)
    for _number in range(51):
        bundle = Bundle.objects.create(requested_by=lead, requested_at=AT, key="x.pdf.zip")
        bundle.entries.create(appeal=appeal, position=1)
    with CaptureQueriesContext(connection) as queries:
        first = desk.get(reverse("bundles"))
    assert (len(first.context["rows"]), first.context["next_query"]) == (50, "page=2")
    assert len(queries) < 20
    second = desk.get(reverse("bundles"), {"page": "2"})
    assert (len(second.context["rows"]), second.context["next_query"]) == (1, "")


def test_page_of_a_bundle_follows_it_until_it_is_there(desk, drafts, ask):
    bundle = ask(drafts)
    place = reverse("bundle", args=[bundle.pk])
    content = desk.get(place).content.decode()
    assert "<progress" in content
    assert f'hx-get="{place}"' in content
    assert reverse("bundle_file", args=[bundle.pk]) not in content
    carry_out(bundle, seconds=-1)
    detail = desk.get(place, headers=HTMX).context["bundle"]
    assert (detail.percent, detail.row.done) == (50, 1)
    carry_out(bundle)
    answer = desk.get(place, headers=HTMX)
    content = answer.content.decode()
    assert "<html" not in content
    assert "hx-trigger" not in content
    assert answer.context["bundle"].percent == 100
    assert content.count(reverse("packet_file", args=[drafts[0].packets.get().pk])) == 1
    file = desk.get(reverse("bundle_file", args=[bundle.pk]))
    assert file.headers["Content-Type"] == "application/zip"
    assert file.headers["Content-Disposition"] == f'attachment; filename="B-{bundle.pk.hex[:8].upper()}.zip"'
    bundle.refresh_from_db()
    assert len(b"".join(file.streaming_content)) == bundle.byte_size


def test_page_says_what_is_missing_and_builds_it_again(desk, drafts, ask, agent):
    Appeal.objects.filter(pk=drafts[1].pk).update(statement="")
    drafts[1].packets.all().delete()
    drafts[1].pieces.all().delete()
    bundle = carry_out(ask(drafts))
    detail = desk.get(reverse("bundle", args=[bundle.pk])).context["bundle"]
    assert (detail.row.has_file, detail.row.done, detail.row.failed, detail.can_retry) == (True, 1, 1, True)
    assert detail.entries[1].error
    answer = desk.post(reverse("bundle_retry", args=[bundle.pk]), headers=HTMX)
    assert answer.headers["HX-Redirect"] == reverse("bundle", args=[bundle.pk])
    detail = desk.get(reverse("bundle", args=[bundle.pk])).context["bundle"]
    assert (detail.is_building, detail.percent) == (True, 50)


def test_retry_of_a_whole_bundle_is_refused(desk, make_draft, ask):
    built = carry_out(ask([make_draft()]))
    assert desk.post(reverse("bundle_retry", args=[built.pk])).status_code == 409
    assert not desk.get(reverse("bundle", args=[built.pk])).context["bundle"].can_retry


def test_pages_of_a_bundle_are_for_leads_of_its_shops(client, rows, ask, agent):
    place = reverse("bundle", args=[ask(rows(1)).pk])
    stranger = make_lead(make_shop())
    for person, status in ((agent, 403), (stranger, 404), (None, 302)):
        client.logout()
        if person:
            client.force_login(person)
        for answer in (client.get(place), client.get(f"{place}file/"), client.post(f"{place}retry/")):
            assert answer.status_code == status


def test_agent_may_neither_list_nor_ask(client, agent, rows):
    (draft,) = rows(1)
    client.force_login(agent)
    assert client.get(reverse("bundles")).status_code == 403
    assert client.post(reverse("bundles"), {"refs": [str(draft.pk)]}).status_code == 403
    assert client.put(reverse("bundles")).status_code == 405
    assert not Bundle.objects.exists()


def test_page_of_a_bundle_takes_as_many_queries_for_three_as_for_one(desk, rows, ask):
    counts = []
    for chosen in (rows(1), rows(3)):
        place = reverse("bundle", args=[ask(chosen).pk])
        desk.get(place)
        with CaptureQueriesContext(connection) as queries:
            desk.get(place)
        counts.append(len(queries))
    assert counts[0] == counts[1]
