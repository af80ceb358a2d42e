"""The failures of the desk: a message for the person, a code for programs, a status for the web."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise


class DeskError(Exception):
    """Something a person or a program did cannot be done; nothing was changed.

    `message` says what to do in the reader's language, `code` is stable, `fields` maps a field's name
    to what is wrong with it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(
        self,
        message: _StrOrPromise,
        *,
        code: str | None = None,
        fields: Mapping[str, _StrOrPromise] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = code or self.code
        self.fields: dict[str, _StrOrPromise] = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class BadRequest(DeskError):
    """The request cannot be read at all."""

    code = "bad_request"


class NotAllowed(DeskError):
    """The person may not do this."""

    code = "not_allowed"
    status = 403


class NotFound(DeskError):
    """There is no such thing, or the person may not know of it."""

    code = "not_found"
    status = 404


class Conflict(DeskError):
    """The thing changed meanwhile, or its state does not allow this."""

    code = "conflict"
    status = 409


class StaleVersion(Conflict):
    """Somebody else changed the case since the page was loaded."""

    code = "stale_version"


class TransitionBlocked(Conflict):
    """The transition is not open from here; the message says what it needs."""

    code = "transition_blocked"


class TooLarge(DeskError):
    """A file is over its size limit."""

    code = "too_large"
    status = 413


class UnsupportedType(DeskError):
    """A file's real type is not one that is accepted."""

    code = "unsupported_type"
    status = 415


class Unprocessable(DeskError):
    """The values are readable, but wrong: `fields` says which."""

    code = "unprocessable"
    status = 422


class LedgerBroken(DeskError):
    """A row of the ledger does not fit its chain."""

    code = "ledger_broken"
    status = 409


class PolicyRefused(DeskError):
    """A policy pack cannot be read, or would change a version in use."""

    code = "policy_refused"
    status = 422
