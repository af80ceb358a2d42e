"""Which shops a file says it belongs to, where it has a column for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftersales.imports.headers import normalize_header
from aftersales.imports.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Merged sheets and ERP exports have one of these; 门店名称 is no shop but an outlet of one.
SHOP_COLUMNS = frozenset({"店铺", "店铺名", "店铺名称", "店铺编码", "shop", "shop_name", "shop_code", "mall_name"})


def shops_named(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, tuple[int, str]]:
    """Name or code of each shop that the rows name, with the row and the column where it stands first."""
    named: dict[str, tuple[int, str]] = {}
    for number, values in rows:
        for column, value in values.items():
            if normalize_header(column) in SHOP_COLUMNS and not isinstance(value, (dict, list)):
                name = text(value)
                if name:
                    named.setdefault(name, (number, column))
    return named
