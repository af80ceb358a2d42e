"""The rows of an import, from raw cells to what a case needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one field of one row, as an error or as a warning."""

    row: int
    field: str  # the header or key as it stands in the file; empty for the row as a whole
    code: str
    message: _StrOrPromise
    value: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record as it stands in the file; `error` is set when it could not even be split into values.

    `number` is what a person sees: the spreadsheet row (the header counts), the line of a JSONL file,
    the position in a JSON list from 1.
    """

    number: int
    values: dict[str, Any]
    error: RowError | None = None


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that is no case, with the reason: `total_row`, `duplicate`, `superseded`."""

    row: int
    code: str
    message: _StrOrPromise


@dataclass(frozen=True, slots=True)
class ParsedFact:
    """An event that the row proves: `type` is an EventType value, `data["at_source"]` names the column of `at`."""

    type: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedDeadline:
    """The platform's own countdown; `subject` is the platform's step, `column` where the row says so."""

    due_at: datetime
    party: str
    subject: str
    column: str


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One after-sales case as one row of a file tells it; amounts in yuan, times aware."""

    number: int
    platform_case_no: str
    order_no: str
    kind: str
    state: str | None  # None while the status is unknown, or says nothing for this kind
    platform_status: str
    status_known: bool
    requested_at: datetime
    known_until: datetime  # the last moment that the row knows of
    product: str = ""
    sku: str = ""
    quantity: int | None = None
    reason: str = ""
    refund_amount: Decimal | None = None
    order_amount: Decimal | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    facts: tuple[ParsedFact, ...] = ()
    return_courier: str = ""
    return_tracking_no: str = ""
    outbound_courier: str = ""
    outbound_tracking_no: str = ""
    buyer: str = ""
    issue: str | None = None
    deadlines: tuple[ParsedDeadline, ...] = ()
    tells_deadlines: bool = False  # the row has a place for every countdown: one that is not there is over
    is_rapid: bool = False
    warnings: tuple[RowError, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def deadline(self) -> ParsedDeadline | None:
        """The countdown that ends first."""
        return min(self.deadlines, key=lambda one: one.due_at, default=None)
