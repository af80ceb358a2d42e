import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from aftersales.models import PolicyVersion
from tests.factories import make_case, make_shop
from tests.instants import AT

pytestmark = pytest.mark.usefixtures("no_packs")
PACKS = sorted(path.stem for path in settings.POLICIES_DIR.glob("*.toml"))


def load(*arguments: str) -> dict:
    output = StringIO()
    call_command("load_policies", "--json", *arguments, stdout=output)
    return json.loads(output.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pinduoduo.toml").write_text((settings.POLICIES_DIR / "pinduoduo.toml").read_text())
    return tmp_path


def test_check_loads_nothing():
    assert [pack["platform"] for pack in load("--check")["packs"]] == PACKS
    assert not PolicyVersion.objects.exists()


def test_twice_is_unchanged():
    assert {pack["outcome"] for pack in load()["packs"]} == {"loaded"}
    assert {pack["outcome"] for pack in load()["packs"]} == {"unchanged"}


def test_for_people():
    output = StringIO()
    call_command("load_policies", stdout=output)
    assert len(output.getvalue().splitlines()) == len(PACKS)
    silent = StringIO()
    call_command("load_policies", stdout=silent, verbosity=0)
    assert silent.getvalue() == ""


def change_name(folder: Path) -> None:
    pack = folder / "pinduoduo.toml"
    pack.write_text(pack.read_text().replace("拼多多", "拼多多商城", 1))


def test_change_before_use_replaces(folder):
    load(str(folder))
    change_name(folder)
    assert load(str(folder))["packs"][0]["outcome"] == "replaced"


def test_change_in_use_is_refused(folder):
    asked_at = AT - timedelta(hours=1)
    make_case(make_shop(), requested_at=asked_at, facts=[("platform.address_requested", asked_at, {})])
    change_name(folder)
    with pytest.raises(CommandError, match="pinduoduo"):
        call_command("load_policies", str(folder))
    with pytest.raises(SystemExit) as stopped:
        load(str(folder))
    assert stopped.value.code == 1


@pytest.mark.parametrize("content", ["", "hours = ", "\x00", "platform = 1"])
def test_faulty_pack_loads_none(folder, content):
    (folder / "zz.toml").write_text(content)
    with pytest.raises(CommandError, match=r"zz\.toml"):
        call_command("load_policies", str(folder))
    assert not PolicyVersion.objects.exists()


def test_empty_folder(tmp_path):
    with pytest.raises(CommandError):
        call_command("load_policies", str(tmp_path))
