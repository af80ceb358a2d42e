"""The calls of the API, and the command."""

import hashlib
import io
import json
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django_q.models import OrmQ

from appeals.models import Bundle
from appeals.services.filing import withdraw_appeal
from appeals.tasks import build_bundle
from tests.api_client import ApiClient
from tests.factories import make_lead, make_shop
from tests.instants import AT

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def api(lead):
    return ApiClient(lead)


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("build_bundle", *arguments, stdout=output)
    return output.getvalue()


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as failure:
        run(*arguments)
    return failure.value


def test_bundle_from_asking_to_its_file(api, drafts):
    asked = api.post("bundles", {"appeals": [drafts[1].number, str(drafts[0].pk)]})
    told = asked.json()
    assert (asked.status_code, told["state"], told["percent"], told["file"]) == (202, "queued", 0, "")
    assert [entry["number"] for entry in told["entries"]] == [drafts[1].number, drafts[0].number]
    missing = api.get(f"bundles/{told['id']}/file")
    assert (missing.status_code, missing.json()["error"]) == (404, "bundle_file_missing")
    assert build_bundle(told["id"], 0) == "done"
    told = api.get(f"bundles/{told['id']}").json()
    assert (told["state"], told["percent"], told["done"], told["failed"]) == ("done", 100, 2, 0)
    file = api.client.get(told["file"], headers=api.headers)
    content = b"".join(file.streaming_content)
    assert file.headers["Content-Type"] == "application/zip"
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (told["sha256"], told["byte_size"])
    assert api.post(f"bundles/{told['id']}/retry").json()["error"] == "nothing_failed"


def test_bundle_with_the_same_key_is_asked_for_once(api, rows, django_capture_on_commit_callbacks):
    appeals = rows(2)
    body = {"appeals": [one.number for one in appeals]}
    with django_capture_on_commit_callbacks(execute=True):
        first, second = (api.post("bundles", body, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert Bundle.objects.count() == OrmQ.objects.count() == 1
    other = api.post("bundles", {"appeals": [appeals[0].number]}, **{"Idempotency-Key": "once"})
    assert other.status_code in {409, 422}


WRONG = [
    ({}, 422, "appeals"),
    ({"appeals": []}, 422, "appeals"),
    ({"appeals": ["A-00000000"] * 201}, 422, "appeals"),
    ({"appeals": [""]}, 422, "appeals.0"),
    ({"appeals": ["x" * 65]}, 422, "appeals.0"),
    ({"appeals": "A-00000000"}, 422, "appeals"),
    ({"appeals": ["ONE", "ONE"]}, 422, "appeals"),
    ({"appeals": ["ONE"], "profile": "papyrus"}, 422, "profile"),
    ({"appeals": ["ONE"], "profile": "p" * 41}, 422, "profile"),
    ({"appeals": ["ONE", "A-00000000"]}, 404, "appeals"),
]


def test_bundle_of_a_wrong_list_is_refused(api, rows):
    (one,) = rows(1)
    for body, status, field in WRONG:
        answer = api.post("bundles", json.loads(json.dumps(body).replace("ONE", one.number)))
        assert (answer.status_code, list(answer.json()["fields"])) == (status, [field]), body
    assert not Bundle.objects.exists()


def test_bundles_are_for_leads_and_tokens_of_their_shops(api, agent, lead, rows):
    (draft,) = rows(1)
    told = api.post("bundles", {"appeals": [draft.number]}).json()
    other = make_shop()
    lead.shops.add(other)
    callers = {
        "agent": (ApiClient(agent), 403, "lead_only", 403),
        "stranger": (ApiClient(make_lead(make_shop())), 404, "appeal_not_found", 404),
        "token": (ApiClient(lead, other), 404, "appeal_not_found", 404),
        "reader": (ApiClient(lead, is_read_only=True), 403, "read_only", 200),
        "nobody": (ApiClient(), 401, "unauthenticated", 401),
    }
    for caller, status, error, reads in callers.values():
        answer = caller.post("bundles", {"appeals": [draft.number]})
        assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert caller.get(f"bundles/{told['id']}").status_code == reads
        assert caller.get(f"bundles/{told['id']}/file").status_code == (404 if reads == 200 else reads)
        assert caller.post(f"bundles/{told['id']}/retry").status_code == status
    assert api.get(f"bundles/{uuid.uuid4()}").json()["error"] == "bundle_not_found"
    assert Bundle.objects.count() == 1


def test_retry_by_api_builds_what_failed(api, drafts, lead):
    withdraw_appeal(appeal=drafts[0], by=lead, now=LATER)
    told = api.post("bundles", {"appeals": [one.number for one in drafts]}).json()
    build_bundle(told["id"], 0)
    told = api.get(f"bundles/{told['id']}").json()
    first = told["entries"][0]
    assert (told["state"], told["failed"], first["error_code"], first["packet"]) == ("done", 1, "appeal_frozen", "")
    again = api.post(f"bundles/{told['id']}/retry")
    assert (again.status_code, again.json()["state"], again.json()["percent"]) == (202, "queued", 50)


def test_command_writes_the_zip_and_the_same_again(drafts, tmp_path):
    files = [tmp_path / f"{number}.zip" for number in range(2)]
    for file in files:
        told = json.loads(run(*[one.number for one in drafts], "--output", str(file), "--json"))
        assert (told["appeals"], told["done"], told["failed"]) == (2, 2, [])
        assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert told["bytes"] == file.stat().st_size
    assert files[0].read_bytes() == files[1].read_bytes()
    assert zipfile.is_zipfile(files[0])


def test_command_exits_with_1_where_some_are_missing(drafts, lead, tmp_path, capsys):
    withdraw_appeal(appeal=drafts[0], by=lead, now=LATER)
    file = tmp_path / "bundle.zip"
    failure = refused(*[one.number for one in drafts], "--output", str(file))
    assert failure.returncode == 1
    assert len(zipfile.ZipFile(file).namelist()) == 3


def test_command_exits_with_2_where_nothing_was_built(rows, tmp_path):
    file = tmp_path / "bundle.zip"
    assert refused(rows(1)[0].number, "--output", str(file)).returncode == 2
    assert not file.exists()


def test_command_that_cannot_begin_exits_with_2(rows):
    (one,) = rows(1)
    wrong = (
        ["A-00000000"],
        [one.number] * 2,
        [one.number, "--profile", "papyrus"],
        [one.number, "--output", "/no/dir/x"],
    )
    for arguments in wrong:
        failure = refused(*arguments)
        assert (failure.returncode, bool(str(failure))) == (2, True)
    assert not Bundle.objects.exists()


def test_command_onto_a_directory_exits_with_2(make_draft, tmp_path):
    assert refused(make_draft().number, "--output", str(tmp_path)).returncode == 2


def test_file_that_is_gone_is_said(api, make_draft):
    told = api.post("bundles", {"appeals": [make_draft().number]}).json()
    build_bundle(told["id"], 0)
    Path(storages["packets"].path(Bundle.objects.get().key)).unlink()
    answer = api.get(f"bundles/{told['id']}/file")
    assert (answer.status_code, answer.json()["error"]) == (404, "bundle_file_missing")
