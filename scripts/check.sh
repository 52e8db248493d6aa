#!/bin/sh
# Format, lint, types and every test: the same for people and for CI.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/ruff format --check --quiet . || { echo "error: not formatted. Run: make fix" >&2; exit 1; }
.venv/bin/ruff check --quiet .
.venv/bin/deptry . --extend-exclude '(tests|training|benchmarks|fuzz)/'
.venv/bin/deptry . --exclude '\.venv' --requirements-files requirements.txt,requirements-dev.txt
.venv/bin/mypy --no-error-summary
.venv/bin/pytest --quiet --numprocesses auto --maxprocesses 4 --dist loadfile --cov --cov-report=term:skip-covered "$@"
