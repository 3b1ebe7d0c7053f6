"""Whether a callbot runs on a folder."""

from __future__ import annotations

import socket
from pathlib import Path


def is_running(var_dir: Path) -> bool:
    """Whether the supervisor of a callbot answers there."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str((var_dir / "run" / "supervisord.sock").absolute()))
        except OSError:
            return False
    return True
