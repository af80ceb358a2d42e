"""Brings database and files up to date before `make run` starts its processes; loads demo data on first start.

One process for all of it: each manage.py call would load Django again. Prints the demo logins; what it does goes to
standard error.
"""

import hashlib
import os
import socket
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

BASE_DIR = Path(__file__).resolve().parent.parent


def check_port(host: str, port: int) -> None:
    """Exits when something else listens there: better now than after the servers have started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"error: cannot listen on {host}:{port} ({error.strerror}). Choose another: make run PORT={port + 1}"
            )


def static_fingerprint() -> str:
    """Changes with any static file of the project or its packages."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collecting compresses every file, which takes seconds: only when one has changed."""
    stamp = Path(settings.DATA_DIR) / "static.sha256"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)


def load_demo() -> None:
    """Only into a desk where nobody works yet."""
    if os.environ.get("DEMO", "yes") == "no" or get_user_model().objects.exists():
        return
    print("First start: loading demo data (make run DEMO=no starts empty)", file=sys.stderr, flush=True)
    call_command("seed_demo", stdout=sys.stderr)


def demo_logins() -> list[str]:
    """`name / password` of the demo's people who are still here, where the settings say to show them."""
    if not settings.SHOW_DEMO_LOGINS:
        return []
    here = set(get_user_model().objects.filter(is_active=True).values_list("username", flat=True))
    return [f"{username} / {password}" for username, password, *_role in settings.DEMO_LOGINS if username in here]


def main() -> None:
    """Runs every step; each does nothing where nothing is to be done."""
    sys.path.insert(0, str(BASE_DIR))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    check_port(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
    django.setup()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_policies", verbosity=0, stdout=sys.stderr)
    collect_static()
    load_demo()
    print("\n".join(demo_logins()))


if __name__ == "__main__":
    main()
