#!/usr/bin/env bash
# Installs what is missing: uv, the two Python environments from their locks, and for tests the
# system packages that only tests need. Does nothing that is already done. Usage: setup.sh [--test]
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    if [ ! -x .tools/bin/uv ]; then
        say "Installing uv into .tools" >&2
        python3 -m venv .tools >&2 || die "python3 cannot make virtual environments: apt-get install python3-venv"
        .tools/bin/pip install --quiet --disable-pip-version-check uv >&2
    fi
    echo .tools/bin/uv
}

# The interpreter of a version: where uv finds it, else pyenv's, else what uv itself can install.
find_python() {
    local version=$1 found
    found=$("$uv" python find --no-project --no-python-downloads "$version" 2>/dev/null) && { echo "$found"; return; }
    for found in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python; do
        if [ -x "$found" ]; then echo "$found"; return; fi
    done
    if "$uv" python install --quiet "$version" 2>/dev/null; then
        "$uv" python find --no-project "$version" && return
    fi
    die "Python $version is needed and was not found: install it (pyenv install $version) and run again"
}

# environment FOLDER VERSION PYTHON LOCK: one virtual environment, made again when its lock changes.
environment() {
    local folder=$1 version=$2 python=$3 lock=$4
    if cmp --silent "$lock" "$folder/installed.lock"; then return; fi
    say "Installing $folder (Python $version, $(grep -c == "$lock") packages)"
    "$uv" venv --quiet --clear --no-project --python "$python" "$folder"
    # The locks hold every package: resolving again would trip over Rasa's old pins.
    "$uv" pip install "${quiet[@]}" --python "$folder/bin/python" --no-deps --require-hashes --requirement "$lock"
    if [ "$folder" = .venv ]; then
        "$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
    fi
    cp "$lock" "$folder/installed.lock"
}

# One a line: what only tests need.
for_tests=(
    sip-tester
    baresip
    espeak-ng
    sox
    chromium
    fonts-dejavu-core
    faketime
    openssl
    postgresql
    prometheus
    kamailio
    kamailio-tls-modules
    redis-server
    haproxy
    nginx-light
    systemd
    asterisk-core-sounds-fr-wav
    asterisk-prompt-fr-armelle
)

test_packages() {
    local missing=() name
    for name in "${for_tests[@]}"; do
        dpkg-query --show --showformat '${Status}' "$name" 2>/dev/null | grep -q "ok installed" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing for the tests: ${missing[*]}"
    local sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

quiet=(--quiet)
if [ -t 2 ]; then quiet=(); fi  # progress bars are for people
uv=$(find_uv)
# Both first: nobody should wait for one environment to learn that the other cannot be made.
python311=$(find_python 3.11)
python310=$(find_python 3.10)
environment .venv 3.11 "$python311" requirements/main.lock
environment .venv-rasa 3.10 "$python310" requirements/rasa.lock
scripts/web.sh || say "The files for browsers could not be built: calls work, chat and console do not (make widget)"
if [ "${1:-}" = --test ]; then test_packages; fi
