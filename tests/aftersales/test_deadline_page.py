"""The page on which a lead moves a deadline."""

from datetime import timedelta

import pytest
from django.urls import reverse

from aftersales.enums import EventType
from tests.factories import add_proof, learn, make_case, make_lead, make_shop
from tests.instants import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def case(shop, agent, time_machine):
    time_machine.move_to(AT + HOUR, tick=False)
    return add_proof(learn(make_case(shop, agent), EventType.RESHIP_AGREED, agent), "chat_screenshot", agent)


@pytest.fixture
def page(case):
    return reverse("deadline_move", args=[case.ref, case.deadlines.get().pk])


def test_lead_moves_a_deadline(client, lead, case, page):
    client.force_login(lead)
    assert page in client.get(reverse("case", args=[case.ref])).content.decode()
    shown = client.get(page)
    ((proof, name),) = shown.context["form"].fields["proof"].choices[1:]
    assert "聊天记录截图" in name
    told = {"due_at": "2026-03-04T10:00:00", "reason": "买家同意", "proof": proof}
    assert client.post(page, told | {"reason": ""}).status_code == 422
    refused = client.post(page, told | {"proof": "other"})
    assert refused.status_code == 422
    assert "买家同意" in refused.content.decode(), "what was typed is still there"
    answer = client.post(page, told)
    assert answer.status_code == 302
    assert case.deadlines.get().due_at == AT + 48 * HOUR


def test_agents_and_strangers_do_not(client, agent, case, page):
    client.force_login(agent)
    assert page not in client.get(reverse("case", args=[case.ref])).content.decode()
    assert client.get(page).status_code == 403
    client.force_login(make_lead(make_shop()))
    assert client.get(page).status_code == 404
