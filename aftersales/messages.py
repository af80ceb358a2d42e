"""One message about several deadlines, as a robot or an e-mail tells it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES = 20
MOST_BYTES = 1900  # WeCom takes 2048, title included


@dataclass(frozen=True, slots=True)
class Line:
    """`time` is what is left, or by how much it is late."""

    time: str
    deadline: str
    ref: str
    shop: str
    due: str
    link: str = ""

    def __str__(self) -> str:
        text = f"{self.time} · {self.deadline} · {self.ref} · {self.shop} · {self.due}"
        return f"{text}\n{self.link}" if self.link else text


def subject(count: int) -> str:
    return _("Deadlines that need you: %(count)d") % {"count": count}


def compose(lines: Sequence[Line], *, count: int) -> str:
    """`lines` are the most urgent of `count`; as many of them as one message holds, and how many more there are."""
    written: list[str] = []
    size = 0
    for line in lines[:MOST_LINES]:
        text = str(line)
        size += len(text.encode()) + 1
        if size > MOST_BYTES and written:
            break
        written.append(text)
    rest = count - len(written)
    if rest:
        written.append(_("and %(count)d more") % {"count": rest})
    return "\n".join(written)
