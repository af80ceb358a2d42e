"""What a packet is made of; the caller gathers it, the builder only lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path


@dataclass(frozen=True)
class Claim:
    """One item of the appeal and the money asked for it, in yuan; None where the item is not about money."""

    name: str
    amount: Decimal | None


@dataclass(frozen=True)
class TimelineRow:
    """One thing that happened; `is_key` marks the moments that the appeal rests on."""

    at: datetime
    text: str
    actor: str
    is_key: bool = False


@dataclass(frozen=True)
class DeadlineRow:
    """One clock of the case; `stopped_at` is None while it runs or when it ended unanswered."""

    name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    outcome_text: str


@dataclass(frozen=True)
class Piece:
    """One file of evidence.

    `sha256` is that of the file at `path`, in hex; a file that no longer has it is refused. `width` and
    `height` are pixels, `pages` counts a PDF's pages; all three are for show, the file itself is measured.
    """

    number: int
    path: Path
    media_type: str
    caption: str
    slot_name: str
    sha256: str
    byte_size: int
    original_name: str
    added_at: datetime
    added_by: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None


@dataclass(frozen=True)
class PacketContent:
    """Everything that a packet says, already in the words that a reader sees.

    `facts` are further label and value pairs for the cover. `prepared_at` dates the packet: the builder
    reads no clock. `language` is that of the labels, "zh-hans" or "en".
    """

    case_no: str
    title: str
    platform: str
    shop: str
    appeal_type: str
    ground: str
    appellant: str
    order_no: str
    platform_case_no: str
    product: str
    buyer_masked: str
    order_amount: Decimal | None
    refund_amount: Decimal | None
    claims: tuple[Claim, ...]
    statement: str
    facts: tuple[tuple[str, str], ...]
    timeline: tuple[TimelineRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    pieces: tuple[Piece, ...]
    prepared_at: datetime
    language: str = "zh-hans"
