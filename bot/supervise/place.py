"""The place of the bot that serves: one process holds it, a second one waits for it, ready to start.

Holding it is a lock on a file (flock(2)), which the kernel frees in the moment in which its holder dies,
however it dies. All is in files, since `callbot restart` and the watchdog look at it from outside.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


class Place:
    """run_dir: of one callbot, where its processes find each other."""

    def __init__(self, run_dir: Path) -> None:
        self._lock_path = run_dir / "bot.lock"
        self._waiting_path = run_dir / "bot.waiting"
        self._called_path = run_dir / "bot.called"
        self._lock: TextIO | None = None

    def take(self) -> bool:
        """Hold the place if nobody does; returns whether this process holds it."""
        if self._lock is not None:
            return True
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._lock_path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        self._called_path.unlink(missing_ok=True)
        return True

    def leave(self) -> None:
        """Let the next one have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Say that this process waits, until the end of the block."""
        self._waiting_path.parent.mkdir(parents=True, exist_ok=True)
        self._waiting_path.write_text(str(os.getpid()), encoding="utf-8")
        try:
            yield
        finally:
            if self.waiter() == os.getpid():
                self._waiting_path.unlink()

    def call(self) -> None:
        """Have the process that waits, or is started next, serve beside the one that holds the place."""
        self._called_path.touch()

    def is_called(self) -> bool:
        """Whether this process is to serve at once; says so once."""
        try:
            self._called_path.unlink()
        except FileNotFoundError:
            return False
        return True

    def holder(self) -> int:
        """The number of the process that holds the place, or held it last; 0 if nobody ever did."""
        return _pid_in(self._lock_path)

    def waiter(self) -> int:
        """The number of the process that waits, or died waiting; 0 if nobody does."""
        return _pid_in(self._waiting_path)


def _pid_in(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8") or 0)
    except FileNotFoundError:
        return 0
