"""Packets for each destination of the rules, on the page and by the API: which, masked or not, picture by picture."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from aftersales.errors import Unprocessable
from appeals.claims import DraftChange
from appeals.enums import PacketState
from appeals.models import Appeal, Packet
from appeals.readiness import PacketStanding
from appeals.selectors.appeals import find_appeal
from appeals.selectors.dossiers import standing_of
from appeals.selectors.packets import destination_of
from appeals.services.drafts import update_appeal
from appeals.services.filing import submit_appeal
from appeals.services.packets import create_packet, request_packet, run_packet
from tests.api_client import ApiClient
from tests.appeals.packets.contents import page_texts
from tests.instants import AT

LATER = AT + timedelta(hours=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


def built(appeal: Appeal, profile: str, *, now=LATER, **asked) -> Packet:
    packet = create_packet(appeal=appeal, by=None, now=now, profile=profile, **asked)
    packet = run_packet(packet_id=packet.pk, clock=lambda: LATER)
    assert packet.state == PacketState.DONE, packet.error
    return packet


def standing(appeal: Appeal):
    return standing_of(find_appeal(str(appeal.pk)), LATER)


@pytest.fixture
def pictures(draft) -> Packet:
    return built(draft, "ticket_images")


def test_ticket_s_packet_is_not_one_to_hand_in(pictures, draft):
    """A ticket's pictures do not make an appeal ready; those for its own form do."""
    assert standing(draft).fileable is None
    assert standing(draft).dossier.packet == PacketStanding.NONE
    form = built(draft, "appeal_form")
    assert standing(draft).fileable == form
    assert standing(draft).dossier.packet == PacketStanding.READY


def test_packet_asked_for_anew_is_the_same_while_it_waits(draft, agent):
    first = request_packet(appeal=draft, by=agent, now=LATER, profile="ticket_images")
    assert request_packet(appeal=draft, by=agent, now=LATER, profile="ticket_images").pk == first.pk
    assert request_packet(appeal=draft, by=agent, now=LATER, profile="ticket_images", masked=False).pk != first.pk
    assert request_packet(appeal=draft, by=agent, now=LATER, profile="pdf").pk != first.pk


@pytest.mark.parametrize("profile", ["pdf", "ticket_images", "appeal_form", "archive"])
def test_packet_without_proof_is_refused(draft, agent, profile):
    update_appeal(appeal=draft, change=DraftChange(pieces=()), by=agent, now=LATER)
    with pytest.raises(Unprocessable) as refused:
        create_packet(appeal=draft, by=agent, now=LATER, profile=profile)
    assert refused.value.error_code == "packet_without_proof"


def test_destination_is_that_of_the_day_it_was_asked_for(draft, pictures):
    """A newer pack with other limits changes nothing about what was built."""
    pictures.manifest["destination"]["images_max"] = 1
    pictures.save()
    assert destination_of(pictures).images_max == 1
    pictures.manifest = {}
    pictures.save()
    assert destination_of(pictures).images_max == 3


def test_filed_pictures_are_built_again_by_the_rules_of_then(draft, agent):
    form = built(draft, "appeal_form")
    form.manifest["destination"]["warn_bytes"] = 123_456
    form.save()
    appeal = submit_appeal(appeal=draft, by=agent, now=LATER)
    again = create_packet(appeal=appeal, by=agent, now=LATER, profile="appeal_form")
    assert again.manifest["destination"]["warn_bytes"] == 123_456
    assert run_packet(packet_id=again.pk, clock=lambda: LATER).sha256 == form.sha256


@pytest.mark.parametrize(("masked", "is_shown"), [(None, False), (True, False), (False, True)])
def test_personal_data_are_masked_unless_somebody_says_otherwise(draft, agent, tmp_path, masked, is_shown):
    update_appeal(appeal=draft, change=DraftChange(statement="买家电话 13812345678，拒绝配合。"), by=agent, now=LATER)
    packet = built(draft, "pdf", masked=masked)
    path = tmp_path / "packet.pdf"
    path.write_bytes(file_of(packet))
    assert packet.is_masked is not is_shown
    assert ("13812345678" in page_texts(path)[0]) is is_shown


def file_of(packet: Packet) -> bytes:
    from appeals.storage import PacketStore  # noqa: PLC0415 - used here only

    with PacketStore().open(packet.key) as file:
        return file.read()


def test_page_offers_every_destination_with_what_it_takes(client, agent, draft):
    client.force_login(agent)
    page = client.get(reverse("appeal", args=[draft.pk])).content.decode()
    for code in ("pdf", "appeal_form", "ticket_images", "ticket_pdf", "archive"):
        assert f'name="profile" value="{code}"' in page
        assert f'name="masked_{code}"' in page
    assert "至多 3 张图片，每张不超过 1 MB" in page


def test_page_shows_the_newest_packet_of_each_destination(client, agent, draft, pictures):
    newer = built(draft, "ticket_images", now=LATER + timedelta(seconds=1), masked=False)
    pdf = create_packet(appeal=draft, by=None, now=LATER, profile="pdf")
    client.force_login(agent)
    page = client.get(reverse("appeal", args=[draft.pk])).content.decode()
    assert f"packet_{newer.pk}" in page
    assert f"packet_{pdf.pk}" in page
    assert f"packet_{pictures.pk}" not in page
    assert f"{reverse('packet_file', args=[newer.pk])}?part=1" in page
    assert f'hx-get="{reverse("packet", args=[pdf.pk])}"' in page  # the one that is being built is followed


@pytest.mark.parametrize(
    ("posted", "is_masked"),
    [({}, True), ({"boxes": "1", "masked_pdf": "1"}, True), ({"boxes": "1", "masked_archive": "1"}, False)],
)
def test_box_beside_the_destination_masks(client, agent, draft, posted, is_masked):
    client.force_login(agent)
    client.post(reverse("appeal_packet_build", args=[draft.pk]), {"profile": "pdf", **posted}, headers=HTMX)
    assert Packet.objects.get().is_masked is is_masked


def test_pictures_are_fetched_one_by_one(client, agent, pictures):
    client.force_login(agent)
    address = reverse("packet_file", args=[pictures.pk])
    answer = client.get(address, {"part": "1"})
    kept = pictures.manifest["files"][0]
    assert hashlib.sha256(answer.content).hexdigest() == kept["sha256"]
    assert answer["Content-Type"] == kept["media_type"]
    assert "attachment" in answer["Content-Disposition"]
    Image.open(io.BytesIO(answer.content)).load()
    whole = client.get(address)
    assert whole["Content-Type"] == "application/zip"
    assert ".zip" in whole["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(whole.streaming_content)))
    assert archive.namelist() == [kept["name"]]


@pytest.mark.parametrize("part", ["0", "2", "-1", "x", "١", "9999", "1" * 5000, "1.0"])
def test_picture_that_is_not_there_is_not_found(client, agent, pictures, part):
    client.force_login(agent)
    address = reverse("packet_file", args=[pictures.pk])
    assert client.get(address, {"part": part}, headers=HTMX).status_code == 404


def test_pdf_has_no_pictures_to_fetch(client, agent, ready):
    client.force_login(agent)
    address = reverse("packet_file", args=[ready.packets.get().pk])
    assert client.get(address, {"part": "1"}, headers=HTMX).status_code == 404


def test_api_builds_for_a_destination_and_tells_what_was_reduced(agent, draft):
    api = ApiClient(agent)
    asked = api.post(f"appeals/{draft.pk}/packets", {"profile": "ticket_images", "masked": False}).json()
    assert (asked["profile"], asked["masked"], asked["report"], asked["pictures"]) == ("ticket_images", False, None, [])
    run_packet(packet_id=asked["id"], clock=lambda: LATER)
    packet = api.get(f"packets/{asked['id']}").json()
    (picture,) = packet["pictures"]
    answer = api.client.get(picture["file"], headers=api.headers)
    assert len(answer.content) == picture["byte_size"] <= 1_000_000
    assert packet["report"]["files"] == 1
    assert packet["report"]["pieces"][0]["says"]
    for part, status in ((0, 422), (2, 404), ("x", 422)):
        assert api.get(f"packets/{packet['id']}/file", part=part).status_code == status
    assert api.post(f"appeals/{draft.pk}/packets", {"profile": "pdf", "masked": "perhaps"}).status_code == 422


def test_command_masks_or_not_and_reports(draft, tmp_path):
    output = io.StringIO()
    file = tmp_path / "pictures.zip"
    call_command(
        "build_packet",
        draft.number,
        "--profile=ticket_images",
        "--no-mask",
        f"--output={file}",
        "--json",
        stdout=output,
    )
    told = json.loads(output.getvalue())
    assert told["masked"] is False
    assert told["report"]["files"] == 1
    assert zipfile.is_zipfile(file)
    output = io.StringIO()
    call_command("build_packet", draft.number, "--profile=ticket_images", "--mask", stdout=output)
    assert Packet.objects.latest("requested_at").profile == "ticket_images"
    assert "1 " in output.getvalue()
