"""The command: what it prints, how it ends, and that a refused file changes nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aftersales.models import Case, CaseEvent
from tests.aftersales.imports.shapes import SAMPLES, write_bytes
from tests.aftersales.imports_service.records import everything, taobao
from tests.factories import make_shop
from tests.instants import AT

pytestmark = pytest.mark.django_db


def run(*args: object, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_cases", *map(str, args), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def shop():
    return make_shop("tmall")


@pytest.fixture
def file(tmp_path) -> Path:
    records = [taobao(), taobao("WAIT_FOR_GODOT", refund_id="246831159075590002"), taobao(refund_id="1")]
    return write_bytes(tmp_path, "records.jsonl", "\n".join(map(json.dumps, records)).encode())


def test_json_has_counts_and_a_reason_for_each_rejected_row(shop, file):
    answer = json.loads(run(file, "--shop", shop.code, "--at", AT.isoformat(), "--json"))
    expected = {"total": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1, "ignored": 0, "dry_run": False}
    assert {name: answer[name] for name in expected} == expected
    (row,) = answer["rejected_rows"]
    assert (row["row"], row["field"], row["code"], row["value"]) == (3, "refund_id", "placeholder_id", "1")
    assert row["reason"]
    assert answer["unknown_statuses"] == [{"status": "WAIT_FOR_GODOT", "rows": 1}]
    assert {event.recorded_at for event in CaseEvent.objects.all()} == {AT}


def test_text_names_each_rejected_row(shop, file):
    lines = run(file, "--shop", shop.code, "--at", AT.isoformat()).splitlines()
    assert any("3" in line and "refund_id" in line for line in lines)
    assert any("WAIT_FOR_GODOT" in line for line in lines)


def test_second_run_changes_nothing(shop, file):
    run(file, "--shop", shop.code, "--at", AT.isoformat())
    before = everything()
    answer = json.loads(run(file, "--shop", shop.code, "--at", AT.isoformat(), "--json"))
    assert (answer["created"], answer["updated"], answer["unchanged"]) == (0, 0, 2)
    assert everything() == before


def test_dry_run_changes_nothing_and_counts_the_same(shop, file):
    before = everything()
    answer = json.loads(run(file, "--shop", shop.code, "--at", AT.isoformat(), "--json", "--dry-run"))
    assert (answer["created"], answer["rejected"], answer["dry_run"]) == (2, 1, True)
    assert everything() == before


def test_moment_without_an_offset_is_beijing_time(shop, file):
    run(file, "--shop", shop.code, "--at", "2026-03-02T10:00:00")
    assert CaseEvent.objects.first().recorded_at == AT


REFUSED = {
    "empty": b"",
    "no table": b"\x89PNG\r\n\x1a\n\x00\x00",
    "unknown columns": "姓名,年龄\n张三,3\n".encode(),
    "another platform": (SAMPLES / "douyin_aftersales_export.csv").read_bytes(),
    "50 MB": b"x" * 50_000_000,
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_file_ends_with_2_and_changes_nothing(shop, tmp_path, what):
    path = write_bytes(tmp_path, "x.csv", REFUSED[what])
    before = everything()
    with pytest.raises(CommandError) as caught:
        run(path, "--shop", shop.code)
    assert caught.value.returncode == 2
    assert str(caught.value)
    assert everything() == before


@pytest.mark.parametrize(
    "args",
    [["missing.csv", "--shop", "known"], ["file", "--shop", "nobody"], ["file", "--shop", "known", "--at", "soon"]],
    ids=["no file", "no shop", "no moment"],
)
def test_wrong_arguments_end_with_2(shop, file, args):
    words = {"known": shop.code, "file": str(file)}
    with pytest.raises(CommandError) as caught:
        run(*[words.get(word, word) for word in args])
    assert caught.value.returncode == 2
    assert not Case.objects.exists()


def test_refusal_in_json_is_one_object(shop, tmp_path):
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command(
            "import_cases", str(write_bytes(tmp_path, "x.csv", b"")), "--shop", shop.code, "--json", stdout=out
        )
    assert caught.value.code == 2
    answer = json.loads(out.getvalue())
    assert (answer["error"], bool(answer["message"])) == ("import_empty", True)
