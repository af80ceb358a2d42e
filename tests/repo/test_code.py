"""Rules about Python code that no linter knows."""

import ast
from pathlib import Path

from tests.repo.project import APPS, ROOT, place, python


def calls(tree: ast.Module, method: str) -> list[ast.Call]:
    """Calls of `….method(…)`."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


def test_no_query_updates_a_state():
    """A state changes through a transition only, which records its event."""
    found = [
        place(path, call.lineno)
        for path, tree in python(*APPS)
        for call in calls(tree, "update")
        if any(keyword.arg == "state" for keyword in call.keywords)
    ]
    assert not found


def test_no_bulk_update_of_states():
    found = [
        place(path, call.lineno)
        for path, tree in python(*APPS)
        for call in calls(tree, "bulk_update")
        if any(isinstance(node, ast.Constant) and node.value == "state" for node in ast.walk(call))
    ]
    assert not found


def test_services_take_keywords_only():
    """What is done by someone at a moment names each part at the call."""
    found = [
        f"{place(path, node.lineno)} {node.name}"
        for path, tree in python(*APPS)
        if path.parent.name == "services" or path.name == "services.py"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if {"by", "at"} & {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
        if node.args.posonlyargs or node.args.args
    ]
    assert not found


def test_models_have_no_default_ordering():
    """An ordering that nobody asked for costs every query."""
    found = [
        place(path, statement.lineno)
        for path, tree in python(*APPS)
        if "models" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == "Meta"
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "ordering" for target in statement.targets)
    ]
    assert not found


def test_only_settings_import_settings_by_name():
    """Apps read django.conf.settings, never config."""
    found = [
        place(path, node.lineno)
        for path, tree in python(*APPS)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "config")
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "config" for alias in node.names))
    ]
    assert not found


def test_docs_mention_every_command():
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    commands = [
        path.stem
        for app in APPS
        for path in (ROOT / app / "management" / "commands").glob("*.py")
        if not path.stem.startswith("_")
    ]
    assert commands
    assert not [command for command in commands if command not in text]


def test_every_test_file_is_collected():
    """A file with tests that pytest does not find by name would never run."""
    found = [
        place(path)
        for path, tree in python("tests")
        if not path.name.startswith("test_") and has_tests(tree) and Path("tests/benchmarks") not in path.parents
    ]
    assert not found


def has_tests(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in tree.body)
