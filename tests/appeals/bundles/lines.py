"""Lines of an index without a database."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from appeals.bundles.content import BundleContent, BundleLine
from appeals.bundles.names import folder_name
from tests.instants import AT


def line_of(position: int = 1, **said: Any) -> BundleLine:
    number, case, order = f"A-{position:08X}", f"C-{position:06d}", f"260302-{position:015d}"
    known = {
        "position": position,
        "number": number,
        "type_name": "维权申诉",
        "ground": "退回空包、少件、漏件",
        "platform": "拼多多",
        "shop": "演示店",
        "cases": (case,),
        "orders": (order,),
        "money": Decimal("32.50"),
        "closes_at": AT + timedelta(hours=position),
        "state": "草稿",
    }
    built = {"folder": folder_name(number, case, order), "pages": 7, "byte_size": 12_345, "sha256": "ab" * 32}
    return BundleLine(**{**known, **({} if said.get("error") else built), **said})


def content_of(*lines: BundleLine, language: str = "zh-hans") -> BundleContent:
    return BundleContent(destination="合并 PDF", language=language, prepared_at=AT, lines=lines or (line_of(),))
