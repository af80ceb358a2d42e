"""From the list to the ZIP: what is there is used, what fails is named, what is lost is taken up again."""

import hashlib
import io
import math
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ
from python_calamine import CalamineWorkbook

from aftersales.models import PolicyVersion
from appeals.claims import DraftChange
from appeals.errors import BundleFileMissing
from appeals.models import Appeal, Bundle, Packet
from appeals.selectors.bundle_content import bundle_content
from appeals.selectors.bundles import entries_of
from appeals.services import bundle_entries
from appeals.services.bundles import retry_bundle
from appeals.services.drafts import update_appeal
from appeals.services.filing import submit_appeal, withdraw_appeal
from appeals.storage import PacketStore
from tests.appeals.bundles.conftest import LATER, carry_out, entries, opened, zip_bytes

DONE, FAILED, QUEUED, RUNNING = "done", "failed", "queued", "running"
SOON = LATER + timedelta(minutes=5)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def index_rows(bundle: Bundle) -> list[list]:
    data = opened(bundle).read("index.xlsx")
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]


def packet_file(packet: Packet) -> Path:
    return Path(storages["packets"].path(packet.key))


def queued() -> list[tuple[str, int]]:
    return [entry.task["args"] for entry in OrmQ.objects.order_by("pk")]


def test_bundle_holds_a_folder_for_each_appeal_and_two_indexes(drafts, ask):
    bundle = carry_out(ask(drafts))
    assert (bundle.state, bundle.finished_at, bundle.error) == (DONE, LATER, "")
    data = zip_bytes(bundle)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (bundle.byte_size, bundle.sha256)
    read = opened(bundle)
    assert read.testzip() is None
    folders = [f"{one.number} {one.case.ref} {one.case.order.platform_order_no}" for one in drafts]
    files = [f"{folder}/{one.case.ref}-{one.number}.pdf" for folder, one in zip(folders, drafts, strict=True)]
    assert read.namelist() == ["index.pdf", "index.xlsx", *files]
    rows = index_rows(bundle)
    assert [(row[1], row[14], row[15]) for row in rows] == [
        (one.number, folder, "") for one, folder in zip(drafts, folders, strict=True)
    ]
    for row, name in zip(rows, files, strict=True):
        packet = read.read(name)
        assert (row[12], row[13]) == (len(packet), hashlib.sha256(packet).hexdigest())
        assert len(pypdfium2.PdfDocument(packet)) == row[11]
    assert not list(Path(storages["packets"].path("incoming")).glob(f"{bundle.pk}-*"))


def test_bundle_of_the_same_appeals_has_the_same_bytes(drafts, ask):
    first, second = (carry_out(ask(drafts, now=now), now=now) for now in (LATER, SOON))
    assert first.pk != second.pk
    assert zip_bytes(first) == zip_bytes(second)


def test_bundle_uses_the_packets_that_are_there(drafts, ask, agent):
    handed_in = submit_appeal(appeal=drafts[0], by=agent, now=LATER)
    before = Packet.objects.count()
    bundle = carry_out(ask(drafts))
    assert Packet.objects.count() == before
    assert bundle.entries.get(position=1).packet == handed_in.filed_packet


def test_bundle_builds_what_is_not_there_and_what_is_outdated(make_draft, ask, agent):
    unbuilt, changed = make_draft(built=False), make_draft()
    update_appeal(appeal=changed, change=DraftChange(statement="换一种说法"), by=agent, now=LATER)
    bundle = carry_out(ask([unbuilt, changed]))
    assert entries(bundle) == [(DONE, "")] * 2
    assert [one.packets.count() for one in (unbuilt, changed)] == [1, 2]
    newest = changed.packets.latest("requested_at")
    assert bundle.entries.get(position=2).packet == newest
    with PacketStore().open(newest.key) as file:
        assert file.read() == opened(bundle).read(opened(bundle).namelist()[3])


def test_packet_whose_file_is_damaged_is_built_again(drafts, ask):
    gone, altered = (packet_file(draft.packets.get()) for draft in drafts)
    gone.unlink()
    altered.write_bytes(altered.read_bytes()[:-5] + b"spoil")
    bundle = carry_out(ask(drafts))
    assert entries(bundle) == [(DONE, "")] * 2
    assert [draft.packets.count() for draft in drafts] == [2, 2]


def test_one_that_fails_does_not_lose_the_others(make_draft, ask, lead, commit):
    """The proof of one is damaged, another was withdrawn: both are named, with their reason, in both indexes."""
    fine, damaged, withdrawn = make_draft(), make_draft(built=False), make_draft(built=False)
    withdraw_appeal(appeal=withdrawn, by=lead, now=LATER)
    evidence = Path(storages["evidence"].path(damaged.pieces.get().item.key))
    aside = evidence.rename(evidence.with_suffix(".aside"))
    bundle = carry_out(ask([damaged, withdrawn, fine]))
    assert bundle.state == DONE
    assert entries(bundle) == [(FAILED, "stored_file_missing"), (FAILED, "appeal_frozen"), (DONE, "")]
    assert len(opened(bundle).namelist()) == 3
    reasons = list(bundle.entries.order_by("position").values_list("error", flat=True))
    assert [row[15] for row in index_rows(bundle)] == reasons
    first_page = pypdfium2.PdfDocument(opened(bundle).read("index.pdf"))[0].get_textpage().get_text_range()
    for reason in reasons[:2]:
        assert reason[:12] in first_page.replace("\r\n", "")

    aside.rename(evidence)
    kept = bundle.entries.get(position=3).packet
    with commit():
        again = retry_bundle(bundle=bundle, by=lead, now=SOON)
    assert (again.state, again.sha256, entries(again)) == (QUEUED, "", [(QUEUED, ""), (QUEUED, ""), (DONE, "")])
    with pytest.raises(BundleFileMissing):
        zip_bytes(again)
    ((pk, ticket),) = queued()
    again = carry_out(again, now=SOON, ticket=ticket)
    assert (pk, again.state) == (str(bundle.pk), DONE)
    assert entries(again) == [(DONE, ""), (FAILED, "appeal_frozen"), (DONE, "")]
    assert again.entries.get(position=3).packet == kept
    assert len(opened(again).namelist()) == 4
    assert again.sha256 != bundle.sha256


def test_bundle_without_any_packet_has_failed(rows, ask):
    bundle = carry_out(ask(rows(2)))
    assert (bundle.state, bundle.error_code, bundle.finished_at) == (FAILED, "nothing_built", LATER)
    assert bundle.error
    with pytest.raises(BundleFileMissing):
        zip_bytes(bundle)


def test_unforeseen_failure_of_one_is_its_own(drafts, ask, monkeypatch):
    really = bundle_entries.lock_appeal

    def fails_once(pk, *, actor):
        if pk == drafts[1].pk:
            raise RuntimeError("unforeseen")
        return really(pk, actor=actor)

    monkeypatch.setattr(bundle_entries, "lock_appeal", fails_once)
    assert entries(carry_out(ask(drafts))) == [(DONE, ""), (FAILED, "unexpected")]


def test_pictures_lie_in_the_folder_and_other_rules_know_no_such_form(drafts, ask):
    """The form takes pictures: nobody unpacks a ZIP out of a ZIP. One appeal stands under rules without this form."""
    rules = PolicyVersion.objects.get(pk=drafts[0].policy_id)
    others = [one for one in rules.content["destination"] if one["code"] != "ticket_images"]
    rules.pk, rules.version, rules.sha256 = None, "2000.01", "0" * 64
    rules.content = {**rules.content, "version": "2000.01", "destination": others}
    rules.effective_from -= timedelta(days=9000)
    rules.save(force_insert=True)
    Appeal.objects.filter(pk=drafts[0].pk).update(policy=rules)
    bundle = carry_out(ask(drafts, profile="ticket_images"))
    assert entries(bundle) == [(FAILED, "unprocessable"), (DONE, "")]
    read = opened(bundle)
    pictures = read.namelist()[2:]
    assert pictures
    assert {name.rpartition(".")[2] for name in pictures} <= {"jpg", "png"}
    row = index_rows(bundle)[1]
    assert row[13].splitlines() == [
        f"{hashlib.sha256(read.read(name)).hexdigest()} {name.partition('/')[2]}" for name in pictures
    ]
    assert row[12] == sum(len(read.read(name)) for name in pictures)


def test_packet_altered_while_the_zip_is_written_is_left_out(drafts, ask, monkeypatch):
    """Between the look at a file and the copy of it."""
    path = packet_file(drafts[1].packets.get())
    really = bundle_entries._is_whole  # noqa: SLF001 - the moment after the look

    def then_spoilt(packet):
        found = really(packet)
        if packet_file(packet) == path:
            path.write_bytes(b"%PDF-spoilt")
        return found

    monkeypatch.setattr(bundle_entries, "_is_whole", then_spoilt)
    bundle = carry_out(ask(drafts))
    assert entries(bundle) == [(DONE, ""), (FAILED, "packet_altered")]
    assert len(opened(bundle).namelist()) == 3
    assert opened(bundle).testzip() is None


def test_bundle_that_cannot_be_written_is_recorded_and_raised(drafts, ask, settings, tmp_path):
    bundle = ask(drafts)
    carry_out(bundle, seconds=-1)
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": blocked / "packets"}}
    settings.STORAGES = {**settings.STORAGES, "packets": place}
    Bundle.objects.get()
    with pytest.raises(OSError, match="Not a directory"):
        carry_out(bundle, seconds=math.inf)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.error_code, bundle.finished_at) == (FAILED, "unexpected", LATER)


def test_bundle_that_is_done_stays_as_it_is(make_draft, ask):
    bundle = carry_out(ask([make_draft()]))
    assert carry_out(bundle, now=SOON).finished_at == LATER


def test_bundle_speaks_its_reader_s_language(make_draft, ask):
    bundle = carry_out(ask([make_draft()], language="en"))
    text = pypdfium2.PdfDocument(opened(bundle).read("index.pdf"))[0].get_textpage().get_text_range()
    assert "Appeal packets" in text
    assert index_rows(bundle)[0][10] == "Draft"


def test_bundle_on_a_storage_without_a_disk(make_draft, ask, settings):
    settings.STORAGES = {**settings.STORAGES, "packets": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    bundle = carry_out(ask([make_draft(built=False)]))
    assert hashlib.sha256(zip_bytes(bundle)).hexdigest() == bundle.sha256


def test_index_takes_as_many_queries_for_three_as_for_one(rows, ask):
    counts = []
    for chosen in (rows(1), rows(3)):
        bundle = ask(chosen)
        with CaptureQueriesContext(connection) as queries:
            bundle_content(bundle, entries_of(bundle))
        counts.append(len(queries))
    assert counts[0] == counts[1]
