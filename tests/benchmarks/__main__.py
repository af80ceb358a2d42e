"""`make bench`: each benchmark beside its reference, in the same run.

BENCH=name,name picks some; BENCH_JSON=FILE writes `[{name, value, unit, reference, reference_value, ratio}, …]` too.
A benchmark is a function of its own name in the module named here. It gives one such dict or a list of them.
"""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

# Imported one by one, when its turn comes: a benchmark measures itself, not what others have loaded.
MODULES = {
    "packet_22_images": "packets",
    "packet_22_images_html": "packets",
    "ticket_images_12_photos": "picture_sets",
    "packet_1gb_seconds": "large_packets",
    "packet_1gb_rss_mb": "large_packets",
    "queue_ms_10k": "queue",
    "queue_ms_100k": "queue",
    "sweep_per_second": "sweep",
    "sweep_idle_ms": "sweep",
}
FIELDS = ("name", "value", "unit", "reference", "reference_value", "ratio")

Row = Mapping[str, Any]


def chosen(wanted: str) -> list[str]:
    """The benchmarks named in `wanted`, all of them when it is empty; exits on a name that does not exist."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        sys.exit(f"error: no benchmark {', '.join(unknown)}; there are {', '.join(MODULES)}")
    return names or list(MODULES)


def run(name: str) -> list[Row]:
    """The rows of one benchmark."""
    function = getattr(importlib.import_module(f"tests.benchmarks.{MODULES[name]}"), name)
    result = function()
    return [result] if isinstance(result, Mapping) else list(result)


def cell(value: object) -> str:
    """Numbers with three digits that matter, everything else as it is."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return "" if value is None else str(value)


def table(rows: list[Row]) -> str:
    """Columns as wide as their widest cell."""
    cells = [FIELDS, *([cell(row.get(field)) for field in FIELDS] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(FIELDS))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells)


def main() -> int:
    """Returns 1 when a benchmark failed; the others still run."""
    names = chosen(os.environ.get("BENCH", ""))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows += run(name)
        except Exception as error:  # noqa: BLE001 - one broken benchmark does not hide the others
            failed.append(name)
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    print(table(rows))
    if target := os.environ.get("BENCH_JSON"):
        picked = [{field: row.get(field) for field in FIELDS} for row in rows]
        Path(target).write_text(json.dumps(picked, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
