"""What became of the proof in a packet, in words: its size, its warnings, and what was reduced by how much. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.limits import readable_size

WHOLE = 100  # percent


@dataclass(frozen=True, slots=True)
class PieceReport:
    """`says` is empty for nothing to tell; `before` and `after` are bytes, `after` 0 where it shares a picture."""

    number: int
    caption: str
    says: str
    before: int
    after: int

    @property
    def sizes(self) -> str:
        """Such as “3.8 MB → 412 KB”."""
        before = readable_size(self.before)
        return f"{before} → {readable_size(self.after)}" if self.after else before


@dataclass(frozen=True, slots=True)
class PacketReport:
    """The manifest's report in the reader's language."""

    files: int
    byte_size: int
    warnings: list[str]
    pieces: list[PieceReport]

    @property
    def size(self) -> str:
        return readable_size(self.byte_size)


def packet_report(manifest: dict[str, Any]) -> PacketReport | None:
    """None until the packet is built."""
    report = manifest.get("report")
    if report is None:
        return None
    return PacketReport(
        files=report["files"],
        byte_size=report["bytes"],
        warnings=[_warning(report["form"], warning) for warning in report["warnings"]],
        pieces=[
            PieceReport(row["number"], row["caption"], _reduced(row), row["bytes_before"], row["bytes_after"])
            for row in report["pieces"]
        ],
    )


def _warning(form: str, warning: dict[str, Any]) -> str:
    if warning["code"] == "film_beside":
        message = ngettext(
            "Exhibit %(numbers)s is a film, seen here as stills: hand the film in as well where the form takes films.",
            "Exhibits %(numbers)s are films, seen here as stills: hand them in as well where the form takes films.",
            len(warning["pieces"]),
        )
        return message % {"numbers": _listed(warning["pieces"])}
    most = readable_size(warning["bytes"])
    if form != "images":
        return _("The file is larger than %(most)s: it may be refused.") % {"most": most}
    message = ngettext(
        "Picture %(numbers)s is larger than %(most)s and cannot be made smaller legibly: it may be refused.",
        "Pictures %(numbers)s are larger than %(most)s and cannot be made smaller legibly: they may be refused.",
        len(warning["pictures"]),
    )
    return message % {"numbers": _listed(warning["pictures"]), "most": most}


def _reduced(row: dict[str, Any]) -> str:
    """Such as “in picture 2 with others · cut into 3 columns · 62% of its size · JPEG quality 78”."""
    numbers = {"numbers": _listed(row["pictures"])}
    where = ngettext("in picture %(numbers)s", "in pictures %(numbers)s", len(row["pictures"])) % numbers
    said = [where if row["is_alone"] else _("%(where)s with others") % {"where": where}]
    if row["kind"] == "page":
        said.append(ngettext("%(count)s page drawn", "%(count)s pages drawn", row["parts"]) % {"count": row["parts"]})
        said.append(_("%(width)s pixels wide") % {"width": row["width"]})
    elif row["parts"] > 1:
        said.append(_("cut into %(count)s parts") % {"count": row["parts"]})
    if row["kind"] == "stills":
        said.append(_("stills of the film"))
    elif row["scale"] and row["scale"] < WHOLE:
        said.append(_("%(percent)s%% of its size") % {"percent": row["scale"]})
    said.append(_("JPEG quality %(quality)s") % {"quality": row["quality"]} if row["quality"] else _("no quality lost"))
    return " · ".join(said)


def _listed(numbers: list[int]) -> str:
    """Runs of numbers as `1–3, 5`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
