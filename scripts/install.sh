#!/bin/sh
# Makes .venv and installs what is needed: `run` for the program, `test` for its tests too, `tools`
# for what maintains the locks.
# Every package is a file that stands with its hash in a lock, or nothing is installed.
# Says each step and how long it took; a step that is done is not done again.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

TORCH=https://download.pytorch.org/whl/cpu/torch/  # its builds without CUDA, which PyPI has not

fail() { echo "error: $*" >&2; exit 1; }

install() {  # install LOCK [OPTION...]
    lock=$1; shift
    # jieba alone comes as source, and is built by the setuptools of the lock: of what pip fetches
    # to build with, it would verify no hash.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --no-binary jieba --no-build-isolation "$@" --requirement "$lock"
}

install_torch() {  # from where all comes from, such as a local file in PIP_FIND_LINKS, if it is there
    awk '/^torch==/ {on = 1} on; !/\\$/ {on = 0}' requirements.lock > .venv/torch.lock
    if is_locked; then
        said=$(install .venv/torch.lock 2>&1) && return
        case $said in
            *"No matching distribution"*) install .venv/torch.lock --find-links "$TORCH" ;;
            *) printf '%s\n' "$said"; return 1 ;;
        esac
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
            --only-binary :all: --find-links "$TORCH" "$(sed -n 's/^\(torch==[^ ]*+cpu\) .*/\1/p' .venv/torch.lock)"
    fi
}

is_locked() {  # torch for this machine: on Linux, of its many builds, one is
    [ "$(uname -s)" != Linux ] || .venv/bin/python -c "import sys, sysconfig
here = 'Python %d.%d on %s' % (*sys.version_info[:2], sysconfig.get_platform())
sys.exit(not open('requirements.lock').readline().strip().endswith(here))"
}

step() {  # step DESCRIPTION COMMAND...: run it, say how long it took
    name=$1; shift
    began=$(date +%s)
    printf '%s ... ' "$name"
    if output=$("$@" 2>&1); then
        echo "$(($(date +%s) - began)) s"
    else
        echo failed
        printf '%s\n' "$output" | tail -n 8 >&2
        case $output in *"DO NOT MATCH THE HASHES"*)
            fail "$name failed: a file is not the one that was locked, so it was not installed." \
                "Somebody may have changed it, or the index serves a build of its own:" \
                "compare it with the project's release before you lock it anew (make lock)." ;;
        esac
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

files=requirements.lock
[ "$what" = test ] && files="requirements.lock requirements-dev.lock"
for file in $files; do
    stamp=.venv/installed-$file
    sum=$(sha256sum < "$file")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
        if [ "$file" = requirements.lock ]; then
            is_locked || echo "note: no build of torch for this Python and machine is in the lock: it is" \
                "taken from PyTorch's page as it is served. make lock locks it for you." >&2
            step "installing torch, on Linux its build without CUDA" install_torch
        fi
        step "installing $file (the first time takes minutes)" install "$file"
        echo "$sum" > "$stamp"
    fi
done

if [ "$what" = tools ] && [ "$(cat var/tools/installed 2>/dev/null)" != "$(sha256sum < requirements-tools.lock)" ]; then
    step "making var/tools" "$python" -m venv --clear var/tools
    step "installing requirements-tools.lock" var/tools/bin/python -m pip install --quiet \
        --disable-pip-version-check --no-deps --require-hashes --requirement requirements-tools.lock
    sha256sum < requirements-tools.lock > var/tools/installed
fi

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
