"""An address for a phone: one device, one slot, fifteen minutes."""

from datetime import timedelta

import pytest
from django.utils import translation

from aftersales.enums import EventType
from aftersales.errors import NotAllowed
from aftersales.models import CaseEvent
from evidence.enums import Origin
from evidence.errors import LinkEnded, LinkFull, LinkTaken, LinkUnknown, SlotFull, UnknownSlot
from evidence.models import EvidenceItem, UploadLink
from evidence.qr_codes import is_only_here, qr_image
from evidence.selectors.upload_links import (
    MOST_FILES,
    digest,
    find_upload_link,
    link_status,
    phone_page,
    upload_link_of,
)
from evidence.services.upload_links import (
    LIFETIME,
    add_by_link,
    claim_upload_link,
    close_upload_link,
    finish_upload_link,
    make_upload_link,
)
from tests.evidence.factories import make_evidence, make_rows, on_disk, picture
from tests.factories import make_case, make_refunded_case
from tests.instants import AT

DEVICE = "the phone"
TICK = timedelta(microseconds=1)
END = AT + LIFETIME


def make(case, by, slot="chat_screenshot", at=AT):
    return make_upload_link(case=case, slot=slot, by=by, at=at)


def send(link, data=None, *, device=DEVICE, at=AT, name="IMG_1.png", **said):
    with on_disk(data or picture()) as path:
        return add_by_link(link=link, device=device, path=path, name=name, at=at, **said)


@pytest.fixture
def link(case, agent, store):
    """Opened by the phone."""
    made, _secret = make(case, agent)
    claim_upload_link(link=made, device=DEVICE, at=AT)
    return made


def test_only_hashes_are_kept(case, agent):
    link, secret = make(case, agent)
    claim_upload_link(link=link, device=DEVICE, at=AT)
    assert len(secret) >= 32
    row = UploadLink.objects.values().get()
    assert secret not in str(row)
    assert DEVICE not in str(row)
    assert (row["secret_sha256"], row["device_sha256"]) == (digest(secret), digest(DEVICE))
    assert (row["created_at"], row["expires_at"], row["claimed_at"]) == (AT, END, AT)


def test_found_by_its_secret_only(case, agent):
    link, secret = make(case, agent)
    assert find_upload_link(secret, at=AT) == link
    for wrong in ("", "x", secret[:-1], secret + "=", digest(secret), "\0", "密"):
        with pytest.raises(LinkUnknown):
            find_upload_link(wrong, at=AT)


@pytest.mark.parametrize(("at", "works"), [(END - TICK, True), (END, True), (END + TICK, False)])
def test_it_ends_after_fifteen_minutes(case, agent, link, at, works):
    _other, secret = make(case, agent, "goods_photo")
    if works:
        find_upload_link(secret, at=at)
        assert send(link, at=at).added_at == at
    else:
        with pytest.raises(LinkEnded):
            find_upload_link(secret, at=at)
        with pytest.raises(LinkEnded):
            send(link, at=at)
        assert not EvidenceItem.objects.exists()


def test_unopened_link_cannot_be_claimed_after_its_end(case, agent):
    link, _secret = make(case, agent)
    with pytest.raises(LinkEnded):
        claim_upload_link(link=link, device=DEVICE, at=END + TICK)
    claim_upload_link(link=link, device=DEVICE, at=END)


def test_first_device_has_it(case, agent, link):
    with pytest.raises(LinkTaken):
        claim_upload_link(link=link, device="another", at=AT)
    for device in ("another", "", digest(DEVICE)):
        with pytest.raises(LinkTaken):
            send(link, device=device)
    assert not EvidenceItem.objects.exists()


def test_nobody_sends_before_it_was_opened(case, agent, store):
    link, _secret = make(case, agent)
    for device in ("", DEVICE):
        with pytest.raises(LinkTaken):
            send(link, device=device)


def test_file_counts_as_added_by_whoever_made_the_link(case, agent, link):
    """Chain of custody: who, when, and that it came by a phone."""
    item = send(link)
    assert (item.case, item.slot, item.added_by, item.added_at, item.origin) == (
        case,
        "chat_screenshot",
        agent,
        AT,
        Origin.PHONE,
    )
    event = CaseEvent.objects.get(case_id=case.pk, type=EventType.EVIDENCE_ADDED)
    assert (event.actor, event.data["origin"]) == (agent, "phone")


def test_same_file_again_is_the_same_piece(link):
    data = picture()
    assert send(link, data) == send(link, data, name="IMG_2.png")


def test_person_who_left_the_shop_adds_nothing(case, agent, link):
    _other, secret = make(case, agent, "goods_photo")
    agent.shops.clear()
    with pytest.raises(LinkEnded):
        send(link)
    with pytest.raises(LinkEnded):
        find_upload_link(secret, at=AT)


def test_closed_account_adds_nothing(agent, link):
    agent.is_active = False
    agent.save()
    with pytest.raises(LinkEnded):
        send(link)


@pytest.mark.parametrize(("who", "may"), [("agent", True), ("lead", True), ("colleague", False), ("stranger", False)])
def test_who_closes_it(link, request, who, may):
    user = request.getfixturevalue(who)
    if may:
        close_upload_link(link=link, by=user, at=AT)
        close_upload_link(link=link, by=user, at=AT + TICK)
        assert UploadLink.objects.get().closed_at == AT
        with pytest.raises(LinkEnded):
            send(link)
    else:
        with pytest.raises(NotAllowed):
            close_upload_link(link=link, by=user, at=AT)
        send(link)


def test_closed_unopened_link_cannot_be_claimed(case, agent):
    link, _secret = make(case, agent)
    stale = UploadLink.objects.get()
    close_upload_link(link=link, by=agent, at=AT)
    with pytest.raises(LinkEnded):
        claim_upload_link(link=stale, device=DEVICE, at=AT)


def test_phone_says_that_all_is_sent(link):
    with pytest.raises(LinkTaken):
        finish_upload_link(link=link, device="another", at=AT)
    finish_upload_link(link=link, device=DEVICE, at=AT)
    with pytest.raises(LinkEnded):
        send(link)


def test_newer_code_of_a_person_replaces_the_older_one(case, agent, colleague, link):
    theirs, _secret = make(case, colleague)
    other_slot, _secret = make(case, agent, "goods_photo")
    make(case, agent, at=AT + TICK)
    closed = {one.pk: one.closed_at for one in UploadLink.objects.all()}
    assert closed[link.pk] == AT + TICK
    assert (closed[theirs.pk], closed[other_slot.pk]) == (None, None)


def test_link_for_a_slot_that_is_not_asked_for_or_full(case, agent, stranger, store):
    with pytest.raises(UnknownSlot):
        make(case, agent, "nothing")
    with pytest.raises(NotAllowed):
        make(case, stranger)
    make_rows(case, agent, "chat_screenshot", 9)
    with pytest.raises(SlotFull):
        make(case, agent)
    assert not UploadLink.objects.exists()


def test_full_slot_takes_no_more_by_phone(case, agent, link):
    make_rows(case, agent, "chat_screenshot", 9)
    assert phone_page(link, at=AT).room == 0
    with pytest.raises(SlotFull):
        send(link)


def test_thirty_files_by_one_link(case, agent, link):
    """Withdrawn ones count as well; what is there already may come again."""
    data = picture()
    send(link, data)
    make_rows(case, agent, "chat_screenshot", MOST_FILES - 1)
    rows = EvidenceItem.objects.filter(byte_size=1)
    rows.update(origin=Origin.PHONE, withdrawn_at=AT, withdrawn_by=agent)
    assert phone_page(link, at=AT).room == 0
    with pytest.raises(LinkFull):
        send(link)
    assert send(link, data).origin == Origin.PHONE
    rows.filter(pk=rows.first().pk).update(origin=Origin.PAGE)
    send(link)


def test_proof_for_appeals_is_added_after_the_end(shop, agent, store):
    case = make_refunded_case(shop, agent)
    link, _secret = make(case, agent)
    claim_upload_link(link=link, device=DEVICE, at=AT)
    assert send(link).case == case


def test_status_lists_what_came_by_this_link(case, agent, link):
    make_evidence(case, agent, "chat_screenshot")
    item = send(link, at=AT + TICK)
    status = link_status(link, user=agent, at=AT)
    assert [one.item for one in status.arrivals] == [item]
    assert (status.is_claimed, status.ended) == (True, "")
    assert link_status(link, user=agent, at=END + TICK).ended


def test_status_warns_as_the_panel_does(shop, case, agent, link):
    data = picture()
    other = make_case(shop, agent)
    make_evidence(other, agent, data=data)
    send(link, data)
    [arrival] = link_status(link, user=agent, at=AT).arrivals
    assert other.ref in str(arrival.warnings[0])


def test_link_of_another_shop_is_not_found(link, agent, stranger):
    assert upload_link_of(link.pk, user=agent) == link
    for pk in (link.pk, 10**30):
        with pytest.raises(LinkUnknown):
            upload_link_of(pk, user=stranger)


def test_address_becomes_a_code():
    image = qr_image("https://desk.example/u/abc/")
    assert image.startswith("data:image/svg+xml")
    assert image != qr_image("https://desk.example/u/abd/")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("desk.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("0.0.0.0", True),  # noqa: S104 - compared, not bound
        ("2001:db8::5", False),
        ("desk.example", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_hosts_that_no_phone_reaches(host, expected):
    assert is_only_here(host) == expected


def test_words_are_in_the_phones_language(link):
    with translation.override("en"):
        assert phone_page(link, at=AT).name == "Chat screenshot"
    assert phone_page(link, at=AT).name == "聊天记录截图"
