import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.project import APPS, ROOT, place, python

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-setup.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
SET_UP = PROJECT["dependency-groups"]["setup"]
DEVELOP = [line for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]


def pins(lock: str) -> dict[str, str]:
    """Locked versions by canonical name."""
    found = re.findall(r"^([\w.\[\]-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize(
    ("lock", "wanted"), [(LOCKS[0], RUN), (LOCKS[1], RUN + DEVELOP + SET_UP), (LOCKS[2], SET_UP)], ids=LOCKS
)
def test_lock_fits_pyproject(lock, wanted):
    locked = pins(lock)
    requirements = [Requirement(line) for line in wanted]
    unfit = [
        str(one) for one in requirements if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]
    assert not unfit, "make fix writes the locks anew"


def test_development_lock_has_the_same_versions():
    run, develop, set_up = map(pins, LOCKS)
    assert run.items() <= develop.items()
    assert set_up.items() <= develop.items()


def test_the_desk_imports_only_what_it_is_installed_with():
    """Tests run with the development packages installed; `make run` without them."""
    ours = {*APPS, "config", *sys.stdlib_module_names}
    distributions = packages_distributions()
    locked = pins(LOCKS[0])
    foreign = [
        f"{place(path, node.lineno)} {name}"
        for path, tree in python(*APPS, "config")
        for node in ast.walk(tree)
        for name in imported(node)
        if name not in ours and not {canonicalize_name(one) for one in distributions.get(name, [])} & locked.keys()
    ]
    assert not foreign, "add them to the dependencies in pyproject.toml"


def imported(node: ast.AST) -> list[str]:
    """Top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [node.module.partition(".")[0]] if isinstance(node, ast.ImportFrom) and node.module else []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_hosts(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|@ ", text)
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
