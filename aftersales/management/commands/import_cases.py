"""Import a platform's export into a shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.enums import RowOutcome
from aftersales.errors import DeskError, NotFound
from aftersales.imports.errors import UnreadableFile
from aftersales.imports.report import in_language
from aftersales.management.arguments import REFUSED, read_moment
from aftersales.models import Shop
from aftersales.services.imports import import_file

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from aftersales.imports.report import Report


class Command(BaseCommand):
    help = "Reads CSV, XLSX, JSONL or JSON of a known platform shape; exits 2 and changes nothing for another file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--shop", required=True, metavar="CODE", help="the shop whose cases these are")
        parser.add_argument("--at", metavar="ISO", help="the moment of the import; now where it is not given")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = _import(path, options)
        except DeskError as error:
            if options["json"]:
                fields = {name: str(text) for name, text in error.fields.items()}
                self._print_json({"error": error.error_code, "message": str(error), "fields": fields})
                raise SystemExit(REFUSED) from error
            raise CommandError(str(error), returncode=REFUSED) from error
        if options["json"]:
            self._print_json({"file": path.name, "shop": options["shop"], **_as_object(report)})
        else:
            self.stdout.write("\n".join(_as_lines(report)))

    def _print_json(self, content: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False))


def _import(path: Path, options: dict[str, Any]) -> Report:
    shop = Shop.objects.filter(code=options["shop"]).first()
    if shop is None:
        codes = ", ".join(Shop.objects.order_by("code").values_list("code", flat=True)[:20])
        message = _("There is no shop with the code %(code)s. Shops: %(codes)s")
        raise NotFound(message % {"code": options["shop"], "codes": codes or "-"}, code="shop_not_found")
    now = read_moment(options["at"]) if options["at"] else timezone.now()
    if not path.is_file():
        raise UnreadableFile(_("There is no file %(path)s.") % {"path": path}, code="file_not_found")
    try:
        return import_file(path=path, file_name=path.name, shop=shop, by=None, now=now, dry_run=options["dry_run"])
    except OSError as error:
        raise UnreadableFile(_("The file %(path)s cannot be read.") % {"path": path}) from error


def _as_object(report: Report) -> dict[str, Any]:
    written = report.as_json()
    return {
        "dry_run": report.is_dry_run,
        "shape": written["shape"],
        "format": written["format"],
        "total": written["total"],
        **written["counts"],
        "rejected_rows": [_as_row(entry) for entry in written["rejected"]],
        "warnings": [_as_row(entry) for entry in written["warnings"]],
        "ignored_rows": written["ignored"],
        "unknown_statuses": written["unknown_statuses"],
        "unknown_codes": written["unknown_codes"],
    }


def _as_row(entry: dict[str, Any]) -> dict[str, Any]:
    reason = in_language(entry["message"], get_language())
    return {
        "row": entry["row"],
        "field": entry["field"],
        "code": entry["code"],
        "reason": reason,
        "value": entry["value"],
    }


def _as_lines(report: Report) -> list[str]:
    content = _as_object(report)
    lines = [_("Dry run: nothing was written.")] if report.is_dry_run else []
    lines.append(_("%(total)d rows of the shape %(shape)s") % content)
    lines += [f"{outcome.label}: {report.counts[outcome.value]}" for outcome in RowOutcome]
    for title, part in ((_("Rejected rows"), "rejected_rows"), (_("Warnings"), "warnings")):
        if content[part]:
            lines += ["", f"{title}:"]
            lines += [
                "  " + _("row %(row)d, %(field)s: %(reason)s %(value)s") % _with_dash(row) for row in content[part]
            ]
    if content["unknown_codes"]:
        lines += ["", _("Unknown platform codes:")]
        lines += [f"  {one['field']} {one['value']}: {one['rows']}" for one in content["unknown_codes"]]
    return lines


def _with_dash(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "field": row["field"] or "-", "value": f"({row['value']})" if row["value"] else ""}
