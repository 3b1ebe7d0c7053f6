"""Secrets from files: `CALLBOT_X_FILE` names the file that holds `CALLBOT_X`."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

PREFIX = "CALLBOT_"
SUFFIX = "_FILE"
MAX_BYTES = 64 * 1024


class SecretError(Exception):
    """A secret cannot be used as it is kept; the message says what to do and never holds it."""


def with_secret_files(env: Mapping[str, str]) -> dict[str, str]:
    """Return `env` with what its `CALLBOT_*_FILE` variables point to. Raises SecretError."""
    whole = dict(env)
    for variable, path in env.items():
        if not (variable.startswith(PREFIX) and variable.endswith(SUFFIX) and path):
            continue
        name = variable.removesuffix(SUFFIX)
        if env.get(name):
            raise SecretError(f"{name} and {variable} are both set: keep one of them")
        whole[name] = read_secret(Path(path), variable)
    return whole


def read_secret(path: Path, variable: str) -> str:
    """Return a file's text without the line's end. variable: named in errors. Raises SecretError."""
    try:
        problem = mode_problem(path)
        if problem:
            raise SecretError(f"{variable}: {problem}")
        return path.read_bytes()[:MAX_BYTES].decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{variable}: {path} cannot be read ({type(error).__name__})") from error


def mode_problem(path: Path) -> str:
    """Say who may read or change a secret beside its owner and group, "" if nobody. Raises OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return f"{path} is no file"
    mode = stat.S_IMODE(status.st_mode)
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        return f"others may read or change {path} (mode {mode:04o}): run `chmod 600 {path}`"
    return ""
