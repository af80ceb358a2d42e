"""Record what has fallen due: stalled parcels, breaches, closed windows, open gates, drafts of appeals too late."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from appeals.services.sweep import sweep_all

BAD_ARGUMENT = 2


class Command(BaseCommand):
    help = "Record what has fallen due: stalled parcels, breaches, closed windows, open gates, expired appeal drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", metavar="ISO", help="the moment to look from, such as 2026-03-02T10:00:00+08:00")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["at"]:
            try:
                moment = parse_datetime(options["at"])
            except ValueError:
                moment = None
            if moment is None or timezone.is_naive(moment):
                msg = f"not a moment with an offset: {options['at']} (write 2026-03-02T10:00:00+08:00)"
                raise CommandError(msg, returncode=BAD_ARGUMENT)
            at = moment
        counts = sweep_all(now=at)
        if options["json"]:
            self.stdout.write(json.dumps({"at": timezone.localtime(at).isoformat(), **counts}))
        else:
            self.stdout.write(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()))
