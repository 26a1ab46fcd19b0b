#!/bin/sh
# Makes .venv in the current folder if need be, installs a requirements file into it, and leaves a stamp.
# Usage: sh deploy/venv.sh requirements.txt .venv/.stamp
set -eu
requirements=$1
stamp=$2

stop() {
    printf '\n%s\n' "$1" >&2
    exit 1
}

recent_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
for candidate in "${PYTHON:-python3.11}" python3.11 python3 python3.12 python3.13 python; do
    if recent_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || stop "Python 3.11 or later is missing. On Debian or Ubuntu: apt install python3 python3-venv. \
If it lies elsewhere, name it: make PYTHON=/path/to/python3.11 run"

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        stop "Python's venv module is missing. On Debian or Ubuntu: apt install python$version-venv"
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv || stop "Making .venv failed; the message above says why."
fi

echo "Installing $requirements into .venv (the first time this takes about half a minute) …"
.venv/bin/python -m pip install -qq --requirement "$requirements" ||
    stop "Installing $requirements failed; the message above says why. Without network, point pip at a folder of wheels: \
PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels make run"

rm -f .venv/."$(basename "$stamp" | sed 's/^\.\([a-z]*\)-.*/\1/')"-*
touch "$stamp"
