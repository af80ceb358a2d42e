import json
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from aftersales.enums import EventType
from aftersales.models import Deadline, PolicyVersion
from tests.factories import learn, make_agent, make_case, make_shop
from tests.instants import AT

START = AT - timedelta(days=10)
PERIOD = ("--from", "2026-02-01", "--to", "2026-03-01T00:00:00+08:00")


@pytest.fixture(autouse=True)
def _now(time_machine, db) -> None:
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def stricter(tmp_path):
    """36 h in place of 48 for a ticket's proof."""
    text = (settings.POLICIES_DIR / "pinduoduo.toml").read_text()
    path = tmp_path / "pinduoduo.toml"
    path.write_text(
        text.replace('hours = 48\nstarts_on = ["platform.ticket', 'hours = 36\nstarts_on = ["platform.ticket')
    )
    return path


@pytest.fixture
def shop():
    shop = make_shop()
    agent = make_agent(shop)
    case = make_case(shop, requested_at=START, now=START)
    learn(case, EventType.TICKET_OPENED, agent, at=START)
    learn(case, EventType.TICKET_CLOSED, agent, at=START + timedelta(hours=40))
    return shop


def run(*arguments) -> str:
    output = StringIO()
    call_command("replay_policy", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_json_tells_each_rule_and_shop(stricter, shop):
    told = json.loads(run(stricter, *PERIOD, "--json"))
    assert (told["platform"], told["version"], told["cases"], told["changed"]) == ("pinduoduo", "2024.06", 1, 1)
    assert (told["from"], told["to"]) == ("2026-02-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00")
    (line,) = told["lines"]
    assert (line["rule"], line["shop"]) == ("ticket_evidence", shop.code)
    assert (line["before"], line["after"]) == ({"met": 1}, {"breached": 1})
    assert line["changed"] == [{"from": "met", "to": "breached", "count": 1}]


def test_lines_for_people(stricter, shop):
    head, line = run(stricter, *PERIOD).splitlines()
    assert "pinduoduo 2024.06" in head
    assert shop.code in line
    assert "ticket_evidence" in line


def test_loaded_version_by_its_name(shop):
    assert json.loads(run("pinduoduo:2024.06", *PERIOD, "--json"))["changed"] == 0


def test_nothing_is_written(stricter, shop):
    before = list(Deadline.objects.values()), list(PolicyVersion.objects.values())
    run(stricter, *PERIOD)
    assert (list(Deadline.objects.values()), list(PolicyVersion.objects.values())) == before


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("pack", "period", "words"),
    [
        ("gone.toml", PERIOD, "gone.toml"),
        ("pinduoduo:1999", PERIOD, "1999"),
        ("weidian:2024.06", PERIOD, "weidian"),
        ("pinduoduo:2024.06", ("--from", "soon", "--to", "2026-03-01"), "soon"),
        ("pinduoduo:2024.06", ("--from", "2026-02-01", "--to", "later"), "later"),
        ("pinduoduo:2024.06", ("--from", "2026-03-01", "--to", "2026-03-01"), "--from"),
        ("pinduoduo:2024.06", ("--from", "2026-03-02", "--to", "2026-03-01"), "--from"),
    ],
)
def test_what_cannot_be_read_is_refused(pack, period, words):
    with pytest.raises(CommandError, match=words) as refused:
        run(pack, *period)
    assert refused.value.returncode == 2


def test_faulty_pack_is_refused_with_the_place(tmp_path):
    path = tmp_path / "faulty.toml"
    path.write_text((settings.POLICIES_DIR / "pinduoduo.toml").read_text().replace("hours = 168", "hours = -1"))
    with pytest.raises(CommandError, match=r"rapid_refund_window"):
        run(path, *PERIOD)
