"""Fill an empty database with demo data."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aftersales.errors import DeskError
from appeals.demo.seed import seed_demo
from appeals.demo.stories import TOLD

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from appeals.demo.seed import Seeded

MOST = 1_000_000
REFUSED = 2
SHOWN_EVERY = 20_000


def moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        msg = _("give a time with its offset, such as 2026-03-02T10:00:00+08:00")
        raise ArgumentTypeError(msg)
    return found


def number_of_cases(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        msg = _("give a number from 1 to %(most)s") % {"most": MOST}
        raise ArgumentTypeError(msg)
    return int(text)


class Command(BaseCommand):
    help = (
        "Fills an empty database with invented shops, people and cases in every state. The same seed and moment give "
        "the same cases. Exits 2 and changes nothing where there are cases already, or where LOCAL is not set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=number_of_cases, default=TOLD, help=f"1 to {MOST}; {TOLD} by default")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other cases")
        parser.add_argument("--at", type=moment, help="the moment at which the cases stand; now by default")
        parser.add_argument("--json", action="store_true", help="prints one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.LOCAL or settings.DEBUG):
            # Everybody knows the passwords of the demo's accounts, and one of them is the administrator's.
            msg = _("Demo data is for a machine of one's own: it needs LOCAL=true, which no production server sets.")
            raise CommandError(msg, returncode=REFUSED)
        at = timezone.localtime(options["at"] or timezone.now()).replace(microsecond=0)
        is_quiet = options["json"] or options["verbosity"] == 0
        try:
            seeded = seed_demo(
                cases=options["cases"],
                seed=options["seed"],
                at=at,
                progress=lambda done: None if is_quiet else self.show(done, options["cases"]),
            )
        except DeskError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        if options["json"]:
            self.stdout.write(json.dumps(self.answer(seeded, at, options["seed"])))
        elif not is_quiet:
            self.report(seeded)

    def show(self, done: int, total: int) -> None:
        if done % SHOWN_EVERY == 0:
            self.stderr.write(_("%(done)s of %(total)s cases") % {"done": done, "total": total})

    def answer(self, seeded: Seeded, at: datetime, seed: int) -> dict[str, Any]:
        return {**asdict(seeded), "seed": seed, "at": at.isoformat(), "logins": logins()}

    def report(self, seeded: Seeded) -> None:
        counts = _("Demo data: %(cases)s cases, %(events)s events, %(evidence)s pieces of proof, %(appeals)s appeals.")
        self.stdout.write(counts % asdict(seeded))
        for login in logins():
            self.stdout.write(f"  {login['username']:8}{login['password']}")


def logins() -> list[dict[str, str]]:
    """Who can log in, as the login page shows it."""
    return [{"username": username, "password": password} for username, password, _role in settings.DEMO_LOGINS]
