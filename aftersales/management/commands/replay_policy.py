"""What would have become of past deadlines under another pack."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.errors import DeskError
from aftersales.management.arguments import REFUSED, read_moment
from aftersales.policy_reading import read_pack
from aftersales.selectors.policy_versions import find_version
from aftersales.selectors.replay import replay

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from aftersales.policy import Pack
    from aftersales.selectors.replay import Replay, ReplayLine


class Command(BaseCommand):
    help = (
        "Folds the facts of past cases under another pack and says what would have become of the deadlines that "
        "started in a period. Writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", metavar="PACK", help="a TOML file, or platform:version of a loaded one")
        parser.add_argument("--from", dest="since", required=True, metavar="ISO", help="included")
        parser.add_argument("--to", dest="until", required=True, metavar="ISO", help="not included")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        since, until = read_moment(options["since"]), read_moment(options["until"])
        if since >= until:
            raise CommandError(_("--from must lie before --to."), returncode=REFUSED)
        try:
            found = replay(_pack(options["pack"], now), since=since, until=until, at=now)
        except DeskError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_object(found), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_as_lines(found)))


def _pack(named: str, now: datetime) -> Pack:
    """A file, where there is one of this name. Raises `PolicyRefused`, `NotFound`."""
    path = Path(named)
    platform, colon, version = named.partition(":")
    return find_version(platform, version, at=now).pack if colon and not path.exists() else read_pack(path)


def _as_object(found: Replay) -> dict[str, Any]:
    return {
        "platform": found.platform,
        "version": found.version,
        "from": timezone.localtime(found.since).isoformat(),
        "to": timezone.localtime(found.until).isoformat(),
        "cases": found.cases,
        "changed": found.changed,
        "lines": [
            {
                "rule": line.rule,
                "name": line.name,
                "shop": line.shop,
                "before": dict(line.before),
                "after": dict(line.after),
                "changed": [{"from": move.old, "to": move.new, "count": move.count} for move in line.moves],
            }
            for line in found.lines
        ],
    }


def _as_lines(found: Replay) -> list[str]:
    said = {"platform": found.platform, "version": found.version, "cases": found.cases, "changed": found.changed}
    head = _("%(platform)s %(version)s: %(cases)d cases, %(changed)d deadlines would have ended otherwise") % said
    return [head, *(_as_line(line) for line in found.lines)]


def _as_line(line: ReplayLine) -> str:
    counts = [f"{outcome} {before} → {after}" for outcome, before, after in line.counts]
    moves = [f"{move.words}: {move.count}" for move in line.moves]
    changed = f"  ({'; '.join(moves)})" if moves else ""
    return f"  {line.name} [{line.rule}] {line.shop}: {', '.join(counts)}{changed}"
