"""Data in, data out: a module that is in no layer of pyproject's import contract knows neither database nor clock."""

import ast
import re
import tomllib
from collections.abc import Iterator

from tests.repo.project import APPS, ROOT, place, python

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERED = {
    name
    for contract in CONTRACTS
    if contract["id"] == "layers"
    for layer in contract["layers"]
    for name in re.findall(r"\w+", layer)
}
NOT_PURE = LAYERED - {"errors", "enums"}
# Django's own entry points, which import what they set up.
ENTRY_POINTS = {"__init__", "apps", "migrations"}
# Enumerations live in django.db but touch no database.
HARMLESS = {"TextChoices", "IntegerChoices", "Choices"}


def runtime_imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """All imports but those that only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        yield from runtime_imports(child)


def imported(statement: ast.Import | ast.ImportFrom) -> set[str]:
    """Full names: `from a.b import c` gives a.b.c."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    return {f"{statement.module}.{alias.name}" for alias in statement.names}


def breaks_purity(name: str) -> bool:
    first, *rest = name.split(".")
    if first in APPS:
        return bool(rest) and rest[0] in NOT_PURE
    return name.startswith("django.db") and rest[-1] not in HARMLESS


def pure_modules() -> Iterator[tuple[str, ast.Module]]:
    for path, tree in python(*APPS):
        _app, *inside = path.relative_to(ROOT).with_suffix("").parts
        if inside[0] not in NOT_PURE | ENTRY_POINTS:
            yield place(path), tree


def test_pure_modules_import_no_database():
    found = [
        f"{where}:{statement.lineno}: {name}"
        for where, tree in pure_modules()
        for statement in runtime_imports(tree)
        for name in imported(statement)
        if breaks_purity(name)
    ]
    assert not found


def test_there_are_pure_modules():
    assert {"aftersales/policy.py", "aftersales/deadlines.py"} <= {where for where, _tree in pure_modules()}
