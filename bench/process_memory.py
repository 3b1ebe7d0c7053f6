"""What the processes of a running callbot hold: written memory and open files, from /proc (proc(5)).

Which part of it is Python's and which native code's they tell themselves (`runtime/memory.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from runtime.keeper import serving

# Not a library's clean pages: those count or not, as another process has opened it or not.
_WRITTEN = re.compile(r"^Anonymous: +(\d+) kB", re.MULTILINE)
_WRITTEN_PARTLY = re.compile(r"^Pss_Anon: +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Held:
    """What one process holds; None for what it does not tell.

    bytes: memory that it, or its keeper before the fork, has written. both_bytes: the same of it and its
    keeper together; a page that neither has written to since the fork counts once. n_files: of both.
    python_blocks: small pieces that objects have. native_bytes, native_free_bytes: given out by malloc, and
    held by it for later.
    """

    bytes: int
    both_bytes: int
    n_files: int
    python_blocks: int | None = None
    native_bytes: int | None = None
    native_free_bytes: int | None = None


def held(pid: int, metrics_url: str = "") -> Held:
    """Look at one process. Raises FileNotFoundError when it has ended, httpx.HTTPError when it is mute.

    pid: of the keeper, if it has one. metrics_url: where it tells its figures, "" if nowhere.
    """
    folders = [Path(f"/proc/{each}") for each in dict.fromkeys((pid, serving(pid)))]
    maps = [(folder / "smaps_rollup").read_text() for folder in folders]
    kib = int(_WRITTEN.findall(maps[-1])[0])
    both_kib = sum(int(_WRITTEN_PARTLY.findall(each)[0]) for each in maps)
    n_files = sum(1 for folder in folders for _ in (folder / "fd").iterdir())
    told = _told(metrics_url) if metrics_url else {}
    names = ("process_python_blocks", "process_native_used_bytes", "process_native_free_bytes")
    return Held(1024 * kib, 1024 * both_kib, n_files, *map(told.get, names))


def _told(metrics_url: str) -> dict[str, int]:
    figures = httpx.get(metrics_url, timeout=20).raise_for_status().text
    samples = (sample for family in text_string_to_metric_families(figures) for sample in family.samples)
    return {sample.name: int(sample.value) for sample in samples if sample.name.startswith("process_")}


def held_by_all(pids: Mapping[str, int], metrics_urls: Mapping[str, str]) -> dict[str, Held]:
    """pids (a keeper's where there is one), metrics_urls: by the processes' names."""
    return {name: held(pid, metrics_urls.get(name, "")) for name, pid in pids.items()}
