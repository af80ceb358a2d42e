"""The facts that anyone may record because they change no state, and what must be said with each. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, Field, ValidationError

from aftersales.enums import ChatRating, EventType, Mood, Opener, Party
from aftersales.errors import Unprocessable
from aftersales.transition_data import ParcelData, Pasted, Text, TrackingNumber, TransitionData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

# Beyond these, a moment cannot be told in every time zone.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class SubjectData(TransitionData):
    """What the fact is about, where a case may have several at once (a ticket's number)."""

    subject: Annotated[str, Field(max_length=80)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""


class MessageData(SubjectData):
    """`opener` is what the message is where it has no words; `mood` what it gives to expect."""

    opener: Opener | None = None
    mood: Mood | None = None


class RatingData(SubjectData):
    rating: ChatRating


class AddressGivenData(SubjectData):
    address: Annotated[str, Field(max_length=300)] = ""


class ScanData(SubjectData):
    tracking_no: Pasted = ""
    courier: Annotated[str, Field(max_length=60)] = ""
    place: Annotated[str, Field(max_length=200)] = ""


class StallData(SubjectData):
    last_scan_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)] | None = None


class CountdownData(SubjectData):
    """The platform's own countdown: `deadline` names the rule it is about, or nothing for the platform's step."""

    due_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
    party: Party = Party.MERCHANT
    deadline: Annotated[str, Field(max_length=60)] = ""


class ReasonData(TransitionData):
    reason: Text


class NoteData(TransitionData):
    note: Annotated[str, Field(min_length=1, max_length=1000)]


class UploadedData(ParcelData):
    """`is_wrong`: the number or the courier that was uploaded is not the parcel's (PD-44)."""

    is_wrong: bool = False


class CorrectedData(ParcelData):
    was: TrackingNumber | None = None


FACTS: dict[str, type[TransitionData]] = {
    EventType.REFUND_REQUESTED: SubjectData,
    EventType.BUYER_MESSAGED: MessageData,
    EventType.BUYER_CONTACTED: SubjectData,
    EventType.CHAT_CLOSED: SubjectData,
    EventType.CHAT_RATED: RatingData,
    EventType.TRACKING_UPLOADED: UploadedData,
    EventType.TRACKING_CORRECTED: CorrectedData,
    EventType.SHIPMENT_SCANNED: ScanData,
    EventType.SHIPMENT_STALLED: StallData,
    EventType.SHIPMENT_NO_TRACE: SubjectData,
    EventType.OUT_FOR_DELIVERY: ScanData,
    EventType.SHIPMENT_SIGNED: ScanData,
    EventType.RETURN_SHIPPED: ScanData,
    EventType.RETURN_SIGNED: ScanData,
    EventType.ADDRESS_REQUESTED: SubjectData,
    EventType.ADDRESS_GIVEN: AddressGivenData,
    EventType.RESHIP_AGREED: SubjectData,
    EventType.RESHIP_SHIPPED: ScanData,
    EventType.TICKET_OPENED: SubjectData,
    EventType.TICKET_CLOSED: SubjectData,
    EventType.PLATFORM_COUNTDOWN: CountdownData,
    EventType.REASON_CHANGED: ReasonData,
    EventType.CASE_NOTED: NoteData,
}


def read_data(schema: type[TransitionData], data: Mapping[str, Any]) -> TransitionData:
    """Check what was said. Raises `Unprocessable` with the fault of each field."""
    try:
        return schema.model_validate(dict(data))
    except ValidationError as error:
        fields: dict[str, _StrOrPromise] = {
            ".".join(str(part) for part in fault["loc"]) or "data": explain(fault["type"], fault["msg"])
            for fault in error.errors()
        }
        raise Unprocessable(_("Some fields are not right: see below."), fields=fields) from error


def read_fact(event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A fact's data as it goes into the ledger. Raises `Unprocessable`."""
    return read_data(FACTS[event_type], data).model_dump(mode="json", exclude_defaults=True)


_A_MOMENT = _("Give a time such as 2026-03-02T10:00:00+08:00.")
_A_NUMBER = _("Give a number, such as 12.50.")
_A_WHOLE_NUMBER = _("Give a whole number.")
_ONE_OF = _("Choose one of the values on offer.")
_OUT_OF_RANGE = _("This is out of range.")
_WRONG_SHAPE = _("This has the wrong shape: look at the API's docs.")

_WORDS: dict[str, _StrOrPromise] = {
    "missing": _("This is needed."),
    "string_type": _("Give a text."),
    "string_too_short": _("This is needed, or too short."),
    "string_too_long": _("This is too long."),
    "string_pattern_mismatch": _("Only letters, digits and hyphens."),
    "greater_than": _("This must be more than zero."),
    "greater_than_equal": _OUT_OF_RANGE,
    "less_than_equal": _OUT_OF_RANGE,
    "int_type": _A_WHOLE_NUMBER,
    "int_parsing": _A_WHOLE_NUMBER,
    "int_from_float": _A_WHOLE_NUMBER,
    "decimal_type": _A_NUMBER,
    "decimal_parsing": _A_NUMBER,
    "decimal_max_digits": _OUT_OF_RANGE,
    "decimal_whole_digits": _OUT_OF_RANGE,
    "decimal_max_places": _("At most two decimal places."),
    "finite_number": _A_NUMBER,
    "bool_type": _("Give true or false."),
    "bool_parsing": _("Give true or false."),
    "enum": _ONE_OF,
    "literal_error": _ONE_OF,
    "extra_forbidden": _("There is no such field."),
    "datetime_type": _A_MOMENT,
    "datetime_parsing": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "datetime_object_invalid": _A_MOMENT,
    "timezone_aware": _("Give the time with its offset, such as +08:00."),
    "uuid_parsing": _("This is no id."),
    "uuid_type": _("This is no id."),
    "list_type": _WRONG_SHAPE,
    "dict_type": _WRONG_SHAPE,
    "model_type": _WRONG_SHAPE,
    "model_attributes_type": _WRONG_SHAPE,
}


def explain(fault: str, fallback: str) -> _StrOrPromise:
    """A pydantic fault in the reader's language."""
    return _WORDS.get(fault, fallback)
