"""Which warnings about a piece make its slot doubtful. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftersales.slot_states import Doubt
from evidence.checks import FileWarning

if TYPE_CHECKING:
    from collections.abc import Iterable

# None where the proof is as good with it.
DOUBTS: dict[str, Doubt | None] = {
    FileWarning.UNCONFIRMED: Doubt.UNCONFIRMED,
    FileWarning.SMALL_IMAGE: Doubt.SMALL_IMAGE,
    FileWarning.HIDDEN_DATA: Doubt.HIDDEN_DATA,
    FileWarning.REPAIRED_PDF: Doubt.REPAIRED_PDF,
    FileWarning.ANIMATED: Doubt.ANIMATED,
    Doubt.USED_ELSEWHERE: Doubt.USED_ELSEWHERE,
    FileWarning.EXTENSION_DIFFERS: None,  # the content counts
    FileWarning.RESTRICTED_PDF: None,  # it opens and prints
    FileWarning.ACTIVE_PDF: None,  # its pages go into an appeal
    FileWarning.HUGE_PAGE: None,  # it is shrunk to fit
}


def doubts_in(warnings: Iterable[str]) -> list[Doubt]:
    """By the codes of a piece's warnings."""
    return [doubt for code in warnings if (doubt := DOUBTS.get(code))]
