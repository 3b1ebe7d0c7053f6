"""CPU time of a running callbot, all its processes together, from /proc (proc(5))."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root_pid: int) -> dict[str, float]:
    """Return user and system time in seconds by process name, for a process and all its descendants.

    A process that has ended is no longer counted; its name is what follows `-m` on its command line.
    """
    totals: dict[str, float] = {}
    for pid in _with_descendants(root_pid):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            arguments = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except FileNotFoundError:
            continue
        name = _name(arguments)
        ticks = int(fields[11]) + int(fields[12])
        totals[name] = totals.get(name, 0.0) + ticks / _TICKS_PER_S
    return totals


def _with_descendants(root_pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except FileNotFoundError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [root_pid]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _name(arguments: list[str]) -> str:
    if "-m" in arguments[:-1]:
        return arguments[arguments.index("-m") + 1]
    return Path(arguments[0]).name
