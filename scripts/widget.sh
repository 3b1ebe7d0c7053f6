#!/usr/bin/env bash
# Builds the chat's files for browsers from bot/chat/widget into bot/chat/built, with the Node of the Python
# environment. Does nothing when they are of the present sources. Usage: widget.sh [--again]
set -euo pipefail
cd "$(dirname "$0")/../bot/chat/widget"

sources=$(cat package.json package-lock.json tsconfig.json build.mjs src/* pages/* | sha256sum)
if [ "${1:-}" != --again ] && [ "$sources" = "$(cat ../built/sources.sha256 2>/dev/null)" ]; then exit 0; fi
printf '\033[1m==> %s\033[0m\n' "Building the chat widget"
export PATH=$PWD/../../../.venv/bin:$PATH
# The lock's integrity hashes decide what is installed; installed packages of the same lock are kept.
if ! cmp --silent package-lock.json node_modules/installed.lock; then
    npm ci --silent --ignore-scripts
    cp package-lock.json node_modules/installed.lock
fi
npm run --silent build
echo "$sources" >../built/sources.sha256
