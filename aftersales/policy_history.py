"""Which version of a platform's pack holds at a moment. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aftersales.policy import Pack


class PackHistory:
    """All versions of one platform's pack; which one holds depends on the moment.

    A clock that starts before the first version's `effective_from` is measured by the first version:
    imported history is older than any pack.
    """

    def __init__(self, packs: list[Pack]) -> None:
        if not packs:
            msg = "a platform has at least one pack"
            raise ValueError(msg)
        self.packs = sorted(packs, key=lambda pack: pack.effective_from)

    def at(self, moment: datetime) -> Pack:
        current = self.packs[0]
        for pack in self.packs[1:]:
            if pack.effective_from <= moment:
                current = pack
        return current
