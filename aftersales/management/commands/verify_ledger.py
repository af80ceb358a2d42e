"""Prove that nobody altered the ledger, or name the first row that was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from aftersales.errors import DeskError, LedgerBroken
from aftersales.models import Case, User
from aftersales.selectors.case_detail import find_case
from aftersales.services.ledger import verify
from aftersales.services.seals import verify_seal_file

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Verifies the ledger's hash chains, and a seal with --seal; exits 1 and names the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--case", metavar="REF", help="only this case: C-000123 or shopcode:platform case number")
        parser.add_argument("--seal", metavar="FILE", type=Path, help="a seal that seal_ledger wrote")
        parser.add_argument("--json", action="store_true", help="prints one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = {"events": 0, "seals": 0}
        try:
            checked["events"] = verify(case=_case(options["case"]))
            if options["seal"]:
                checked["seals"] = verify_seal_file(_read(options["seal"]))
        except LedgerBroken as broken:
            if options["json"]:
                self.stdout.write(json.dumps({"intact": False, **checked, "broken": str(broken)}))
                raise SystemExit(1) from broken
            raise CommandError(str(broken)) from broken
        except DeskError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"intact": True, **checked, "broken": ""}))
        else:
            self.stdout.write(_("The ledger is intact: %(events)s events, %(seals)s seals checked.") % checked)


def _case(ref: str | None) -> Case | None:
    """Whoever runs commands may look at every shop. Raises `NotFound`."""
    return find_case(ref, user=User(is_superuser=True)) if ref else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = _("%(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        raise CommandError(msg, returncode=2) from error
