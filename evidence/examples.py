"""Drawings of what a proof looks like; a slot's rule names one of them. They stand in config/static/desk/examples."""

from __future__ import annotations

EXAMPLES = frozenset(
    {
        "address",
        "agreement",
        "catalogue",
        "chat",
        "courier_site",
        "damage",
        "goods",
        "history",
        "listing",
        "order",
        "red_stamp",
        "scale",
        "signature",
        "waybill",
        "wrong_item",
    }
)


def example_file(name: str) -> str:
    """The drawing's path among the static files; empty where there is none of this name."""
    return f"desk/examples/{name}.svg" if name in EXAMPLES else ""
