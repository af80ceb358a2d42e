"""What a piece shows can be said anew; the ledger keeps the words of before."""

from datetime import timedelta

import pytest

from aftersales.enums import EventType
from aftersales.errors import NotAllowed
from aftersales.models import Case, CaseEvent
from aftersales.services.ledger import verify
from evidence.errors import AlreadyWithdrawn
from evidence.models import EvidenceItem
from evidence.services.captions import edit_caption
from evidence.services.uploads import withdraw_evidence
from tests.api_client import ApiClient
from tests.evidence.factories import make_evidence
from tests.instants import AT

LATER = AT + timedelta(minutes=5)
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def item(case, agent, store):
    return make_evidence(case, agent, caption="第一屏")


def captions(case):
    return CaseEvent.objects.filter(case_id=case.pk, type=EventType.EVIDENCE_CAPTIONED)


def test_caption_is_changed_and_recorded(item, case, agent, colleague, store):
    edit_caption(item=item, caption=" 买家承认少发 ", by=colleague, at=LATER)
    assert EvidenceItem.objects.get(pk=item.pk).caption == "买家承认少发"
    event = captions(case).get()
    assert event.data == {
        "item": str(item.pk),
        "slot": item.slot,
        "name": item.original_name,
        "caption": "买家承认少发",
        "caption_before": "第一屏",
    }
    assert (event.actor, event.at) == (colleague, LATER)
    assert verify(case=Case.objects.get(pk=case.pk)) > 1


def test_the_same_words_are_recorded_once(item, case, agent, store):
    for _time in range(2):
        edit_caption(item=item, caption="另一句", by=agent, at=LATER)
    assert captions(case).count() == 1


def test_caption_of_a_withdrawn_piece_stays(item, agent, store):
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    with pytest.raises(AlreadyWithdrawn):
        edit_caption(item=item, caption="新", by=agent, at=LATER)


def test_stranger_may_not(item, case, stranger, store):
    with pytest.raises(NotAllowed):
        edit_caption(item=item, caption="新", by=stranger, at=LATER)
    assert not captions(case).exists()


def test_page_changes_it_and_shows_it(browser, item, store):
    answer = browser.post(f"/evidence/{item.pk}/caption/", {"caption": "面单"}, headers=SCRIPT)
    assert answer.status_code == 200
    assert "面单" in answer.content.decode()
    plain = browser.post(f"/evidence/{item.pk}/caption/", {"caption": "另"})
    assert plain["Location"].endswith("#slots")
    assert EvidenceItem.objects.get(pk=item.pk).caption == "另"


@pytest.mark.parametrize("caption", ["长" * 201, "\0"], ids=["long", "nul"])
def test_caption_that_cannot_be_kept_is_refused(browser, item, store, caption):
    answer = browser.post(f"/evidence/{item.pk}/caption/", {"caption": caption}, headers=SCRIPT)
    assert answer.status_code == 422
    assert EvidenceItem.objects.get(pk=item.pk).caption == "第一屏"


def test_longest_caption_is_taken(browser, item, store):
    assert browser.post(f"/evidence/{item.pk}/caption/", {"caption": "长" * 200}, headers=SCRIPT).status_code == 200


def test_withdrawn_meanwhile_is_said_in_the_panel(browser, item, agent, store):
    withdraw_evidence(item=item, reason="模糊", by=agent, at=AT)
    answer = browser.post(f"/evidence/{item.pk}/caption/", {"caption": "新"}, headers=SCRIPT)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("headers", [SCRIPT, {}], ids=["script", "plain"])
def test_stranger_finds_nothing(client, item, stranger, store, headers):
    client.force_login(stranger)
    assert client.post(f"/evidence/{item.pk}/caption/", {"caption": "新"}, headers=headers).status_code == 404


def patch(program, item, **body):
    return program.client.patch(
        f"/api/v1/evidence/{item.pk}", body, content_type="application/json", headers=program.headers
    )


def test_api_changes_it(item, case, agent, store):
    answer = patch(ApiClient(agent), item, caption="面单")
    assert (answer.status_code, answer.json()["caption"]) == (200, "面单")
    assert captions(case).get().source == "api"


@pytest.mark.parametrize("caption", ["长" * 201, None, 1, "\0"], ids=["long", "none", "number", "nul"])
def test_api_refuses_what_is_no_caption(item, agent, store, caption):
    assert patch(ApiClient(agent), item, caption=caption).status_code in (400, 422)
    assert EvidenceItem.objects.get(pk=item.pk).caption == "第一屏"


def test_api_knows_who_may(item, agent, colleague, stranger, store):
    assert patch(ApiClient(stranger), item, caption="新").status_code == 404
    assert patch(ApiClient(agent, is_read_only=True), item, caption="新").status_code == 403
    assert patch(ApiClient(), item, caption="新").status_code == 401
    assert EvidenceItem.objects.get(pk=item.pk).caption == "第一屏"
    assert patch(ApiClient(colleague), item, caption="新").status_code == 200
