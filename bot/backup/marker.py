"""Leaves word of the last backup, so that its age can be seen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

MARKER = Path("run") / "last_backup"


def note_backup(var_dir: Path, made: Path) -> None:
    """The backup in the folder `made` is whole."""
    marker = var_dir / MARKER
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(f"{made}\n", encoding="utf-8")


def last_backup(var_dir: Path) -> tuple[datetime, Path] | None:
    """When the last backup was made, and where it was put; None if none ever was."""
    marker = var_dir / MARKER
    try:
        made_s, folder = marker.stat().st_mtime, marker.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return datetime.fromtimestamp(made_s, UTC), Path(folder)
