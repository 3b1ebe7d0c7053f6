"""Keeps a process ready to serve: one that has loaded everything forks the one that serves, and the next.

Most of a start is importing and loading. When the process that serves dies, its keeper has that behind it,
and forks another within a moment; both share the memory that neither has written since. The standard library
only, since Rasa's environment runs it, too.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

from runtime import oom, proc

log = logging.getLogger(__name__)

# Whatever ends sooner after its start would end again: then everything is loaded anew.
SOON_S = 5.0
# Out of memory, the kernel shall take the one that serves: its keeper has the next one ready.
OFFERED_POINTS = 100
_STOPS = (signal.SIGTERM, signal.SIGINT)


def keep(serve: Callable[[], None]) -> None:
    """Call `serve` in a forked process, and again whenever that ends, until SIGTERM or SIGINT.

    What was loaded before is loaded for all of them; it must hold no thread, connection or event loop.
    Returns once the last one has ended. Raises SystemExit with 1 when one ends within SOON_S, or fails when
    it is to stop.
    """
    # A collection writes to every object that it looks at, which then is no longer shared.
    gc.collect()
    gc.freeze()
    keeper = _Keeper()
    while not keeper.must_stop():
        began_s = time.monotonic()
        if not keeper.fork():
            serve()
            sys.exit()
        status = keeper.wait()
        if keeper.must_stop() and status in (0, *(-number for number in _STOPS)):
            return
        log.warning("serving_process_ended status=%d", status)
        if keeper.must_stop() or time.monotonic() - began_s < SOON_S:
            raise SystemExit(1)


def serving(pid: int) -> int:
    """The process that `pid` keeps, `pid` itself when it keeps none, 0 when it has ended."""
    command = proc.command(pid)
    if command is None:
        return 0
    # Those that a server forks for itself stay in its group; see `fork`.
    found = (child for child in proc.children(pid) if proc.command(child) == command)
    return next((child for child in found if proc.leads_group(child)), pid)


class _Keeper:
    """Forks; passes signals on to the one that serves."""

    def __init__(self) -> None:
        self._must_stop = False
        self._child = 0
        self._before = {number: signal.signal(number, self._stop) for number in _STOPS}

    def must_stop(self) -> bool:
        """Whether a signal has said so."""
        return self._must_stop

    def fork(self) -> bool:
        """Whether this is the keeper, and not the new process."""
        keeper = os.getpid()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        # Else a signal could come before it is known whom to pass it on to.
        with _signals_wait():
            if self._must_stop:
                raise SystemExit
            self._child = os.fork()
            if not self._child:
                for number, handler in self._before.items():
                    signal.signal(number, handler)
                # supervisord signals a whole group: the one that serves shall not be told to stop twice.
                os.setpgid(0, 0)
                _die_with(keeper)
                oom.offer(OFFERED_POINTS)
        return bool(self._child)

    def wait(self) -> int:
        """The exit status of the process that served; the number of a signal is negative."""
        # Its number is its own until it has been waited for.
        os.waitid(os.P_PID, self._child, os.WEXITED | os.WNOWAIT)
        with _signals_wait():
            _, status = os.waitpid(self._child, 0)
            self._child = 0
        return os.waitstatus_to_exitcode(status)

    def _stop(self, number: int, _frame: object) -> None:
        self._must_stop = True
        if self._child:
            os.kill(self._child, number)


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _die_with(keeper: int) -> None:
    """Have the kernel kill this process when its keeper dies: the next one needs its port."""
    proc.die_with_parent(signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)
