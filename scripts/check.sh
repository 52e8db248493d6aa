#!/bin/sh
# Format, lint, types and every test: the same for people and for CI. With `fast`, only the
# tests that need no browser, no database server and no bundled model, and are not slow.
set -eu
cd "$(dirname "$0")/.."
WORKERS=$(($(nproc) + 1))  # tests wait for browsers and servers half of their time
.venv/bin/ruff format --check --quiet . || { echo "error: not formatted. Run: make fix" >&2; exit 1; }
.venv/bin/ruff check --quiet .
.venv/bin/deptry . --extend-exclude '(tests|training|benchmarks|fuzz|scripts)/'
.venv/bin/deptry . --exclude '\.venv' --requirements-files requirements.txt,requirements-dev.txt
.venv/bin/mypy --no-error-summary
if [ "${1:-}" = fast ]; then
    shift
    set -- -m "not browser and not server and not model and not slow" "$@"
fi
exec .venv/bin/pytest --quiet --numprocesses "$WORKERS" --maxprocesses 4 --dist loadfile "$@"
