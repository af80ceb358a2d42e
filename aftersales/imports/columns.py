"""The column maps of config/columns: loading them, and telling which one a file has."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aftersales.imports.column_map import ColumnMap, FileFormat
from aftersales.imports.errors import UnknownShape
from aftersales.imports.headers import normalize_header

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MISSING_SHOWN = 8


def load_column_maps(folder: Path | None = None) -> tuple[ColumnMap, ...]:
    """Every map of the folder, by code; raises pydantic's ValidationError for a wrong one."""
    return _load(folder or settings.COLUMNS_DIR)


@lru_cache(maxsize=4)
def _load(folder: Path) -> tuple[ColumnMap, ...]:
    maps = [read_column_map(path) for path in sorted(folder.glob("*.toml"))]
    codes = [column_map.code for column_map in maps]
    if len(set(codes)) != len(codes):
        message = f"two column maps of one code in {folder.name}"
        raise ValueError(message)
    return tuple(maps)


def read_column_map(path: Path) -> ColumnMap:
    """One map from its TOML file."""
    return ColumnMap.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def detect(
    headers: Iterable[str],
    *,
    file_format: FileFormat | None = None,
    platform: str | None = None,
    maps: tuple[ColumnMap, ...] | None = None,
) -> ColumnMap:
    """The map that these headers fit best; raises UnknownShape with what the nearest one misses."""
    keys = frozenset(normalize_header(header) for header in headers)
    known = maps if maps is not None else load_column_maps()
    usable = [column_map for column_map in known if file_format is None or file_format in column_map.formats]
    if platform is not None:
        usable = [column_map for column_map in usable if platform in column_map.platforms]
    fitting = [column_map for column_map in usable if column_map.fits(keys)]
    if not fitting:
        raise _unknown_shape(keys, usable or list(known))
    return max(fitting, key=lambda column_map: (len(column_map.required), column_map.matched(keys)))


def best_score(keys: frozenset[str], maps: Iterable[ColumnMap]) -> tuple[int, int]:
    """How well these headers fit any map: (1 when one fits wholly, columns known). For finding the header row."""
    return max(((int(one.fits(keys)), one.matched(keys)) for one in maps), default=(0, 0))


def _unknown_shape(keys: frozenset[str], maps: list[ColumnMap]) -> UnknownShape:
    nearest = min(maps, key=lambda one: (len(one.missing_headers(keys)) - one.matched(keys), one.code))
    missing = nearest.missing_headers(keys)
    known = ", ".join(shape_name(one) for one in maps)
    if not missing:
        found = [name for name in nearest.excluded if normalize_header(name) in keys]
        message = format_lazy(
            _("The file looks like “{nearest}” but has columns of another shape: {found}. Known shapes: {known}."),
            nearest=shape_name(nearest), found=", ".join(found), known=known,
        )  # fmt: skip
        return UnknownShape(message, fields=dict.fromkeys(found, _("This column belongs to another shape.")))
    message = format_lazy(
        _("No known export has these columns. The nearest, “{nearest}”, misses: {missing}. Known shapes: {known}."),
        nearest=shape_name(nearest), missing=", ".join(missing[:MISSING_SHOWN]), known=known,
    )  # fmt: skip
    return UnknownShape(message, fields=dict.fromkeys(missing, _("This column is missing.")))


def shape_name(column_map: ColumnMap) -> str:
    """The shape's name in the reader's language."""
    return column_map.name.zh if (get_language() or "zh").startswith("zh") else column_map.name.en
