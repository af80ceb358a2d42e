"""The real settings, with the variables that tests need and a data directory of their own for each process."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data_dir = Path(tempfile.mkdtemp(prefix="desk-tests-"))
(_data_dir / "static").mkdir()  # whitenoise warns of a missing one
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)
os.environ.update(
    {
        "DATA_DIR": str(_data_dir),
        "DEBUG": "false",
        "ENV_FILE": os.devnull,
        "LOCAL": "true",
        "SECRET_KEY": "only-for-tests",
        "SHOW_DEMO_LOGINS": "false",
    }
)

from config.settings import *  # noqa: E402, F403 - the variables come first; everything else is as it really is
from config.settings import DATABASES, STORAGES  # noqa: E402 - named again for the changes below

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A real file in WAL mode, as in operation: an in-memory database locks differently.
    DATABASES["default"]["TEST"] = {"NAME": str(_data_dir / "test.sqlite3")}
# Hashed names need a collectstatic first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Real password hashing takes most of the time of a test that logs in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
