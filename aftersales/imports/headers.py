"""Headers and keys: one spelling for comparing, and nested records as dotted paths."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

MAX_DEPTH = 4
MAX_ITEMS = 20  # entries of a nested list that a path may name

_noise = re.compile(r"[\s\ufeff\u200b\"'`*]+")


@lru_cache(maxsize=8192)
def normalize_header(header: str) -> str:
    """Half-width, lower case, without spaces, quotes and byte order marks: 「退商品金额（元）」 is 退商品金额(元)."""
    return _noise.sub("", unicodedata.normalize("NFKC", header)).casefold()


def flatten(values: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Normalised path → (path as it stands in the file, value); `a.b` for objects, `a.0.b` for lists."""
    flat: dict[str, tuple[str, Any]] = {}
    _flatten_into(flat, values, "", 0)
    return flat


def _flatten_into(flat: dict[str, tuple[str, Any]], values: dict[str, Any], prefix: str, depth: int) -> None:
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, (dict, list)) and depth < MAX_DEPTH:
            if isinstance(value, list):
                value = {str(index): item for index, item in enumerate(value[:MAX_ITEMS])}  # noqa: PLW2901 - one shape
            _flatten_into(flat, value, f"{path}.", depth + 1)
        # Two headers of one spelling: the first stays, as a person reads from the left.
        flat.setdefault(normalize_header(path), (path, value))


def header_keys(values: dict[str, Any]) -> frozenset[str]:
    """The normalised paths of a record or header row."""
    return frozenset(flatten(values))
