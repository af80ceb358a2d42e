#!/usr/bin/env bash
# Starts web and worker on this machine, after config/setup.sh run.
set -euo pipefail
cd "$(dirname "$0")/.."

export HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}
if command -v brew >/dev/null; then
  # Pango from Homebrew, for a Python that is not Homebrew's own.
  export DYLD_FALLBACK_LIBRARY_PATH="${DYLD_FALLBACK_LIBRARY_PATH:-$(brew --prefix)/lib}"
fi

DEMO_LOGINS=$(.venv/bin/python config/prepare.py)
export DEMO_LOGINS
exec .venv/bin/python config/serve.py
