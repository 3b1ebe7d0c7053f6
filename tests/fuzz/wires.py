"""What a fuzzed wire is, and what went wrong on one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Protocol


class Wire(Protocol):
    """A running part of ours that takes inputs; an asynchronous context."""

    name: str

    def make(self, rng: random.Random) -> bytes:
        """One input; pure."""

    async def send(self, data: bytes) -> None:
        """Put an input on the wire; answers are dealt with."""

    async def check(self) -> str:
        """Whether all is well still: "", else what is not."""

    async def restart(self) -> None:
        """Begin anew, after something went wrong."""

    def memory_kib(self) -> int:
        """What the process that is fed holds."""

    async def __aenter__(self) -> Wire: ...
    async def __aexit__(self, *error: object) -> None: ...


def resident_kib(pid: int | str) -> int:
    """Resident memory of a process; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4
