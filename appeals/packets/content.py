"""What a packet is made of; the caller gathers it, the builder only lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

FILM = "video/"


@dataclass(frozen=True)
class Claim:
    """One item of the appeal and the money asked for it, in yuan; None where the item is not about money."""

    name: str
    amount: Decimal | None


@dataclass(frozen=True)
class Order:
    """One order of a complaint about several; `facts` are further label and value pairs."""

    case_no: str
    order_no: str
    platform_case_no: str
    product: str
    buyer: str
    buyer_masked: str
    order_amount: Decimal | None
    refund_amount: Decimal | None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TimelineRow:
    """One thing that happened; `is_key` marks the moments that the appeal rests on.

    `case_no` names the case where the packet has several orders, here and below.
    """

    at: datetime
    text: str
    actor: str
    is_key: bool = False
    case_no: str = ""


@dataclass(frozen=True)
class DeadlineRow:
    """One clock of the case; `stopped_at` is None while it runs or when it ended unanswered."""

    name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    outcome_text: str
    case_no: str = ""


@dataclass(frozen=True)
class Source:
    """The file that a piece was made from, and by what; `path` is None unless the packet takes the file along."""

    how: str
    path: Path | None
    media_type: str
    sha256: str
    byte_size: int
    original_name: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class Piece:
    """One file of evidence.

    `sha256` is that of the file at `path`, in hex; a file that no longer has it is refused. `width` and
    `height` are pixels, `pages` counts a PDF's pages; all three are for show, the file itself is measured.
    A film is shown by `stills`, a JPEG, and is `duration_ms` long. `confirmed` is what its uploader has seen on it.
    `added_by` and `origin` are for the shop's own archive: nobody of the staff is named in what leaves the house.
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
    case_no: str = ""
    origin: str = ""
    confirmed: tuple[str, ...] = ()
    source: Source | None = None
    stills: Path | None = None
    stills_sha256: str = ""
    duration_ms: int | None = None

    @property
    def is_film(self) -> bool:
        return self.media_type.startswith(FILM)


@dataclass(frozen=True)
class PacketContent:
    """Everything that a packet says, already in the words that a reader sees.

    `facts` are further label and value pairs for the cover. `prepared_at` dates the packet: the builder
    reads no clock. `language` is that of the labels, "zh-hans" or "en". `orders` are all of a complaint about
    several, else none. Nothing here is masked: `is_masked` has personal data masked where the packet is built, and
    of all numbers `kept_numbers` are never taken for personal data.
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
    buyer: str = ""
    orders: tuple[Order, ...] = ()
    kept_numbers: tuple[str, ...] = ()
    is_masked: bool = True
