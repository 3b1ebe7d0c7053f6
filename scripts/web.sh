#!/usr/bin/env bash
# Builds what browsers are given: the chat's widget into bot/chat/built, the console's libraries into
# bot/console/built, with the Node of the Python environment. Does nothing when they are of the present
# sources. Usage: web.sh [--again]
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH

# build FOLDER NAME: runs the folder's `build` script, which writes ../built.
build() (
    cd "$1"
    sources=$(find . -name node_modules -prune -o -type f -print0 | sort -z | xargs -0 cat | sha256sum)
    if [ "$again" = no ] && [ "$sources" = "$(cat ../built/sources.sha256 2>/dev/null)" ]; then exit 0; fi
    printf '\033[1m==> %s\033[0m\n' "Building $2"
    # The lock's integrity hashes decide what is installed; installed packages of the same lock are kept.
    if ! cmp --silent package-lock.json node_modules/installed.lock; then
        npm ci --silent --ignore-scripts
        cp package-lock.json node_modules/installed.lock
    fi
    npm run --silent build
    echo "$sources" >../built/sources.sha256
)

again=no
if [ "${1:-}" = --again ]; then again=yes; fi
build bot/chat/widget "the chat widget"
build bot/console/web "the console's libraries"
