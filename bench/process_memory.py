"""What the processes of a running callbot hold: memory of their own and open files, from /proc (proc(5))."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PRIVATE = re.compile(r"^Private_(?:Clean|Dirty|Hugetlb): +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Held:
    """own_bytes: memory shared with no other process, Python's and native code's. n_files: open ones."""

    own_bytes: int
    n_files: int


def held(pid: int) -> Held:
    """Look at one process. Raises FileNotFoundError when it has ended."""
    folder = Path(f"/proc/{pid}")
    own_kib = sum(map(int, _PRIVATE.findall((folder / "smaps_rollup").read_text())))
    return Held(1024 * own_kib, sum(1 for _ in (folder / "fd").iterdir()))


def held_by_all(pids: Mapping[str, int]) -> dict[str, Held]:
    """pids: by the processes' names."""
    return {name: held(pid) for name, pid in pids.items()}
