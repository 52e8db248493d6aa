#!/bin/sh
# Makes .venv and installs what is needed: `run` for the program, `test` for its tests too.
# Says each step and how long it took; a step that is done is not done again.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

fail() { echo "error: $*" >&2; exit 1; }

step() {  # step DESCRIPTION COMMAND...: run it, say how long it took
    name=$1; shift
    began=$(date +%s)
    printf '%s ... ' "$name"
    if output=$("$@" 2>&1); then
        echo "$(($(date +%s) - began)) s"
    else
        echo failed
        printf '%s\n' "$output" | tail -n 8 >&2
        fail "$name failed. Mend what is said above and run make again."
    fi
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "there is no $python. Install Python 3.11: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old. Install Python 3.11 or set PYTHON=/path/to/python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "this Python cannot make environments. Install them: apt-get install python3-venv"

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    free=$(df -Pk . | awk 'NR==2 {print int($4 / 1048576)}')
    [ "$free" -ge 4 ] || fail "only $free GB are free here. The packages need 4 GB; free some space."
    step "making .venv" "$python" -m venv --clear .venv
fi

files=requirements.txt
[ "$what" = test ] && files="requirements.txt requirements-dev.txt"
for file in $files; do
    stamp=.venv/installed-$file
    sum=$(cat "$file" constraints.txt | sha256sum)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
        step "installing $file (the first time takes minutes)" \
            .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --constraint constraints.txt --requirement "$file"
        echo "$sum" > "$stamp"
    fi
done

if [ "$what" = test ]; then
    missing=
    command -v chromium >/dev/null || missing="chromium fonts-noto-cjk"
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
        missing="$missing postgresql"
    if [ -n "$missing" ]; then
        [ "$(id -u)" = 0 ] || fail "the tests need a browser and a database server. Run: sudo apt-get install $missing"
        step "updating the package list" apt-get update --quiet
        # shellcheck disable=SC2086  # one word a package
        step "installing $missing" env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --quiet --no-install-recommends $missing
    fi
fi
