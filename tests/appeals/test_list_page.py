"""The list of appeals, tab by tab."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appeals.claims import DraftChange
from appeals.services.drafts import open_appeal, update_appeal
from appeals.services.filing import submit_appeal
from tests.factories import make_agent, make_refunded_case, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.mark.parametrize("tab", ["", "windows", "drafts", "submitted", "ended", "nonsense"])
def test_list_shows_its_tabs(page, draft, shop, agent, tab):
    make_refunded_case(shop, agent)
    answer = page.get(reverse("appeals"), {"tab": tab, "page": "x"})
    assert answer.status_code == 200
    assert [item["count"] for item in answer.context["tabs"]] == [1, 1, 0, 0]


def test_list_shows_only_the_person_s_shops(client, draft):
    client.force_login(make_agent(make_shop()))
    answer = client.get(reverse("appeals"), {"tab": "drafts"})
    assert [item["count"] for item in answer.context["tabs"]] == [0, 0, 0, 0]


def test_list_says_what_is_missing_of_a_draft(page, draft, agent):
    (row,) = page.get(reverse("appeals"), {"tab": "drafts"}).context["rows"]
    assert not row.is_ready
    assert (row.checks_total - row.checks_done, row.drafted_by) == (2, agent.display_name)


@pytest.mark.parametrize("tab", ["windows", "drafts", "submitted"])
def test_list_takes_as_many_queries_for_three_as_for_one(page, shop, agent, add_file, build, tab):
    counts = []
    for _ in range(2):
        for _ in range(len(counts) + 1):
            case = make_refunded_case(shop, agent)
            if tab == "windows":
                continue
            add_file(case)
            appeal = open_appeal(case=case, type="rights", by=agent, now=AT)
            update_appeal(appeal=appeal, change=DraftChange(ground="other", statement="空包"), by=agent, now=AT)
            build(appeal)
            if tab == "submitted":
                submit_appeal(appeal=appeal, by=agent, now=LATER)
        page.get(reverse("appeals"), {"tab": tab})
        with CaptureQueriesContext(connection) as queries:
            answer = page.get(reverse("appeals"), {"tab": tab})
        assert len(answer.context["rows"]) == len(counts) * 2 + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
