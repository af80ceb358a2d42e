"""A whole desk as `make run` starts it: database, demo data, web and worker, in processes of their own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# The first demo cases: tickets, stalled parcels, a chain of cases on one order, breaches, and refunds to appeal.
CASES = 29
PREPARE_SECONDS = 240
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Desk:
    """`log` holds what web and worker wrote."""

    url: str
    environment: dict[str, str]
    log: Path

    def manage(self, *arguments: str, text: str = "") -> str:
        """Runs a command of manage.py on this desk; its output, without the line end. `text` is its input."""
        command = [sys.executable, "manage.py", *arguments]
        return self.run(command, text=text).strip()

    def run(self, command: list[str], text: str = "") -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=PREPARE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A database of its own: on the PostgreSQL server that the tests run on, else a SQLite file."""
    server = settings.DATABASES["default"]
    if not server["ENGINE"].endswith("postgresql"):
        yield f"sqlite:///{folder / 'desk.sqlite3'}"
        return
    place = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "password": server["PASSWORD"]}
    name = sql.Identifier(f"journey_{uuid.uuid4().hex}")
    known = {what: value for what, value in place.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **known) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            # The address differs from the server's own in its last part, the database.
            yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name.as_string()[1:-1]}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def environment(folder: Path, database_url: str, port: int) -> dict[str, str]:
    """What a person's shell has, less what would change this desk."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "ALLOWED_HOSTS", "LOG_LEVEL"}}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Four programs start here: they compile the packages once, into the desk's own folder.
        kept["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return kept | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "DEMO": "no",
        "DJANGO_SETTINGS_MODULE": "tests.live_settings",
        "ENV_FILE": os.devnull,
        "HOST": "127.0.0.1",
        "LOCAL": "true",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "only-for-journeys",
        "SHOW_DEMO_LOGINS": "true",
        "WORKERS": "1",
    }


@contextmanager
def running_desk() -> Iterator[Desk]:
    """A desk with demo data that answers; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="desk-live-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        port = free_port()
        with database(folder) as database_url:
            desk = Desk(f"http://127.0.0.1:{port}", environment(folder, database_url, port), folder / "servers.log")
            desk.run([sys.executable, "config/prepare.py"])
            desk.manage("seed_demo", f"--cases={CASES}", "--json")
            with servers(desk):
                yield desk


@contextmanager
def servers(desk: Desk) -> Iterator[None]:
    """Web and worker, until they are asked to stop; serve.py stops them too when this process is killed."""
    with desk.log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "config/serve.py"],
            cwd=ROOT,
            env=desk.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_announced(desk, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_announced(desk: Desk, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while desk.url not in (log := desk.log.read_text(errors="replace")).replace("localhost", "127.0.0.1"):
        assert process.poll() is None, f"the servers stopped:\n{log}"
        assert time.monotonic() < give_up_at, f"the servers did not answer:\n{log}"
        time.sleep(0.1)
