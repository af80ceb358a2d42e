"""The odd files on disk, each made when it is first asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.catalogue import ODD_FILES


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Callable[[str], Path]:
    """Gives the path of an odd file, by its name."""
    folder = tmp_path_factory.mktemp("odd")

    def write(name: str) -> Path:
        path = folder / name
        if not path.exists():
            path.write_bytes(ODD_FILES[name].make())
        return path

    return write
