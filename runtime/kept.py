"""Which of a keeper's processes serves, as seen from outside (`runtime/keeper.py`), from /proc (proc(5)).

Both say what they are by the name that `top` and `ps -A` show. The standard library only, since Rasa's
environment runs it, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from pathlib import Path

KEEPS, SERVES = "keeper", "serves"
_PR_SET_NAME = 15  # prctl(2)


def become(name: str) -> None:
    """Say what this process is: KEEPS, once everything is loaded, or SERVES."""
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())


def keeps(pid: int) -> bool:
    """Whether this is a keeper that has everything loaded."""
    return _name(pid) == KEEPS


def serving(pid: int) -> int:
    """The process that `pid` keeps, or will keep; `pid` itself when it keeps none, 0 when it has ended."""
    if not _stat(pid):
        return 0
    return next((child for child in children(pid) if _name(child) == SERVES), 0) or left_to(pid) or pid


def left_to(keeper: int) -> int:
    """The process that an earlier keeper has left to this one when it died, 0 if there is none.

    It has become a child of what starts the keepers, and says that it serves; of several keepers' it is the
    one that was started with the same command in the same environment.
    """
    origin = _origin(keeper)
    left = (child for child in children(parent(keeper)) if _name(child) == SERVES)
    return next((child for child in left if origin is not None and _origin(child) == origin), 0)


def parent(pid: int) -> int:
    """The number of a process's parent, 0 when it has ended or has none."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def children(pid: int) -> list[int]:
    """The numbers of the processes that a process's first thread has started or inherited."""
    # Not every kernel tells: then it is taken for one that has none.
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def started_s(pid: int) -> float:
    """When a process was started, since 1970, to a second; 0 when it has ended."""
    fields = _stat(pid)
    if not fields:
        return 0.0
    # The third field is the first here; the start is the 22nd.
    since_boot_s = int(fields[22 - 3]) / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot_s


def _stat(pid: int) -> list[str]:
    """What stands behind the command's name."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().rstrip("\n")
    return ""


def _origin(pid: int) -> tuple[bytes, ...] | None:
    """The command and the environment that a process was started with, which those that it forks share."""
    try:
        return tuple(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
    except OSError:
        return None
