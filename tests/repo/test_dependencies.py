import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.project import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
DEVELOP = PROJECT["dependency-groups"]["dev"]


def pins(lock: str) -> dict[str, str]:
    """Locked versions by canonical name."""
    found = re.findall(r"^([\w.\[\]-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize(("lock", "wanted"), [(LOCKS[0], RUN), (LOCKS[1], RUN + DEVELOP)], ids=LOCKS)
def test_lock_fits_pyproject(lock, wanted):
    locked = pins(lock)
    requirements = [Requirement(line) for line in wanted]
    unfit = [
        str(one) for one in requirements if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))
    ]
    assert not unfit, "make fix writes the locks anew"


def test_development_lock_has_the_same_versions():
    run, develop = pins(LOCKS[0]), pins(LOCKS[1])
    assert run.items() <= develop.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_no_hosts(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|@ ", text)
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert entries
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
