#!/usr/bin/env bash
# Every check and test, after config/setup.sh test. All parts run, so that one run shows all that is wrong;
# the summary at the end names what failed.
#   config/check.sh          everything
#   config/check.sh lint     only the parts named: lint, sqlite, postgres, browser
set -uo pipefail
cd "$(dirname "$0")/.."

bin=.venv/bin
parts=${*:-lint sqlite postgres browser}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=() failed=()

wanted() { case " $parts " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# The browser waits much, a database works beside its tests, and types need one core: with PostgreSQL wanted, the other
# two run beside it.
aside=
if wanted postgres; then
  for part in lint browser; do
    if wanted $part; then
      aside="$aside $part"
      parts=${parts/$part/}
    fi
  done
fi

# Nothing that this machine sets may change what the tests see, except a browser and where to put temporary files.
unset DATABASE_URL ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DEBUG LOCAL SECRET_KEY DJANGO_SETTINGS_MODULE
export TMPDIR=$scratch DATA_DIR=$scratch ENV_FILE=/dev/null PYTHONWARNINGS=default

section() {
  local name=$1 started=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  if "$@"; then
    passed+=("$name ($((SECONDS - started)) s)")
  else
    printf -- '--- %s failed: %s\n' "$name" "$*"
    failed+=("$name")
  fi
}

# The settings of a production server.
in_production() {
  LOCAL=false DEBUG=false SECRET_KEY=$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(50))') \
    ALLOWED_HOSTS=desk.example.org "$@"
}

find_chrome() {
  local candidate
  for candidate in "${CHROME:-}" chromium google-chrome google-chrome-stable chromium-browser \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if [ -n "$candidate" ] && command -v "$candidate"; then return; fi
  done
}

if wanted lint; then
  section "format" "$bin/python" -m ruff format --check --quiet .
  section "lint" "$bin/python" -m ruff check --quiet .
  section "templates" "$bin/python" -m djlint --lint --quiet templates
  section "imports" "$bin/lint-imports" --no-logo
  section "types" "$bin/python" -m mypy
  section "deployment" in_production "$bin/python" manage.py check --deploy --fail-level WARNING
fi

unset DATA_DIR PYTHONWARNINGS
if wanted sqlite; then
  section "tests on SQLite" "$bin/python" -m pytest -n 2 --dist worksteal --ignore=tests/browser
fi
if [ -n "$aside" ]; then
  # shellcheck disable=SC2086 # several names
  config/check.sh $aside >"$scratch/aside.log" 2>&1 &
  beside=$!
fi
if wanted postgres; then
  # Slow parts that do not depend on the database run on one only: what the API's schema lets a program send, who may
  # take which step, what a file is refused for and how it looks, what a packet, a bundle, and the pages and calls about
  # them show, how a killed worker's file is taken up again. The demo is seeded on both, by the API's journey.
  section "tests on PostgreSQL" "$bin/python" -m tests.postgres \
    "$bin/python" -m pytest -n 2 --dist worksteal --ignore=tests/browser --ignore=tests/repo --database-only \
    --ignore=tests/aftersales/api/test_openapi.py --ignore=tests/aftersales/test_flow_roles.py \
    --ignore=tests/appeals/demo --ignore=tests/evidence/test_upload_view.py --ignore=tests/evidence/test_previews.py \
    --ignore=tests/evidence/test_kept_previews.py --ignore=tests/hostile --ignore=tests/journeys/test_packet_of_odd_files.py \
    --ignore=tests/journeys/test_killed_worker.py --ignore=tests/appeals/bundles/test_killed_worker.py \
    --ignore=tests/appeals/bundles/test_building.py --ignore=tests/appeals/bundles/test_pages.py \
    --ignore=tests/appeals/test_destinations.py --ignore=tests/appeals/test_packet_content.py \
    --ignore=tests/evidence/test_edit_page.py --ignore=tests/evidence/test_film_uploads.py \
    --ignore=tests/evidence/test_phone_page.py --ignore=tests/evidence/test_serving.py \
    --ignore=tests/evidence/test_phone_code.py --ignore=tests/evidence/test_evidence_api.py \
    --ignore=tests/appeals/bundles/test_api.py --ignore=tests/appeals/bundles/test_turns.py \
    --ignore=tests/appeals/test_packet_building.py --ignore=tests/appeals/test_commands.py \
    --ignore=tests/appeals/test_views.py --ignore=tests/appeals/test_list_page.py
fi
if wanted browser; then
  CHROME=$(find_chrome) && export CHROME
  section "tests in the browser" "$bin/python" -m pytest tests/browser
fi
if [ -n "$aside" ]; then
  name="beside PostgreSQL:$aside"
  wait "$beside" && passed+=("$name") || failed+=("$name")
  cat "$scratch/aside.log"
fi

printf '\n=== summary\n'
for name in ${passed[@]+"${passed[@]}"}; do printf 'passed  %s\n' "$name"; done
for name in ${failed[@]+"${failed[@]}"}; do printf 'FAILED  %s\n' "$name"; done
[ "${#failed[@]}" = 0 ]
