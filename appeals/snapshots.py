"""A packet's content as JSON, kept with the packet: what was asked for stays, whatever changes afterwards. Pure.

The path of a piece is its key in the evidence store until the packet is built.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appeals.packets.content import Claim, DeadlineRow, Order, PacketContent, Piece, Source, TimelineRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def evidence_digest(hashes: Iterable[str]) -> str:
    """One hash for a list of evidence files in its order."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def dump(content: PacketContent) -> dict[str, Any]:
    """JSON types only; moments as ISO 8601, amounts as text."""
    snapshot: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(content), default=_plain))
    return snapshot


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    msg = f"no place in a snapshot for {type(value).__name__}"
    raise TypeError(msg)


def keys(snapshot: dict[str, Any], *, with_sources: bool = False) -> list[str]:
    """Where the files are kept: the pieces in their order, then stills of films and what pieces were made from."""
    return [str(holder[name]) for holder, name in _files(snapshot, with_sources=with_sources)]


def _files(snapshot: dict[str, Any], *, with_sources: bool) -> list[tuple[dict[str, Any], str]]:
    """Each place of a path in the snapshot, as what holds it and the name."""
    pieces = snapshot["pieces"]
    places = [(piece, "path") for piece in pieces] + [(piece, "stills") for piece in pieces if piece["stills"]]
    sources = [piece["source"] for piece in pieces if piece["source"] and piece["source"]["path"]]
    return places + [(source, "path") for source in sources if with_sources]


def load(
    snapshot: dict[str, Any], paths: Sequence[Path], *, with_sources: bool = False, is_masked: bool | None = None
) -> PacketContent:
    """The content again, with each file at its place among `paths`, which are in the order of `keys`.

    `is_masked` says anew whether personal data are to be masked; the snapshot keeps all of them.
    """
    fields: dict[str, Any] = copy.deepcopy(snapshot)
    places = _files(fields, with_sources=with_sources)
    for piece in fields["pieces"]:
        if piece["source"] and not with_sources:
            piece["source"]["path"] = None
    for (holder, name), path in zip(places, paths, strict=True):
        holder[name] = path
    if is_masked is not None:
        fields["is_masked"] = is_masked
    for name in ("order_amount", "refund_amount"):
        fields[name] = _amount(fields[name])
    fields["prepared_at"] = _moment(fields["prepared_at"])
    fields["claims"] = tuple(Claim(row["name"], _amount(row["amount"])) for row in fields["claims"])
    fields["facts"] = _pairs(fields["facts"])
    fields["timeline"] = tuple(TimelineRow(**{**row, "at": _moment(row["at"])}) for row in fields["timeline"])
    fields["deadlines"] = tuple(_deadline(row) for row in fields["deadlines"])
    fields["orders"] = tuple(_order(row) for row in fields["orders"])
    fields["kept_numbers"] = tuple(fields["kept_numbers"])
    fields["pieces"] = tuple(_piece(row) for row in fields["pieces"])
    return PacketContent(**fields)


def _amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in rows)


def _deadline(row: dict[str, Any]) -> DeadlineRow:
    stopped_at = _moment(row["stopped_at"]) if row["stopped_at"] else None
    moments = {"started_at": _moment(row["started_at"]), "due_at": _moment(row["due_at"]), "stopped_at": stopped_at}
    return DeadlineRow(**{**row, **moments})


def _order(row: dict[str, Any]) -> Order:
    amounts = {name: _amount(row[name]) for name in ("order_amount", "refund_amount")}
    return Order(**{**row, **amounts, "facts": _pairs(row["facts"])})


def _piece(row: dict[str, Any]) -> Piece:
    source = row["source"]
    made_from = Source(**{**source, "added_at": _moment(source["added_at"])}) if source else None
    confirmed = tuple(row["confirmed"])
    return Piece(**{**row, "added_at": _moment(row["added_at"]), "source": made_from, "confirmed": confirmed})
