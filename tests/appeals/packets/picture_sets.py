"""Sets of pictures to build, and what is seen in them."""

import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from aftersales.policy_appeals import Destination
from appeals.packets.build import PacketResult
from appeals.packets.destinations import build_for
from tests.appeals.packets.contents import content_of, pieces_of

WORDS = {"zh": "工单图片", "en": "Pictures for a ticket"}
TICKET = Destination(
    code="ticket_images",
    name=WORDS,
    says=WORDS,
    form="images",
    images_max=3,
    warn_bytes=1_000_000,
    refuse_bytes=1_048_576,
)
FORM = TICKET.model_copy(update={"code": "appeal_form", "extra_images": 3})


def noise(folder: Path, name: str = "noise.jpg", *, size: tuple[int, int] = (1000, 750), seed: int = 1) -> Path:
    """What no packing makes small."""
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    image.save(folder / name, quality=92)
    return folder / name


def screen(folder: Path, name: str = "screen.png", *, size: tuple[int, int] = (1080, 2340)) -> Path:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for top in range(40, size[1] - 60, 120):
        draw.text((60, top), f"parcel 7788 line {top}", fill="black", font_size=40)
    image.save(folder / name)
    return folder / name


def set_of(destination: Destination, folder: Path, *paths: Path, **changes) -> tuple[zipfile.ZipFile, PacketResult]:
    content = replace(content_of(pieces_of(*paths)), **changes)
    output = folder / "pictures.zip"
    result = build_for(destination, content, output=output, work_dir=folder, progress=lambda *_step: None)
    return zipfile.ZipFile(output), result


def pictures(archive: zipfile.ZipFile) -> list[Image.Image]:
    return [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()]


def colour(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """At a share of width and height."""
    found = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(found, tuple)
    return found


def is_red(pixel) -> bool:
    return pixel[0] > 180 and max(pixel[1:]) < 90


def is_blue(pixel) -> bool:
    return pixel[2] > 180 and max(pixel[:2]) < 110
