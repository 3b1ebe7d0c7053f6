"""The key that the embedded report system and its client share when none was given."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_FILE = "open311.key"
AGENTS_KEY_FILE = "agents.key"


def embedded_key(folder: Path, name: str = KEY_FILE) -> str:
    """Return the key kept in `folder`, made on first use, readable by its owner only.

    Several processes may come at once: the key is written aside and linked into place, so that all of them
    read the same whole key.
    """
    path = folder / name
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        aside.unlink()
