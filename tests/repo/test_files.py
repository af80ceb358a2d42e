import re

import pytest

from tests.repo.project import (
    NOT_IN_THE_PROJECT,
    ROOT,
    TOP_LEVEL_DIRECTORIES,
    TOP_LEVEL_FILES,
    code,
    files,
    place,
)

LONGEST = 300
# One platform's rules are copied, changed and loaded as one file.
WRITTEN_AS_ONE = {f"config/policies/{path.name}" for path in (ROOT / "config/policies").glob("*.toml")}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
TEXT_SUFFIXES = {"", ".css", ".html", ".js", ".md", ".po", ".py", ".sh", ".svg", ".toml", ".txt", ".yml"}
OF_ONE_MACHINE = {
    "an address of a package registry": re.compile(r"py(?:pi|thonhosted)\.org|registry\.npm|deb(?:ian)?\.org/debian"),
    "an IP address": re.compile(r"(?<![\w.])(?!127\.0\.0\.1|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    "a path of one machine": re.compile(r"(?<![\w.>~}])/(?:root|work|home|Users|opt/wheels)/"),
}


def test_files_are_short():
    long = {place(path): count for path in code() if (count := len(path.read_text().splitlines())) > LONGEST}
    assert not long.keys() - WRITTEN_AS_ONE, "split by noun"


def test_file_names_say_what_is_inside():
    vague = [place(path) for path in code() if VAGUE_NAMES & {path.stem, *path.parent.parts[-1:]}]
    assert not vague


def test_top_level_holds_nothing_else():
    found = {path.name for path in ROOT.iterdir()} - NOT_IN_THE_PROJECT
    assert found <= TOP_LEVEL_FILES | TOP_LEVEL_DIRECTORIES


@pytest.mark.parametrize("what", OF_ONE_MACHINE)
def test_files_do_not_hold(what):
    pattern = OF_ONE_MACHINE[what]
    found = [
        f"{place(path, number)}: {line.strip()[:120]}"
        for path in files()
        if path.suffix in TEXT_SUFFIXES
        if not path.name.startswith("requirements")  # versions look like addresses; test_dependencies reads them
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found
