"""Find a font that can write Chinese, or say plainly which package brings one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import ImageFont

from aftersales.errors import DeskError

_LINUX = "/usr/share/fonts"
_MAC = "/System/Library/Fonts"
_SECONDS_TO_ANSWER = 5
_MAX_FACES = 10


class Weight(StrEnum):
    REGULAR = "regular"
    BOLD = "bold"


KNOWN_PATHS: dict[Weight, tuple[str, ...]] = {
    Weight.REGULAR: (
        f"{_LINUX}/opentype/noto/NotoSansCJK-Regular.ttc",
        f"{_LINUX}/noto-cjk/NotoSansCJK-Regular.ttc",
        f"{_LINUX}/google-noto-cjk/NotoSansCJK-Regular.ttc",
        f"{_MAC}/PingFang.ttc",
        f"{_MAC}/Hiragino Sans GB.ttc",
        f"{_MAC}/STHeiti Light.ttc",
    ),
    Weight.BOLD: (
        f"{_LINUX}/opentype/noto/NotoSansCJK-Bold.ttc",
        f"{_LINUX}/noto-cjk/NotoSansCJK-Bold.ttc",
        f"{_LINUX}/google-noto-cjk/NotoSansCJK-Bold.ttc",
        f"{_MAC}/PingFang.ttc",
        f"{_MAC}/Hiragino Sans GB.ttc",
        f"{_MAC}/STHeiti Medium.ttc",
    ),
}


class FontMissing(DeskError):
    """No font on this machine can write Chinese."""

    code = "font_missing"
    status = 500

    def __init__(self) -> None:
        super().__init__(
            _(
                "No Chinese font was found, so demo images cannot be drawn. Install the package fonts-noto-cjk "
                "(Debian, Ubuntu) or the cask font-noto-sans-cjk-sc (Homebrew)."
            )
        )


@dataclass(frozen=True, slots=True)
class FontFile:
    path: str
    index: int


def find_font_file(weight: Weight, *, paths: Sequence[str] | None = None, ask_system: bool = True) -> FontFile:
    """The first face that writes Chinese. Raises FontMissing."""
    known = KNOWN_PATHS[weight] if paths is None else paths
    for path in [*known, *(_ask_fontconfig(weight) if ask_system else ())]:
        face = _simplified_face(path)
        if face is not None:
            return face
    raise FontMissing


@lru_cache(maxsize=256)
def font(size: int, weight: Weight = Weight.REGULAR) -> ImageFont.FreeTypeFont:
    """Raises FontMissing."""
    face = _font_file(weight)
    return _open(face.path, face.index, size)


@lru_cache(maxsize=len(Weight))
def _font_file(weight: Weight) -> FontFile:
    return find_font_file(weight)


def _open(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    # The basic engine: the same bytes with or without libraqm, and several times faster.
    return ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.BASIC)


def _ask_fontconfig(weight: Weight) -> list[str]:
    command = shutil.which("fc-match")
    if command is None:
        return []
    answer = subprocess.run(  # noqa: S603 - a fixed command with fixed words
        [command, "-f", "%{file}", f"sans-serif:lang=zh-cn:{weight}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_TO_ANSWER,
    )
    return [answer.stdout] if answer.returncode == 0 and answer.stdout else []


def _simplified_face(path: str) -> FontFile | None:
    """A collection holds one face a region; Simplified Chinese is named "… SC" or "… GB"."""
    if not Path(path).is_file():
        return None
    writing: list[int] = []
    for index in range(_MAX_FACES):
        try:
            candidate = _open(path, index, 16)
        except OSError:
            break
        if not _writes_chinese(candidate):
            continue
        family = candidate.getname()[0] or ""
        if family.endswith((" SC", " GB")) and "Mono" not in family:
            return FontFile(path, index)
        writing.append(index)
    return FontFile(path, writing[0]) if writing else None


def _writes_chinese(candidate: ImageFont.FreeTypeFont) -> bool:
    """Without Chinese, two different characters come out as the same empty box."""
    return bytes(candidate.getmask("售")) != bytes(candidate.getmask("后"))
