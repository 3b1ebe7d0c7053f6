"""What the processes of a running callbot hold: memory of their own and open files, from /proc (proc(5)).

Which part of it is Python's and which native code's they tell themselves (`runtime/memory.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

# Not the clean pages: those of a library count or not, as another process has opened it or not.
_PRIVATE = re.compile(r"^Private_(?:Dirty|Hugetlb): +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Held:
    """What one process holds; None for what it does not tell.

    own_bytes: memory that it has written and shares with no other process. n_files: open ones.
    python_blocks: small pieces that objects have. native_bytes, native_free_bytes: given out by malloc, and
    held by it for later.
    """

    own_bytes: int
    n_files: int
    python_blocks: int | None = None
    native_bytes: int | None = None
    native_free_bytes: int | None = None


def held(pid: int, metrics_url: str = "") -> Held:
    """Look at one process. Raises FileNotFoundError when it has ended, httpx.HTTPError when it is mute.

    metrics_url: where it tells its figures, "" if nowhere.
    """
    folder = Path(f"/proc/{pid}")
    own_kib = sum(map(int, _PRIVATE.findall((folder / "smaps_rollup").read_text())))
    n_files = sum(1 for _ in (folder / "fd").iterdir())
    told = _told(metrics_url) if metrics_url else {}
    names = ("process_python_blocks", "process_native_used_bytes", "process_native_free_bytes")
    return Held(1024 * own_kib, n_files, *map(told.get, names))


def _told(metrics_url: str) -> dict[str, int]:
    figures = httpx.get(metrics_url, timeout=20).raise_for_status().text
    samples = (sample for family in text_string_to_metric_families(figures) for sample in family.samples)
    return {sample.name: int(sample.value) for sample in samples if sample.name.startswith("process_")}


def held_by_all(pids: Mapping[str, int], metrics_urls: Mapping[str, str]) -> dict[str, Held]:
    """pids, metrics_urls: by the processes' names."""
    return {name: held(pid, metrics_urls.get(name, "")) for name, pid in pids.items()}
