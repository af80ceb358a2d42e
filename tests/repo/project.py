"""The project's own files, for the tests of its rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("aftersales", "evidence", "appeals")
TOP_LEVEL_FILES = {
    *(".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md"),
    *("README.zh-CN.md", "manage.py", "pyproject.toml", "requirements-dev.txt", "requirements-setup.txt"),
    "requirements.txt",
}
TOP_LEVEL_DIRECTORIES = {".ci", "aftersales", "appeals", "config", "docs", "evidence", "templates", "tests"}
# Made by set-up, by running or by tools; see .gitignore.
NOT_IN_THE_PROJECT = {
    *(".git", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"),
    *("__pycache__", "var"),
}
CODE_SUFFIXES = {".css", ".html", ".js", ".py", ".sh", ".toml"}


def files(*directories: str) -> Iterator[Path]:
    """All files of the project, or of the given directories."""
    for directory in directories or (*TOP_LEVEL_DIRECTORIES, "."):
        paths = (ROOT / directory).iterdir() if directory == "." else (ROOT / directory).rglob("*")
        for path in paths:
            if path.is_file() and path.suffix != ".mo" and not NOT_IN_THE_PROJECT & set(path.relative_to(ROOT).parts):
                yield path


def code(*directories: str) -> Iterator[Path]:
    """Files a person writes; migrations and locked requirements are generated."""
    for path in files(*directories):
        if path.suffix in CODE_SUFFIXES and "migrations" not in path.parts:
            yield path


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def python(*directories: str) -> Iterator[tuple[Path, ast.Module]]:
    """Each Python file with its syntax tree."""
    for path in code(*directories):
        if path.suffix == ".py":
            yield path, _parsed(path)


def place(path: Path, line: int | None = None) -> str:
    """`aftersales/enums.py:12`, to click on in an assertion's message."""
    name = str(path.relative_to(ROOT))
    return name if line is None else f"{name}:{line}"
