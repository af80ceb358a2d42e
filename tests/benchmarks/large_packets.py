"""A packet of 300 photos, one gigabyte: its time beside img2pdf and qpdf, and the memory that it takes."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import img2pdf

from tests.benchmarks.packets import content, packet_of, photo, seconds

PHOTOS = 300
DISTINCT = 4
PART = 30
ROUNDS = 3
ALLOWED_MB = 150
COMMENT = b"\xff\xfe\x00\x06"
# Of all names of the kernel for memory: what is resident now, and the most since the mark was taken back.
NOW, MOST = "VmRSS", "VmHWM"


@contextmanager
def photos() -> Iterator[tuple[Path, list[Path]]]:
    """A folder and 300 photos in it: few are drawn, each is written many times with another number in its comment."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        drawn = []
        for seed in range(DISTINCT):
            photo(folder / "drawn.jpg", seed)
            drawn.append((folder / "drawn.jpg").read_bytes())
        paths = [folder / f"photo-{number:03}.jpg" for number in range(PHOTOS)]
        for number, path in enumerate(paths):
            data = drawn[number % DISTINCT]
            path.write_bytes(data[:2] + COMMENT + b"%04d" % number + data[2:])
        yield folder, paths


def with_img2pdf_and_qpdf(paths: list[Path], folder: Path) -> None:
    """As one would do it by hand with little memory: parts, then the qpdf command merges them."""
    parts = []
    for first in range(0, len(paths), PART):
        part = folder / f"part-{first:03}.pdf"
        with part.open("wb") as file:
            img2pdf.convert([str(path) for path in paths[first : first + PART]], outputstream=file)
        parts.append(part)
    subprocess.run(["qpdf", "--empty", "--pages", *parts, "--", folder / "merged.pdf"], check=True)


def packet_1gb_seconds() -> dict[str, Any]:
    """In turn, so that what else the machine does meets both; the disk holds all photos before."""
    with photos() as (folder, paths):
        ours = packet_of(content(paths), folder)
        packet_of(content(paths[:1]), folder)()
        other = partial(with_img2pdf_and_qpdf, paths, folder)
        pairs = [(seconds(ours), seconds(other)) for _round in range(ROUNDS)]
        value, reference_value = (median(pair[side] for pair in pairs) for side in (0, 1))
    return {
        "name": "packet_1gb_seconds",
        "value": value,
        "unit": "s",
        "reference": f"img2pdf in parts of {PART}, and qpdf",
        "reference_value": reference_value,
        "ratio": value / reference_value,
    }


def packet_1gb_rss_mb() -> dict[str, Any]:
    """Above what a process holds that has built a small packet before, as a worker has."""
    with photos() as (folder, paths):
        command = [sys.executable, "-m", "tests.benchmarks.large_packets", str(folder), *map(str, paths)]
        measured = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    value = float(measured.stdout)
    return {
        "name": "packet_1gb_rss_mb",
        "value": value,
        "unit": "MB",
        "reference": "allowed",
        "reference_value": ALLOWED_MB,
        "ratio": value / ALLOWED_MB,
    }


def memory(field: str) -> int:
    """Kilobytes of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def measure(folder: Path, paths: list[Path]) -> float:
    """Megabytes that building takes at its most, in this process, on top of what it holds before."""
    packet_of(content(paths[:2]), folder)()
    case = content(paths)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # takes the mark of the most back to now
    before = memory(NOW)
    packet_of(case, folder)()
    return (memory(MOST) - before) / 1024


if __name__ == "__main__":
    import django

    django.setup()
    print(measure(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
