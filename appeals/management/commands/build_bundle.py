"""Build the packets of many appeals into one ZIP here and now, without a worker."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.errors import DeskError
from appeals.bundle_files import open_bundle
from appeals.enums import PacketState
from appeals.selectors.bundle_choices import find_appeals
from appeals.selectors.bundles import entries_of
from appeals.services.bundles import create_bundle, run_bundle
from appeals.services.packets import PDF

if TYPE_CHECKING:
    from appeals.models import Bundle, BundleEntry

SOME_FAILED = 1
REFUSED = 2


class Command(BaseCommand):
    help = "Build the packets of several appeals into one ZIP. Exits with 1 if some of them failed, with 2 if all did."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("appeals", metavar="APPEAL", nargs="+", help="its number, such as A-1B2C3D4E, or its id")
        parser.add_argument("--profile", metavar="P", default=PDF, help="what the packets are made for")
        parser.add_argument("--output", metavar="FILE", help="copy the ZIP there as well")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"]) if options["output"] else None
        if output and not output.parent.is_dir():
            raise CommandError(_("There is no directory %(path)s.") % {"path": output.parent}, returncode=REFUSED)
        try:
            bundle = self._build(options["appeals"], options["profile"])
            if output and bundle.state == PacketState.DONE:
                with open_bundle(bundle) as built, output.open("wb") as copy:
                    shutil.copyfileobj(built, copy)
        except DeskError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=REFUSED) from error
        entries = entries_of(bundle)
        told = _told(bundle, entries, output)
        self._tell(told, as_json=options["json"])
        if bundle.state == PacketState.FAILED:
            raise CommandError(bundle.error, returncode=REFUSED)
        if told["failed"]:
            message = _("%(failed)s of %(appeals)s packets are missing.")
            raise CommandError(message % {**told, "failed": len(told["failed"])}, returncode=SOME_FAILED)

    def _build(self, refs: list[str], profile: str) -> Bundle:
        """Raises DeskError and OSError."""
        asked = create_bundle(
            appeals=find_appeals(refs),
            by=None,
            now=timezone.now(),
            profile=profile,
            language=get_language() or settings.LANGUAGE_CODE,
        )
        return run_bundle(bundle_id=asked.pk, clock=timezone.now, seconds=math.inf)

    def _tell(self, told: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(_("%(done)s of %(appeals)s packets, %(bytes)s bytes") % told)
        for failure in told["failed"]:
            self.stdout.write(f"{failure['appeal']}: {failure['error']}")
        if told["sha256"]:
            self.stdout.write(f"sha256 {told['sha256']}")
        if told["output"]:
            self.stdout.write(told["output"])


def _told(bundle: Bundle, entries: list[BundleEntry], output: Path | None) -> dict[str, Any]:
    failed = [entry for entry in entries if entry.state == PacketState.FAILED]
    return {
        "bundle": str(bundle.pk),
        "appeals": len(entries),
        "done": sum(entry.state == PacketState.DONE for entry in entries),
        "failed": [
            {"appeal": entry.appeal.number, "error": entry.error, "error_code": entry.error_code} for entry in failed
        ],
        "bytes": bundle.byte_size,
        "sha256": bundle.sha256,
        "output": str(output) if output and bundle.state == PacketState.DONE else None,
    }
