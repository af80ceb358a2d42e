#!/usr/bin/env bash
# Formats and mends what tools can mend, and writes the generated files anew, after config/setup.sh dev.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

echo "Python: format and mend"
"$bin/python" -m ruff check --fix-only --quiet .
"$bin/python" -m ruff format --quiet .

echo "Translations: collect the texts"
command -v xgettext >/dev/null || { echo "error: no xgettext: install gettext" >&2; exit 1; }
"$bin/python" manage.py makemessages --locale zh_Hans --no-location --no-wrap --no-obsolete \
  --ignore .venv --ignore var --ignore tests --verbosity 0
# The date changes with every run and says nothing that the history does not say.
for po in config/locale/*/LC_MESSAGES/django.po; do
  grep -v '^"POT-Creation-Date:' "$po" >"$po.new"
  mv "$po.new" "$po"
done

echo "State diagram"
"$bin/python" manage.py draw_states

echo "Rule coverage"
"$bin/python" -m tests.repo.rules_coverage

echo "Locked requirements"
# --no-config and a clean environment: nothing of this machine's package sources gets into the locks.
lock() {
  env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
    "$bin/uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make fix" "$@"
}
lock --group setup --output-file requirements-setup.txt ${UPGRADE:+--upgrade}
lock pyproject.toml --output-file requirements.txt ${UPGRADE:+--upgrade}
lock pyproject.toml --group dev --constraint requirements.txt --constraint requirements-setup.txt \
  --output-file requirements-dev.txt ${UPGRADE:+--upgrade}
