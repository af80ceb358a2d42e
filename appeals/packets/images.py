"""A set of pictures as a platform's form takes it: so many, each of so many bytes, in one ZIP."""

from __future__ import annotations

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appeals.packets.build import CHECKING, DONE, UNUSABLE, WRITING, PacketResult
from appeals.packets.figures import figures_of
from appeals.packets.ladder import Limits, TooLarge
from appeals.packets.masking import masked_content
from appeals.packets.picture_manifest import BuiltPicture, file_name, manifest
from appeals.packets.picture_sheets import PictureSheet
from appeals.packets.refusals import altered, too_few, too_much, unusable
from appeals.packets.sheet_plan import MOST_IN_A_SHEET, share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aftersales.policy_appeals import Destination
    from appeals.packets.content import PacketContent, Piece
    from appeals.packets.figures import Figure

DRAWING = gettext_noop("Drawing the pictures")
# Zip keeps no zone and no seconds of today: the same pictures give the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o100644
UNEVEN = 0.3  # of zoom between two sheets: beyond it, another way to share out is tried
ROOM = 0.95  # of a picture, when sheets are filled by measured bytes: borders and captions take the rest


def build_images(
    destination: Destination,
    content: PacketContent,
    *,
    output: Path,
    work_dir: Path,
    progress: Callable[[int, int, str], None],
) -> PacketResult:
    """Write the pictures into one ZIP at `output`, which is replaced as a whole or left as it was.

    Raises PacketError: a file that cannot be used, or more than fits the form legibly.
    """
    content = masked_content(content)
    checks = len(content.pieces)
    total = checks + destination.images_max + destination.extra_images + 1
    with TemporaryDirectory(dir=work_dir, prefix="pictures-") as folder, translation.override(content.language):
        scratch = Path(folder)
        figures = _figures(content, scratch, lambda done: progress(done, total, CHECKING))
        built = _built(destination, content, figures, lambda done: progress(checks + done, total, DRAWING))
        progress(total - 1, total, WRITING)
        written = scratch / "pictures.zip"
        _write(written, built)
        result = PacketResult(
            len(built), written.stat().st_size, _sha256(written), manifest(destination, content, built)
        )
        written.replace(output)
    progress(total, total, DONE)
    return result


def limits_of(destination: Destination) -> Limits:
    most = destination.warn_bytes or destination.refuse_bytes or float("inf")
    return Limits(most, destination.refuse_bytes or float("inf"))


def _figures(content: PacketContent, scratch: Path, progress: Callable[[int], None]) -> list[Figure]:
    figures: list[Figure] = []
    with ThreadPoolExecutor(max_workers=1) as hasher:
        # On the other core, while the files are looked at.
        sums = [(piece, hasher.submit(_is_whole, piece)) for piece in content.pieces]
        for done, (piece, is_whole) in enumerate(sums):
            progress(done)
            try:
                figures += figures_of(piece, work_dir=scratch)
            except UNUSABLE as error:
                raise unusable(piece) from error
            if not is_whole.result():
                raise altered(piece)
    return figures


def _built(
    destination: Destination, content: PacketContent, figures: Sequence[Figure], progress: Callable[[int], None]
) -> list[BuiltPicture]:
    """Evenly shared out; where one sheet becomes much smaller than others then, by what the figures weigh."""
    if len(figures) > MOST_IN_A_SHEET * (destination.images_max + destination.extra_images):
        raise too_much(destination, len(figures))
    limits = limits_of(destination)
    even = _drawn(_planned(destination, content, figures), destination, limits, progress)
    is_alike = len({figure.kind for figure in figures}) == 1
    if even and (is_alike or len(even) == len(figures) or _is_even(even)):
        return even
    has_text = PictureSheet(tuple(figures)).has_text
    weights = [PictureSheet((figure,)).smallest(has_text=has_text) / (limits.most * ROOM) for figure in figures]
    weighed = _drawn(_planned(destination, content, figures, weights), destination, limits, progress)
    best = max((built for built in (even, weighed) if built), key=_lowest, default=None)
    if best is None:
        raise too_much(destination, len(figures))
    return best


def _is_even(built: Sequence[BuiltPicture]) -> bool:
    return max(picture.rung.zoom for picture in built) - _lowest(built) <= UNEVEN


def _lowest(built: Sequence[BuiltPicture]) -> float:
    return min(picture.rung.zoom for picture in built)


def _planned(
    destination: Destination,
    content: PacketContent,
    figures: Sequence[Figure],
    weights: Sequence[float] | None = None,
) -> list[PictureSheet]:
    places = destination.images_max + destination.extra_images
    counts = share_out([figure.piece.number for figure in figures], places, weights)
    if counts is None:
        return []
    if len(counts) < destination.images_min:
        raise too_few(destination, len(counts))
    left = iter(figures)
    groups = [tuple(next(left) for _figure in range(count)) for count in counts]
    order = _("Order number") + f" {content.order_no}" if content.order_no else content.case_no
    return [
        PictureSheet(group, (order, _("Picture %(number)s of %(count)s") % {"number": number, "count": len(groups)}))
        for number, group in enumerate(groups, start=1)
    ]


def _drawn(
    sheets: Sequence[PictureSheet], destination: Destination, limits: Limits, progress: Callable[[int], None]
) -> list[BuiltPicture]:
    """Empty where a sheet is too large, however small it is drawn."""
    built: list[BuiltPicture] = []
    for number, sheet in enumerate(sheets, start=1):
        progress(number - 1)
        try:
            rung = sheet.file(limits)
        except TooLarge:
            return []
        is_extra = number > destination.images_max
        built.append(BuiltPicture(file_name(number, sheet, rung.media_type, is_extra=is_extra), sheet, rung, is_extra))
    return built


def _write(path: Path, built: Sequence[BuiltPicture]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for picture in built:
            entry = zipfile.ZipInfo(picture.name, ZIP_TIME)
            entry.external_attr = FILE_MODE << 16
            archive.writestr(entry, picture.rung.data)


def _is_whole(piece: Piece) -> bool:
    """Whether the piece's files are those that were uploaded."""
    if piece.stills is not None and _sha256(piece.stills) != piece.stills_sha256:
        return False
    return _sha256(piece.path) == piece.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
