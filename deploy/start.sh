#!/bin/sh
# What a container begins with: speech models once, then the command, or `callbot up`.
set -eu
cd /opt/callbot
case "${1:-up}" in
    up) .venv/bin/python -m tts_voices.fetch ;;
esac
exec .venv/bin/callbot "${@:-up}"
