"""Validate and load the policy packs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aftersales.errors import PolicyRefused
from aftersales.services.policies import load_policies

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Validates the policy packs of a folder and loads them all, or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=settings.POLICIES_DIR)
        parser.add_argument("--check", action="store_true", help="only validates")
        parser.add_argument("--json", action="store_true", help="prints one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            packs = load_policies(folder=options["folder"], at=timezone.now(), check_only=options["check"])
        except PolicyRefused as refused:
            if options["json"]:
                self.stdout.write(json.dumps({"loaded": False, "error": refused.error_code, "message": str(refused)}))
                raise SystemExit(1) from refused
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps({"loaded": not options["check"], "packs": [asdict(pack) for pack in packs]}))
            return
        if options["verbosity"]:
            for pack in packs:
                self.stdout.write(f"{pack.platform} {pack.version}: {pack.outcome}")
