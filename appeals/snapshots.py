"""A packet's content as JSON, kept with the packet: what was asked for stays, whatever changes afterwards. Pure.

The path of a piece is its key in the evidence store until the packet is built.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appeals.packets.content import Claim, DeadlineRow, PacketContent, Piece, TimelineRow

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


def keys(snapshot: dict[str, Any]) -> list[str]:
    """Where the pieces are kept, in their order."""
    return [str(piece["path"]) for piece in snapshot["pieces"]]


def load(snapshot: dict[str, Any], paths: Sequence[Path]) -> PacketContent:
    """The content again, with each piece's file at its place among `paths`."""
    fields = dict(snapshot)
    fields["order_amount"] = _amount(fields["order_amount"])
    fields["refund_amount"] = _amount(fields["refund_amount"])
    fields["prepared_at"] = datetime.fromisoformat(fields["prepared_at"])
    fields["claims"] = tuple(Claim(row["name"], _amount(row["amount"])) for row in fields["claims"])
    fields["facts"] = tuple((label, value) for label, value in fields["facts"])
    fields["timeline"] = tuple(
        TimelineRow(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in fields["timeline"]
    )
    fields["deadlines"] = tuple(_deadline(row) for row in fields["deadlines"])
    fields["pieces"] = tuple(
        Piece(**{**row, "path": path, "added_at": datetime.fromisoformat(row["added_at"])})
        for row, path in zip(fields["pieces"], paths, strict=True)
    )
    return PacketContent(**fields)


def _amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _deadline(row: dict[str, Any]) -> DeadlineRow:
    moments = {
        name: datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("started_at", "due_at", "stopped_at")
    }
    return DeadlineRow(**{**row, **moments})
