"""Which rule of the catalogue is carried by what, and proved by which tests: `python -m tests.repo.rules_coverage`.

Writes docs/rules-coverage.md; test_rules.py compares it and lets no rule about a case or its appeals go missing.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.repo.project import ROOT

NUMBER = re.compile(r"\b(?:KS|TM|DY|TT|PD)-\d{2}\b")
CATALOGUE = tomllib.loads((ROOT / "tests/repo/rules.toml").read_text(encoding="utf-8"))
DOCUMENT = ROOT / "docs/rules-coverage.md"
PROVED = {"a", "b", "c", "d"}
PLATFORMS = {
    "KS": "Kuaishou",
    "TM": "Tmall",
    "DY": "Douyin",
    "TT": "TikTok Shop",
    "PD": "Pinduoduo",
}
HEAD = ("| rule | about | pack entries | transitions | tests |", "|---|---|---|---|---|")
TESTS_SHOWN = 4


@dataclass
class Coverage:
    """Of one rule: pack entries and transitions that carry it, tests that name it."""

    entries: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def wanted() -> list[str]:
    """The rules about a deadline, a proof, an appeal or a step in a case."""
    return [code for code, kinds in CATALOGUE["kinds"].items() if PROVED & set(kinds)]


@cache
def coverage() -> dict[str, Coverage]:
    found = {code: Coverage() for code in CATALOGUE["kinds"]}
    for code, entry in pack_entries():
        found[code].entries.append(entry)
    for code, step in transitions():
        found[code].steps.append(step)
    for code, test in tests():
        found[code].tests.append(test)
    return found


def pack_entries() -> Iterator[tuple[str, str]]:
    """Of the packs as files: `pinduoduo: ticket_evidence`."""
    for path in sorted((ROOT / "config/policies").glob("*.toml")):
        pack: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for key, value in pack.items():
            for entry in value if isinstance(value, list) else [value]:
                if isinstance(entry, dict):
                    for code in entry.get("rules", []):
                        yield code, f"{path.stem}: {entry.get('code', key)}"


def transitions() -> Iterator[tuple[str, str]]:
    """By reading the table of aftersales/transitions.py, so that no settings are needed."""
    tree = ast.parse((ROOT / "aftersales/transitions.py").read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Transition":
            name = ast.literal_eval(call.args[0])
            for keyword in call.keywords:
                if keyword.arg == "rules":
                    for code in ast.literal_eval(keyword.value):
                        yield code, name


def tests() -> Iterator[tuple[str, str]]:
    """Tests whose name, docstring or body names a rule."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for code in sorted(set(NUMBER.findall(ast.get_source_segment(source, node) or ""))):
                    yield code, f"{path.relative_to(ROOT / 'tests')}::{node.name}"


def document() -> str:
    found = coverage()
    lines = [
        "# Rule coverage",
        "",
        "Written by `make fix` from the packs, the transitions and the tests. Every rule of the catalogue that sets a",
        "deadline (a), a proof (b), an appeal (c) or a step (d) of a case is carried by an entry of a pack or by a",
        "transition, and proved by tests that name it.",
    ]
    for prefix, name in PLATFORMS.items():
        codes = [code for code in wanted() if code.startswith(prefix)]
        if not codes:
            continue
        lines += [
            "",
            f"## {name}",
            "",
            "| rule | about | pack entries | transitions | tests |",
            "|---|---|---|---|---|",
        ]
        lines += [row(code, found[code]) for code in codes]
    later = [code for code, kinds in CATALOGUE["kinds"].items() if not PROVED & set(kinds)]
    lines += ["", "## Later", "", "Rules about metrics and organisation only (e, f):", ""]
    lines += [", ".join(code for code in later if code.startswith(prefix)) + "  " for prefix in PLATFORMS]
    return "\n".join(lines).rstrip() + "\n"


def row(code: str, one: Coverage) -> str:
    shown = [f"`{test}`" for test in one.tests[:TESTS_SHOWN]]
    if len(one.tests) > TESTS_SHOWN:
        shown.append(f"and {len(one.tests) - TESTS_SHOWN} more")
    cells = [
        code,
        CATALOGUE["titles"][code],
        "<br>".join(f"`{entry}`" for entry in one.entries),
        "<br>".join(f"`{step}`" for step in one.steps),
        "<br>".join(shown),
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
