"""Build one packet here and now, without a worker."""

from __future__ import annotations

import json
import shutil
from argparse import BooleanOptionalAction
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from aftersales.errors import DeskError
from appeals.enums import PacketState
from appeals.packet_reports import packet_report
from appeals.selectors.appeals import find_appeal
from appeals.services.packets import PDF, create_packet, run_packet
from appeals.storage import PacketStore

REFUSED = 2


class Command(BaseCommand):
    help = "Build the packet of an appeal; the same appeal gives the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("appeal", metavar="APPEAL", help="its number, such as A-1B2C3D4E, or its id")
        parser.add_argument("--profile", metavar="P", default=PDF, help="what it is made for")
        parser.add_argument(
            "--mask",
            action=BooleanOptionalAction,
            default=None,
            help="mask personal data; without either, as the destination says",
        )
        parser.add_argument("--output", metavar="FILE", help="copy the packet there as well")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"]) if options["output"] else None
        if output and not output.parent.is_dir():
            raise CommandError(_("There is no directory %(path)s.") % {"path": output.parent}, returncode=REFUSED)
        try:
            appeal = find_appeal(options["appeal"])
            asked = create_packet(
                appeal=appeal, by=None, now=timezone.now(), profile=options["profile"], masked=options["mask"]
            )
            packet = run_packet(packet_id=asked.pk, clock=timezone.now)
            if packet.state != PacketState.DONE:
                raise CommandError(packet.error, returncode=REFUSED)
            if output:
                with PacketStore().open(packet.key) as built, output.open("wb") as copy:
                    shutil.copyfileobj(built, copy)
        except DeskError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=REFUSED) from error
        report = packet_report(packet.manifest)
        self._tell(
            {
                "appeal": appeal.number,
                "packet": str(packet.pk),
                "pages": packet.pages,
                "bytes": packet.byte_size,
                "sha256": packet.sha256,
                "output": str(output) if output else None,
                "masked": packet.is_masked,
                "report": asdict(report) if report else None,
            },
            as_json=options["json"],
        )

    def _tell(self, built: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(built))
            return
        self.stdout.write(_("%(appeal)s: %(pages)s pages, %(bytes)s bytes") % built)
        self.stdout.write(f"sha256 {built['sha256']}")
        report = built["report"] or {"warnings": [], "pieces": []}
        for piece in report["pieces"]:
            self.stdout.write(f"{piece['number']} {piece['caption']}: {piece['says']}")
        for warning in report["warnings"]:
            self.stdout.write(warning)
        if built["output"]:
            self.stdout.write(built["output"])
