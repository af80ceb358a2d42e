"""Seal the ledger: keep the file elsewhere, and it proves later that nothing before it was altered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.services.ledger import seal
from aftersales.services.seals import export_seal

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Writes a seal over all cases that changed since the last one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", type=Path, help="where to write the seal; else it is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(export_seal(seal(at=timezone.now())))
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            options["output"].write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            msg = _("%(path)s cannot be written: %(error)s") % {"path": options["output"], "error": error}
            raise CommandError(msg) from error
        self.stdout.write(_("Sealed: %(path)s") % {"path": options["output"]})
