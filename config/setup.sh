#!/usr/bin/env bash
# Makes this machine ready: system libraries, virtual environment, translations, local settings.
#   config/setup.sh run    what the desk needs to run; goes on without a system library where that is honest
#   config/setup.sh dev    and the development tools
#   config/setup.sh test   and what the tests need; stops when anything is missing
# Does only what is missing, so a second run takes a moment. bash 3.2 (macOS) runs it too.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }
quietly() { "$@" >"$log" 2>&1 </dev/null || { status=$?; cat "$log" >&2; return "$status"; }; }

# --- system packages -------------------------------------------------------------------------------------------------

debian_packages() {
  echo libpango-1.0-0 libpangoft2-1.0-0  # WeasyPrint draws with Pango
  echo libharfbuzz-subset0               # subsets Chinese fonts: a page takes 0.2 s with it and 12 s without
  echo fonts-noto-cjk                    # Chinese characters in packets
  echo gettext                           # compiles the translations
  echo python3-venv                      # makes the environment
  if [ "$purpose" != run ]; then
    echo qpdf poppler-utils              # check and read the PDFs that tests build; a benchmark's reference
  fi
  if [ "$purpose" = test ]; then
    [ -n "$(chrome)" ] || echo chromium  # browser tests
    echo libatomic1                      # Playwright's driver needs it
  fi
}

brew_packages() {
  echo pango harfbuzz gettext
  if [ "$purpose" != run ]; then echo qpdf poppler; fi
}

chrome() {
  local candidate
  for candidate in "${CHROME:-}" chromium google-chrome google-chrome-stable chromium-browser \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

# sudo may ask for a password only where someone can answer.
can_sudo() { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }

apt_get() {
  local as_root=
  if [ "$(id -u)" != 0 ]; then
    can_sudo || return 1
    as_root=sudo
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

apt_install() {
  # Lists that are already there mostly do; when they are missing or old, fetch them and try again.
  apt_get install -y --no-install-recommends "$@" >"$log" 2>&1 && return
  quietly apt_get update && quietly apt_get install -y --no-install-recommends "$@"
}

missing_debian() {
  local package
  for package in $(debian_packages); do
    case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) in
      installed) ;;
      *) echo "$package" ;;
    esac
  done
}

missing_brew() {
  local package installed
  installed=$(brew list --formula -1 2>/dev/null)
  for package in $(brew_packages); do
    printf '%s\n' "$installed" | grep -qx "$package" || echo "$package"
  done
}

# A missing system package stops the tests; the desk itself starts, and says what will not work.
without() {
  local command=$1
  shift
  say "Not installed: $*"
  say "Install with:  $command $*"
  if [ "$purpose" = test ]; then fail "tests need them all"; fi
  say "Going on without. Until then: no or slow PDF packets without Pango, HarfBuzz and the font; no Chinese without gettext."
}

install_system_packages() {
  local missing
  if command -v apt-get >/dev/null; then
    missing=$(missing_debian | tr '\n' ' ')
    if [ -n "$missing" ]; then
      say "Installing system packages: $missing"
      # shellcheck disable=SC2086  # a list of names
      apt_install $missing || without "sudo apt-get install" $missing
    fi
  elif command -v brew >/dev/null; then
    missing=$(missing_brew | tr '\n' ' ')
    if [ -n "$missing" ]; then
      say "Installing with Homebrew: $missing"
      # shellcheck disable=SC2086  # a list of names
      quietly brew install -q $missing || without "brew install" $missing
    fi
  else
    say "Neither apt-get nor Homebrew is here. These have to be there under their names on this system:"
    say "  $(debian_packages | tr '\n' ' ')"
  fi
  if [ "$purpose" = test ]; then
    [ -n "$(chrome)" ] || fail "no Chromium: install Chromium or Google Chrome, or run make test CHROME=/path/of/it"
    for program in qpdf pdftotext xgettext; do
      command -v "$program" >/dev/null || fail "no $program: install qpdf, poppler-utils and gettext"
    done
  fi
}

# --- virtual environment ---------------------------------------------------------------------------------------------

# The system's own Python first: it is built with optimisations, one that was compiled here often is not.
find_python() {
  local candidate
  for candidate in ${PYTHON:-} /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer with venv is needed (Debian 12, Ubuntu 24.04 and newer: apt-get install python3-venv)"
}

make_environment() {
  # An environment whose Python is gone (upgraded, or the directory was moved) is made anew.
  if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; then return; fi
  local python version
  python=$(find_python)
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  say "Making the virtual environment with Python $version"
  rm -rf .venv
  quietly "$python" -m venv .venv
}

# The lock files as they were when they were installed; while they are the same, there is nothing to do.
installed() { cmp -s "$1" ".venv/installed/$1"; }

install_requirements() {
  local lock=requirements-dev.txt  # holds everything in requirements.txt too
  if [ "$purpose" = run ]; then lock=requirements.txt; fi
  if installed "$lock"; then return; fi
  say "Installing Python packages from $lock"
  rm -rf .venv/installed
  install_uv
  # A mirror that is set for pip is meant for every installer. Where uv cannot reach what pip can, pip does it.
  UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)} \
    quietly .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --no-deps -r "$lock" ||
    pip_install "$lock"
  mkdir -p .venv/installed
  cp requirements.txt requirements-setup.txt .venv/installed/
  if [ "$purpose" != run ]; then cp requirements-dev.txt .venv/installed/; fi
}

install_uv() { installed requirements-setup.txt || pip_install requirements-setup.txt; }

pip_install() {
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    quietly .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r "$1"
}

# --- what the project makes for itself ------------------------------------------------------------------------------

compile_translations() {
  local po mo
  command -v msgfmt >/dev/null || return 0
  for po in config/locale/*/LC_MESSAGES/*.po; do
    [ -e "$po" ] || continue
    mo=${po%.po}.mo
    if [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; then msgfmt --check-format -o "$mo" "$po"; fi
  done
}

# The settings of a machine of one's own, read by config/settings.py; a deployment sets variables instead.
make_local_settings() {
  if [ -n "${SECRET_KEY:-}" ] || [ -s var/local.env ]; then return; fi
  mkdir -p var
  (umask 077 && cat >var/local.env) <<EOF
# Made by set-up. Delete it to get a new key; everybody has to log in again then.
SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')
LOCAL=true
SHOW_DEMO_LOGINS=true
EOF
}

install_system_packages
make_environment
install_requirements
compile_translations
make_local_settings
