"""The pages: who gets in, what they do, what HTMX gets."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appeals.claims import DraftChange
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.services.drafts import update_appeal
from appeals.services.filing import submit_appeal, withdraw_appeal
from appeals.services.packets import create_packet, run_packet
from tests.factories import make_agent, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)
HTMX = {"HX-Request": "true"}
GETS = ("appeal",)
POSTS = ("appeal_update", "appeal_submit", "appeal_outcome", "appeal_withdraw", "appeal_packet_build")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


def form_of(appeal, **changes):
    """What the page's form posts."""
    appeal = Appeal.objects.get(pk=appeal.pk)
    pieces = list(appeal.pieces.order_by("position"))
    posted = {
        "version": appeal.version,
        "ground": appeal.ground,
        "statement": appeal.statement,
        "items": [item.kind for item in appeal.items.all()],
        "pieces": [str(piece.item_id) for piece in pieces],
    }
    posted |= {f"amount_{item.kind}": str(item.amount) for item in appeal.items.all() if item.amount}
    posted |= {f"position_{piece.item_id}": piece.position for piece in pieces}
    posted |= {f"caption_{piece.item_id}": piece.caption for piece in pieces}
    return {**posted, **changes}


def test_pages_need_a_login(client, ready):
    packet = ready.packets.get()
    addresses = [
        reverse("appeals"),
        reverse("appeal", args=[ready.pk]),
        reverse("packet", args=[packet.pk]),
        reverse("packet_file", args=[packet.pk]),
        reverse("case_appeal_panel", args=[ready.case.ref]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("login"))


def test_stranger_finds_nothing(client, ready):
    client.force_login(make_agent(make_shop()))
    packet = ready.packets.get()
    for name in GETS:
        assert client.get(reverse(name, args=[ready.pk]), headers=HTMX).status_code == 404
    for name in POSTS:
        assert client.post(reverse(name, args=[ready.pk]), form_of(ready), headers=HTMX).status_code == 404
    for name in ("packet", "packet_file"):
        assert client.get(reverse(name, args=[packet.pk]), headers=HTMX).status_code == 404
    assert client.get(reverse("case_appeal_panel", args=[ready.case.ref]), headers=HTMX).status_code == 404
    assert (
        client.post(reverse("appeal_open"), {"case": ready.case.ref, "type": "rights"}, headers=HTMX).status_code == 404
    )
    assert Appeal.objects.get().state == "draft"


@pytest.mark.parametrize("name", POSTS)
def test_changes_are_posts(page, draft, name):
    assert page.get(reverse(name, args=[draft.pk])).status_code == 405


def test_panel_offers_the_open_window_and_then_the_draft(page, case):
    answer = page.get(reverse("case_appeal_panel", args=[case.ref])).content.decode()
    assert 'id="panel"' in answer
    assert 'value="rights"' in answer
    page.post(reverse("appeal_open"), {"case": case.ref, "type": "rights"})
    answer = page.get(reverse("case_appeal_panel", args=[case.ref])).content.decode()
    assert 'value="rights"' not in answer
    assert reverse("appeal", args=[Appeal.objects.get().pk]) in answer


def test_panel_says_why_a_window_is_closed(page, case):
    with time_machine.travel(AT + timedelta(hours=49), tick=False):
        answer = page.get(reverse("case_appeal_panel", args=[case.ref])).content.decode()
    assert "2026-03-04 10:00:00" in answer
    assert 'value="rights"' not in answer


def test_open_twice_goes_on_with_the_draft(page, case):
    posted = {"case": case.ref, "type": "rights"}
    first = page.post(reverse("appeal_open"), posted)
    assert page.post(reverse("appeal_open"), posted).url == first.url
    assert Appeal.objects.count() == 1


def test_draft_to_submitted_on_the_pages(page, case, agent):
    """Open, write, build, submit, record the result."""
    page.post(reverse("appeal_open"), {"case": case.ref, "type": "rights"})
    appeal = Appeal.objects.get()
    changed = form_of(appeal, ground="other", statement="退回的是空包。")
    answer = page.post(reverse("appeal_update", args=[appeal.pk]), changed, headers=HTMX)
    assert answer.status_code == 200
    assert 'value="2" form="draft"' in answer.content.decode()
    answer = page.post(reverse("appeal_packet_build", args=[appeal.pk]), {"profile": "pdf"}, headers=HTMX)
    packet = Packet.objects.get()
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    run_packet(packet_id=packet.pk, clock=lambda: LATER)
    answer = page.get(reverse("packet", args=[packet.pk]), {"version": 2}, headers=HTMX).content.decode()
    assert "every 1s" not in answer
    assert reverse("packet_file", args=[packet.pk]) in answer
    assert 'id="readiness" hx-swap-oob="true"' in answer
    assert page.get(reverse("appeal", args=[appeal.pk])).status_code == 200
    answer = page.post(reverse("appeal_submit", args=[appeal.pk]), form_of(appeal))
    assert answer.url == reverse("appeal", args=[appeal.pk])
    assert Appeal.objects.get().state == "submitted"
    answer = page.get(reverse("appeal", args=[appeal.pk]))
    assert 'name="outcome_payment"' in answer.content.decode()
    results = {"outcome_liability": "won", "outcome_payment": "lost", "version": Appeal.objects.get().version}
    page.post(reverse("appeal_outcome", args=[appeal.pk]), results)
    assert Appeal.objects.get().state == "partly_won"
    assert page.get(reverse("appeal", args=[appeal.pk])).status_code == 200


def test_file_is_the_packet(page, ready):
    packet = ready.packets.get()
    answer = page.get(reverse("packet_file", args=[packet.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]


def test_file_that_is_not_built_is_not_found(page, draft):
    packet = create_packet(appeal=draft, by=None, now=LATER)
    assert page.get(reverse("packet_file", args=[packet.pk]), headers=HTMX).status_code == 404


def test_update_with_the_button_goes_back_to_the_page(page, draft):
    answer = page.post(reverse("appeal_update", args=[draft.pk]), form_of(draft, statement="新的说法"))
    assert answer.url == reverse("appeal", args=[draft.pk])
    assert Appeal.objects.get().statement == "新的说法"


def test_update_orders_the_pieces_by_their_positions(page, draft, add_file):
    other = add_file(draft.case, "goods_photo")
    chat = draft.pieces.get().item
    posted = form_of(draft, pieces=[str(chat.pk), str(other.pk)])
    posted |= {f"position_{chat.pk}": "2", f"position_{other.pk}": "1", f"caption_{other.pk}": "空包"}
    page.post(reverse("appeal_update", args=[draft.pk]), posted)
    pieces = draft.pieces.order_by("position")
    assert [(piece.item_id, piece.caption) for piece in pieces] == [(other.pk, "空包"), (chat.pk, "")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_payment", "很多"),
        ("amount_payment", "99999"),
        ("amount_payment", ""),
        ("amount_payment", "NaN"),
        ("pieces", ["not-a-uuid"]),
        ("ground", "invented"),
        ("statement", "字" * 5001),
    ],
)
def test_update_with_a_fault_says_so_and_changes_nothing(page, draft, field, value):
    answer = page.post(reverse("appeal_update", args=[draft.pk]), form_of(draft, **{field: value}), headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Appeal.objects.get().version == draft.version


@pytest.mark.parametrize(("field", "value"), [("position", "9" * 5000), ("position", "²"), ("version", "²")])
def test_update_takes_odd_numbers_calmly(page, draft, field, value):
    chat = draft.pieces.get().item
    name = f"position_{chat.pk}" if field == "position" else field
    answer = page.post(reverse("appeal_update", args=[draft.pk]), form_of(draft, **{name: value}), headers=HTMX)
    assert answer.status_code == 200


def test_update_with_a_fault_keeps_what_was_typed(page, draft):
    posted = form_of(draft, statement="打了很久的字", amount_payment="99999")
    answer = page.post(reverse("appeal_update", args=[draft.pk]), posted)
    assert answer.status_code == 422
    assert "打了很久的字" in answer.content.decode()


def test_stale_page_stays_refused(page, draft, agent):
    """Its answer must not hand it the new version: the next save would overwrite what it never saw."""
    old = form_of(draft, statement="旧页面上的字")
    update_appeal(appeal=draft, change=DraftChange(statement="同事的字"), by=agent, now=LATER)
    for _ in range(2):
        answer = page.post(reverse("appeal_update", args=[draft.pk]), old, headers=HTMX)
        assert answer.status_code == 409
        content = answer.content.decode()
        assert 'id="stale"' in content
        old["version"] = re.search(r'name="version" value="(\d+)" form="draft"', content).group(1)
    assert Appeal.objects.get().statement == "同事的字"


def test_packet_that_is_followed_from_an_old_page_does_not_refresh_its_version(page, ready, agent):
    update_appeal(appeal=ready, change=DraftChange(statement="同事的字"), by=agent, now=LATER)
    packet = ready.packets.get()
    answer = page.get(reverse("packet", args=[packet.pk]), {"version": ready.version}, headers=HTMX).content.decode()
    assert f'name="version" value="{ready.version}"' in answer
    assert 'id="stale"' in answer


def test_submit_hands_in_what_the_page_shows(page, ready):
    """The last typed word is saved, and so the packet is an old one."""
    answer = page.post(reverse("appeal_submit", args=[ready.pk]), form_of(ready, statement="最后一句"))
    assert answer.status_code == 409
    appeal = Appeal.objects.get()
    assert (appeal.state, appeal.statement) == ("draft", "最后一句")


def test_submit_after_the_window_says_when_it_closed(page, ready):
    with time_machine.travel(AT + timedelta(hours=48, microseconds=1), tick=False):
        answer = page.post(reverse("appeal_submit", args=[ready.pk]), form_of(ready))
    assert answer.status_code == 409
    assert "2026-03-04 10:00:00" in answer.content.decode()
    assert Appeal.objects.get().state == "draft"


def test_outcome_without_every_item_shows_the_fault(page, ready, agent):
    submit_appeal(appeal=ready, by=agent, now=LATER)
    answer = page.post(reverse("appeal_outcome", args=[ready.pk]), {"outcome_liability": "won"})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert Appeal.objects.get().state == "submitted"


def test_withdraw_by_an_agent_after_submitting_is_refused(page, client, ready, agent, lead):
    submit_appeal(appeal=ready, by=agent, now=LATER)
    assert (
        reverse("appeal_withdraw", args=[ready.pk]) not in page.get(reverse("appeal", args=[ready.pk])).content.decode()
    )
    assert page.post(reverse("appeal_withdraw", args=[ready.pk])).status_code == 403
    client.force_login(lead)
    assert (
        reverse("appeal_withdraw", args=[ready.pk]) in client.get(reverse("appeal", args=[ready.pk])).content.decode()
    )
    client.post(reverse("appeal_withdraw", args=[ready.pk]), {"reason": "和解"})
    assert Appeal.objects.get().state == "withdrawn"
    assert client.get(reverse("appeal", args=[ready.pk])).status_code == 200


def test_packet_page_without_htmx_goes_to_the_appeal(page, ready):
    assert page.get(reverse("packet", args=[ready.packets.get().pk])).url == reverse("appeal", args=[ready.pk])


def test_failed_packet_shows_its_message_and_can_be_built_again(page, draft):
    packet = create_packet(appeal=draft, by=None, now=LATER)
    packet.state, packet.error, packet.error_code = PacketState.FAILED, "凭证 1 已损坏", "packet_failed"
    packet.save()
    answer = page.get(reverse("packet", args=[packet.pk]), headers=HTMX).content.decode()
    assert "凭证 1 已损坏" in answer
    assert reverse("appeal_packet_build", args=[draft.pk]) in answer


def test_build_of_a_dropped_draft_says_why(page, draft, agent):
    withdraw_appeal(appeal=draft, by=agent, now=LATER)
    address = reverse("appeal_packet_build", args=[draft.pk])
    answer = page.post(address, headers=HTMX)
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"])["toast"]["tone"] == "error"
    assert page.post(address).status_code == 409
    assert not Packet.objects.exists()
