"""Why an appeal cannot go on, and why its packet cannot be built."""

from __future__ import annotations

from aftersales.errors import Conflict, NotFound, StaleVersion, Unprocessable


class PacketError(Unprocessable):
    """A packet cannot be built; the message names the piece of evidence that is in the way."""

    code = "packet_failed"


class AppealExists(Conflict):
    """The case has an open appeal of this type already."""

    code = "appeal_exists"


class CannotAppeal(Conflict):
    """No appeal of this type can be opened; the message says why."""

    code = "cannot_appeal"


class AppealFrozen(Conflict):
    """The appeal was handed in or has ended: what it says cannot change any more."""

    code = "appeal_frozen"


class NotReady(Conflict):
    """The appeal cannot be handed in yet; `fields` maps each check that fails to its reason."""

    code = "not_ready"


class StaleAppeal(StaleVersion):
    """Somebody else changed the draft since the page was loaded."""


class PacketFileMissing(NotFound):
    """The packet's file is not there (any more): build it again."""

    code = "packet_file_missing"


class BundleFileMissing(NotFound):
    """The bundle's ZIP is not there yet, or not any more."""

    code = "bundle_file_missing"
