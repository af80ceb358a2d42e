"""Writes odd files into a folder, to look at or to send by hand: python -m tests.hostile FOLDER [NAME…]."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile.catalogue import ODD_FILES


def main(folder: Path, names: list[str]) -> None:
    """All of them where no name is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or ODD_FILES:
        (folder / name).write_bytes(ODD_FILES[name].make())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
