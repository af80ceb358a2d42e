"""When an appeal may be handed in: both ends of its window included (A1). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from appeals.enums import WindowState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """`is_void`: a later fact cancelled it. Where no time is stated, it has neither end and is always open."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    is_void: bool = False

    def state(self, at: datetime) -> WindowState:
        """Open at exactly `opens_at` and `closes_at`; one microsecond outside it is not."""
        if self.is_void:
            return WindowState.VOID
        if self.opens_at is None or self.closes_at is None:
            return WindowState.UNSTATED
        if self.opens_at > self.closes_at:
            return WindowState.CONFLICT
        if at < self.opens_at:
            return WindowState.NOT_YET
        return WindowState.OPEN if at <= self.closes_at else WindowState.CLOSED

    def reason(self, at: datetime) -> str:
        """Why nothing can be handed in at this moment; empty while it can."""
        opens_at = moment(self.opens_at) if self.opens_at else ""
        closes_at = moment(self.closes_at) if self.closes_at else ""
        reasons = {
            WindowState.OPEN: "",
            WindowState.UNSTATED: "",
            WindowState.NOT_YET: _("The window opens at %(opens_at)s.") % {"opens_at": opens_at},
            WindowState.CLOSED: _("The window closed at %(closes_at)s.") % {"closes_at": closes_at},
            WindowState.CONFLICT: _("Window conflict: it would close (%(closes_at)s) before it opens (%(opens_at)s).")
            % {"opens_at": opens_at, "closes_at": closes_at},
            WindowState.VOID: _("This window no longer holds: a later fact cancelled it."),
        }
        return reasons[self.state(at)]


def after_gate(window: Window, opens_at: datetime) -> Window:
    """The window for return grounds, which also wait for 72 h after the return (PD-21, A1).

    Its end stays: where the gate opens after it, the window is a conflict. Rights appeals on other grounds inherit
    neither the gate nor the end of another window.
    """
    return replace(window, opens_at=max(window.opens_at or opens_at, opens_at))


def moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"
