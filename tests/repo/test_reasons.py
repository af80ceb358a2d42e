"""Every exception from a rule stands beside its reason."""

import re

import pytest

from tests.repo.project import ROOT, code, place

# The exception, and what must follow it on the same line.
EXCEPTIONS = {
    "noqa": (re.compile(r"# noqa\b"), re.compile(r"# noqa: [A-Z0-9]+(?:, [A-Z0-9]+)* - \S.{5,}")),
    "type: ignore": (re.compile(r"# type: ignore"), re.compile(r"# type: ignore\[[\w, -]+\]  # \S.+")),
    "pragma": (re.compile(r"# pragma: "), re.compile(r"# pragma: no cover  \S.+")),
    "skip": (re.compile(r"\bmark\.(?:skip|skipif|xfail)\b"), re.compile(r"reason=")),
    "djlint": (re.compile(r"djlint:off"), re.compile(r"djlint:off \w+.*[-:] .+")),
}
LISTS_OF_EXCEPTIONS = ("ignore = [", "filterwarnings = [", "dependencies = [", "dev = [", '" = [')


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_exception_has_reason(kind):
    exception, with_reason = EXCEPTIONS[kind]
    bare = [
        place(path, number)
        for path in code()
        if path.name != "test_reasons.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if exception.search(line) and not with_reason.search(line)
    ]
    assert not bare


def test_pyproject_lists_have_reasons():
    """Dependencies, lint ignores and ignored warnings: one a line, each with a comment."""
    bare, inside = [], False
    for number, line in enumerate((ROOT / "pyproject.toml").read_text().splitlines(), 1):
        if line.endswith("["):
            inside = line.startswith(LISTS_OF_EXCEPTIONS[:4]) or LISTS_OF_EXCEPTIONS[4] in line
        elif line.startswith("]"):
            inside = False
        elif inside and line.strip().startswith(('"', "'")) and not re.search(r'["\'],?\s+# \S.+$', line):
            bare.append(f"pyproject.toml:{number}: {line.strip()}")
    assert [entry for entry in bare if not entry.endswith('"error",')] == []
