"""Other processes: what /proc tells of them (proc(5)), what binds this one to them (prctl(2)).

The standard library only, since Rasa's environment runs it, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_prctl = ctypes.CDLL(None).prctl


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies, from now on."""
    _prctl(_PR_SET_PDEATHSIG, number)


def inherit() -> None:
    """Become the parent of what a child leaves that dies."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def command(pid: int) -> bytes | None:
    """The words that a process was started with, each followed by a zero byte; None when it has ended.

    Those that it forks have the same.
    """
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None


def children(pid: int) -> list[int]:
    """The numbers of the processes that a process's first thread has started, or inherited."""
    # Not every kernel tells: then it is taken for one that has none.
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def leads_group(pid: int) -> bool:
    """Whether a process has begun a process group of its own; not if it has ended."""
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def started_s(pid: int) -> float:
    """When a process was started, since 1970, to a second; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # What stands behind the command's name begins with the third field; the start is the 22nd.
    since_boot_s = int(fields[22 - 3]) / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot_s
