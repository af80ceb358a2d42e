"""The shape of one column map: what a TOML file in config/columns may say."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from aftersales.enums import EventType, Issue, Kind, Party, State
from aftersales.imports.headers import normalize_header
from aftersales.imports.values import comparable

FileFormat = Literal["csv", "xlsx", "json", "jsonl"]
Parser = Literal["id", "tracking", "text", "yuan", "fen", "integer", "flag", "time"]
FieldName = Literal[
    "platform_case_no", "order_no", "type", "status", "product", "sku", "quantity", "reason",
    "refund_amount", "order_amount", "currency", "requested_at", "updated_at", "closed_at", "agreed_at",
    "refunded_at", "return_shipped_at", "return_courier", "return_tracking_no", "outbound_courier",
    "outbound_tracking_no", "buyer", "shipped", "goods", "return_needed", "phase", "outbound_info", "arbitration",
    "negotiation", "rapid", "disputed", "liable", "platform_asked_at", "platform_answered_at", "deadline",
    "deadline_exists", "deadline_action", "evidence_deadline",
]  # fmt: skip
REQUIRED_FIELDS: tuple[FieldName, ...] = ("platform_case_no", "order_no", "status", "requested_at")
TIME_FIELDS: tuple[FieldName, ...] = (
    "updated_at", "closed_at", "agreed_at", "refunded_at", "return_shipped_at", "platform_asked_at",
    "platform_answered_at",
)  # fmt: skip
ANYTHING = "*"  # in a condition: any value that is not empty; "" is the empty one

RawValues = Annotated[frozenset[str], BeforeValidator(lambda values: frozenset(comparable(value) for value in values))]
Conditions = dict[FieldName, Annotated[frozenset[str], BeforeValidator(
    lambda values: frozenset(value if value == ANYTHING else comparable(value) for value in values)
)]]  # fmt: skip


class Part(BaseModel):
    """Strict: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSource(Part):
    """Where a field comes from: the first column with a value wins."""

    columns: tuple[str, ...] = Field(min_length=1)
    parser: Parser = "text"
    min_digits: int = Field(default=1, ge=1)
    true_values: RawValues = frozenset()
    zero_is_missing: bool = False

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The normalised paths, in order."""
        return tuple(normalize_header(column) for column in self.columns)

    @property
    def is_listed(self) -> bool:
        """Whether it stands in each entry of a list."""
        return "[]" in self.keys[0]


class KindRule(Part):
    """The first rule whose conditions all hold gives the kind; `warn` says that it is a guess on the safe side."""

    when: Conditions = {}
    kind: Kind
    issue: Issue | None = None
    warn: Literal["shipping_unknown"] | None = None


class IssueRule(Part):
    """Reasons, word for word, that say what is wrong with the goods."""

    reasons: RawValues
    issue: Issue


class FactRule(Part):
    """An event that a row proves where `when` holds, dated by the first of `at` that has a value."""

    type: EventType
    when: Conditions = {}
    at: tuple[FieldName, ...] = ("closed_at", "updated_at")
    kinds: frozenset[Kind] = frozenset(Kind)
    data: dict[str, str] = {}


class StatusRule(Part):
    """Raw statuses → our state, who has to act now, and what they prove; `when` narrows it, the first match wins."""

    values: RawValues = Field(min_length=1)
    when: Conditions = {}
    state: State | dict[Kind, State]
    party: Party | None = None  # None: nobody, the case is closed
    facts: tuple[FactRule, ...] = ()

    def state_for(self, kind: str) -> str | None:
        """Our state for a case of this kind; None where the status makes no sense for it."""
        if isinstance(self.state, State):
            return self.state.value
        state = self.state.get(Kind(kind))
        return state.value if state else None

    @property
    def for_all_kinds(self) -> bool:
        """Whether the state is the same whatever the kind."""
        return isinstance(self.state, State)


class CountdownRule(Part):
    """The platform's own countdown, while somebody still has to act; each entry of a list is one of its own."""

    due: FieldName = "deadline"
    when: Conditions = {}
    party: Party | None = None  # None: whoever the status waits for
    subject: str = ""  # what is to be done; "": as `subject_from` says
    subject_from: FieldName = "status"


class Name(Part):
    """The shape's name in both languages."""

    zh: str
    en: str


class ColumnMap(Part):
    """One export shape or API record of one or more platforms."""

    code: str
    name: Name
    platforms: tuple[str, ...] = Field(min_length=1)
    formats: frozenset[FileFormat] = Field(min_length=1)
    required: tuple[str, ...] = Field(min_length=2)  # headers that tell the shape; "a|b": either one
    excluded: tuple[str, ...] = ()  # headers that only a similar shape has
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    default_kind: Kind = Kind.RETURN_DISPUTE
    source: str
    as_of: date
    field: dict[FieldName, FieldSource]
    kind: tuple[KindRule, ...] = Field(min_length=1)
    issue: tuple[IssueRule, ...] = ()
    status: tuple[StatusRule, ...] = Field(min_length=1)
    moment: tuple[FactRule, ...] = ()  # events that a filled time column proves, whatever the status
    countdown: tuple[CountdownRule, ...] = ()
    codes: dict[FieldName, RawValues] = {}  # all codes of a field that are known: any other is reported
    liable: dict[Annotated[str, BeforeValidator(comparable)], Party] = {}  # raw values of the field `liable`

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of times that name none."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        missing = [name for name in REQUIRED_FIELDS if name not in self.field]
        if missing:
            message = f"{self.code}: no column for {', '.join(missing)}"
            raise ValueError(message)
        facts = [fact for rule in self.status for fact in rule.facts] + list(self.moment)
        conditions = [rule.when for rule in self.kind] + [rule.when for rule in self.status]
        conditions += [fact.when for fact in facts] + [rule.when for rule in self.countdown]
        used = {name for when in conditions for name in when} | set(self.codes)
        used |= {name for fact in facts for name in fact.at if len(fact.at) == 1}
        used |= {name for rule in self.countdown for name in (rule.due, rule.subject_from)}
        unmapped = sorted(used - set(self.field))
        if unmapped:
            message = f"{self.code}: rules use {', '.join(unmapped)}, which has no column"
            raise ValueError(message)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"{self.code}: no such time zone: {self.time_zone}"
            raise ValueError(message) from error
        return self

    def missing_headers(self, keys: frozenset[str]) -> tuple[str, ...]:
        """The headers that tell this shape and are not there."""
        return tuple(
            header.split("|")[0]
            for header in self.required
            if not any(normalize_header(choice) in keys for choice in header.split("|"))
        )

    def fits(self, keys: frozenset[str]) -> bool:
        """Whether these headers are this shape, and not one that only looks like it."""
        return not self.missing_headers(keys) and not any(normalize_header(name) in keys for name in self.excluded)

    def matched(self, keys: frozenset[str]) -> int:
        """How many of this shape's columns are there."""
        known = {key for source in self.field.values() for key in source.keys}
        return len(known & keys)
