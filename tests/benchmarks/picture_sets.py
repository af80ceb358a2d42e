"""Twelve phone photos as the three pictures that a ticket takes, beside Pillow making each of them smaller."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from aftersales.policy_appeals import Destination
from appeals.packets.destinations import build_for
from tests.benchmarks.packets import PHOTOS, compare, content, photo

LONG_SIDE, QUALITY = 1600, 85
NAME = {"zh": "工单图片", "en": "Pictures for a ticket"}
TICKET = Destination(
    code="ticket_images",
    name=NAME,
    says=NAME,
    form="images",
    images_max=3,
    warn_bytes=1_000_000,
    refuse_bytes=1_048_576,
)


def with_pillow(paths: list[Path], folder: Path) -> Callable[[], object]:
    def shrink() -> None:
        for path in paths:
            with Image.open(path) as image:
                image.thumbnail((LONG_SIDE, LONG_SIDE))
                image.save(folder / f"small-{path.name}", quality=QUALITY)

    return shrink


def ticket_images_12_photos() -> dict[str, Any]:
    """The photos are of 3.6 MB each; both write JPEGs."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        paths = [folder / f"photo-{number:02}.jpg" for number in range(PHOTOS)]
        for seed, path in enumerate(paths):
            photo(path, seed)
        case = content(paths)
        return compare(
            "ticket_images_12_photos",
            "Pillow, each to 1600 px",
            lambda: build_for(
                TICKET, case, output=folder / "pictures.zip", work_dir=folder, progress=lambda *_step: None
            ),
            with_pillow(paths, folder),
        )
