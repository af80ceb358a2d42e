"""Parsing of single cells: money, ids, times, numbers, flags. Empty and "-" are None, nonsense raises BadValue."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

EMPTY = {"", "-", "--", "—", "——", "/", "无", "暂无", "null", "none", "nan", "n/a", "#n/a"}
EXACT_FLOAT = 2**53  # from here on two whole numbers share one float
EXCEL_DIGITS = 10**15  # Excel itself keeps 15 digits and writes zeros after them
FIRST_YEAR, LAST_YEAR = 2000, 2099
MAX_AMOUNT = Decimal(10**9)
MAX_ID_LENGTH = 64
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial has no zone; the caller adds it
EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119: nothing else of that size is a time
CENT = Decimal("0.01")

_unstorable = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL and UTF-8 refuse them; JSON can spell them
_id = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
_scientific = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_money = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?")
_number = re.compile(r"-?\d+(\.0+)?")
_clock = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]*(\d{1,2})[:时](\d{1,2})分?(?::?(\d{1,2})秒?)?(?:\.(\d{1,6})\d*)?)?"
    r" *(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
TRUE = {"是", "true", "1", "y", "yes"}
FALSE = {"否", "false", "0", "n", "no"}


class BadValue(ValueError):
    """A cell that cannot be what its column says; `code` is stable, `message` is for the person."""

    def __init__(self, code: str, message: _StrOrPromise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def text(value: object) -> str:
    """The cell without tabs, byte order marks, quote prefixes and outer spaces; "" where it is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOAT:
        return str(int(value))
    cleaned = (
        storable(str(value))
        .replace("\ufeff", "")
        .replace("\u200b", "")
        .replace("\xa0", " ")
        .strip()
        .lstrip("'")
        .strip()
    )
    if cleaned.startswith('="') and cleaned.endswith('"'):
        cleaned = cleaned[2:-1].strip()
    return "" if cleaned.casefold() in EMPTY else cleaned


def storable(written: str) -> str:
    """The text without what no database takes: NUL and halves of characters."""
    return written if written.isascii() and "\x00" not in written else _unstorable.sub("", written)


def comparable(value: object) -> str:
    """The cell for comparing with a table: half-width, without spaces, in lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text(value))).casefold()


def _narrow(value: object) -> str:
    return unicodedata.normalize("NFKC", text(value)).strip()


def parse_id(value: object, min_digits: int = 1) -> str | None:
    """An order, case or tracking number; refuses one that a spreadsheet has rounded."""
    if isinstance(value, float):
        _check_id_digits(value)
    cleaned = _narrow(value)
    if not cleaned:
        return None
    if _scientific.fullmatch(cleaned):
        raise BadValue("id_digits_lost", _("The id lost digits in Excel: export as CSV, or as text."))
    if len(cleaned) > MAX_ID_LENGTH or not _id.fullmatch(cleaned) or isinstance(value, bool):
        raise BadValue("bad_id", _("This is not an id: letters, digits and hyphens only."))
    if sum(letter.isdigit() for letter in cleaned) < min_digits:
        raise BadValue("placeholder_id", _("The id is too short: it looks like a placeholder."))
    return cleaned


def _check_id_digits(value: float) -> None:
    if not math.isfinite(value) or not value.is_integer():
        raise BadValue("bad_id", _("This is not an id: letters, digits and hyphens only."))
    rounded_by_excel = abs(value) >= EXCEL_DIGITS and int(value) % 10 == 0
    if abs(value) >= EXACT_FLOAT or rounded_by_excel:
        raise BadValue("id_digits_lost", _("The id lost digits in Excel: export as CSV, or as text."))


def parse_money(value: object, *, fen: bool = False) -> Decimal | None:
    """An amount in yuan with two decimals, from yuan or from whole fen; never negative."""
    cleaned = _narrow(value)
    cleaned = re.sub(r"^(¥|\$|rmb|cny)\s*|\s*(元|rmb|cny)$", "", cleaned, flags=re.IGNORECASE).strip()
    if not cleaned or cleaned == "-":
        return None
    try:
        amount = _amount_of(value, cleaned)
    except InvalidOperation as error:
        raise BadValue("bad_money", _("This is not an amount of money.")) from error
    if fen:
        if amount != amount.to_integral_value():
            raise BadValue("bad_money", _("An amount in fen must be a whole number."))
        amount /= 100
    if amount < 0:
        raise BadValue("negative_money", _("The amount is negative."))
    if amount > MAX_AMOUNT:
        raise BadValue("bad_money", _("This is not an amount of money."))
    rounded = amount.quantize(CENT)
    # A spreadsheet stores 19.99 as 19.990000000000002: that noise goes, a real third decimal does not.
    if abs(rounded - amount) > Decimal("1e-6"):
        raise BadValue("bad_money", _("An amount has at most two decimals."))
    return rounded


def _amount_of(value: object, cleaned: str) -> Decimal:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidOperation
        return Decimal(repr(value))
    if isinstance(value, bool) or not _money.fullmatch(cleaned):
        raise InvalidOperation
    return Decimal(cleaned.replace(",", ""))


def parse_integer(value: object) -> int | None:
    """A count, 0 or more."""
    cleaned = _narrow(value).replace(",", "")
    if not cleaned:
        return None
    if isinstance(value, bool) or not _number.fullmatch(cleaned) or len(cleaned) > 12:  # noqa: PLR2004 - a count
        raise BadValue("bad_number", _("This is not a whole number."))
    number = int(cleaned.split(".")[0])
    if number < 0:
        raise BadValue("bad_number", _("This is not a whole number."))
    return number


def parse_flag(value: object, true_values: frozenset[str] = frozenset()) -> bool:
    """Yes or no; with `true_values` only those mean yes, and everything else no. Empty means no."""
    cleaned = comparable(value)
    if true_values:
        return cleaned in true_values
    if cleaned in TRUE:
        return True
    if cleaned in FALSE or not cleaned:
        return False
    raise BadValue("bad_flag", _("This is neither yes nor no."))


def parse_time(value: object, zone: tzinfo) -> datetime | None:
    """A moment from text, epoch seconds, epoch milliseconds or an Excel serial; naive times are in `zone`."""
    if isinstance(value, datetime):
        return _in_range(value if value.tzinfo else value.replace(tzinfo=zone))
    cleaned = _narrow(value)
    if not cleaned or cleaned == "0" or cleaned.startswith("0000-00-00"):
        return None
    if isinstance(value, bool):
        raise _bad_time()
    if re.fullmatch(r"-?\d+(\.\d+)?", cleaned):
        return _in_range(_time_of_number(cleaned, zone))
    match = _clock.fullmatch(cleaned)
    if match is None:
        raise _bad_time()
    return _in_range(_time_of_match(match, zone))


def _time_of_number(cleaned: str, zone: tzinfo) -> datetime:
    number = Decimal(cleaned)
    if EXCEL_DAYS[0] <= number <= EXCEL_DAYS[1]:
        # Serials carry float noise below a millisecond: whole seconds are what a person typed.
        seconds = (number * 86_400).to_integral_value()
        return (EXCEL_EPOCH + timedelta(seconds=int(seconds))).replace(tzinfo=zone)
    digits = len(cleaned.split(".", maxsplit=1)[0].lstrip("-"))
    if digits in (9, 10):
        scale = 1
    elif digits in (12, 13):
        scale = 1000
    else:
        raise _bad_time()
    seconds_part, rest = divmod(number, scale)
    moment = datetime.fromtimestamp(int(seconds_part), tz=UTC)
    return (moment + timedelta(microseconds=int(rest * 1_000_000 / scale))).astimezone(zone)


def _time_of_match(match: re.Match[str], zone: tzinfo) -> datetime:
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        naive = datetime(  # noqa: DTZ001 - the zone or the offset is added below
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )
        if not offset:
            return naive.replace(tzinfo=zone)
        shift = "+00:00" if offset.upper() == "Z" else offset
        return datetime.fromisoformat(naive.isoformat() + shift).astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise _bad_time() from error


def _in_range(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _bad_time()
    return moment


def _bad_time() -> BadValue:
    return BadValue("bad_time", _("This is not a date and time that can be read without guessing."))


def shown(value: Any, limit: int = 80) -> str:
    """The value as it stands in the file, short enough for a message."""
    written = "" if value is None else storable(str(value))
    return written if len(written) <= limit else written[: limit - 1] + "…"
