"""Proof with a real file, made through the service."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image

from aftersales.models import Case, User
from evidence.checks import Inspection, inspect
from evidence.models import EvidenceItem
from evidence.selectors.slots import slot_rule
from evidence.services.uploads import keep_evidence
from tests.instants import AT
from tests.samples import files

_numbers = count(1)
_inspections: dict[tuple[str, str], Inspection] = {}


def picture(number: int = 0) -> bytes:
    """A small PNG; another number gives another content."""
    number = number or next(_numbers)
    return files.encoded(Image.new("RGB", (240, 320), (number % 256, number // 256 % 256, 90)), "PNG")


@contextmanager
def on_disk(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield files.write(Path(folder), "upload", data)


def make_evidence(
    case: Case,
    by: User,
    slot: str = "chat_screenshot",
    *,
    at: datetime = AT,
    data: bytes | None = None,
    name: str = "聊天记录.png",
    **known: Any,
) -> EvidenceItem:
    with on_disk(data or picture()) as path:
        return keep_file(path, case=case, slot=slot, name=name, by=by, at=at, **known)


def keep_file(path: Path, *, name: str, **known: Any) -> EvidenceItem:
    """As `add_evidence`, with all that the slot asks for confirmed.

    The same content under the same name is inspected once, which is what takes the time.
    """
    inspected = (hashlib.sha256(path.read_bytes()).hexdigest(), name)
    if inspected not in _inspections:
        _inspections[inspected] = inspect(path, name=name)
    if "confirmed" not in known:
        rule = slot_rule(known["case"], known["slot"], known["at"])
        known["confirmed"] = [point.code for point in rule.checklist]
    return keep_evidence(path=path, name=name, found=_inspections[inspected], **known)


def make_rows(case: Case, by: User, slot: str, number: int) -> None:
    """Pieces without files, to fill a slot fast."""
    EvidenceItem.objects.bulk_create(
        EvidenceItem(
            case_id=case.pk,
            slot=slot,
            original_name=f"{place}.png",
            media_type="image/png",
            byte_size=1,
            sha256=f"{place:064x}",
            key=f"00/00/{place:064x}",
            added_at=AT,
            added_by=by,
        )
        for place in range(number)
    )


class Zeros:
    """A request's body of that many zero bytes; `read_bytes` tells how much of it somebody took."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.read_bytes = 0

    def read(self, size: int) -> bytes:
        data = bytes(min(size, self.left))
        self.left -= len(data)
        self.read_bytes += len(data)
        return data

    readline = read  # a server's stream has both
