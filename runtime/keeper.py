"""Keeps a process ready to serve: one that has loaded everything forks the one that serves, and the next.

Most of a start is importing and loading. When the process that serves dies, its keeper has that behind it,
and forks another within a moment; both share the memory that neither has written since. When the keeper
dies, the one that serves goes on, and the next keeper, once it has everything loaded, waits for its end. That
needs something above them that starts keepers again, and inherits what they leave (PR_SET_CHILD_SUBREAPER,
prctl(2)); without it both die. The standard library only, since Rasa's environment runs it, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator

from runtime import kept, oom

log = logging.getLogger(__name__)

# Whatever ends sooner after its start would end again: then everything is loaded anew.
SOON_S = 5.0
# Out of memory, the kernel shall take the one that serves: its keeper has the next one ready.
OFFERED_POINTS = 100
_STOPS = (signal.SIGTERM, signal.SIGINT)
# What a process that serves gets when its keeper dies.
_LEFT = signal.SIGUSR2
_PR_SET_PDEATHSIG = 1  # prctl(2)


def keep(serve: Callable[[], None]) -> None:
    """Call `serve` in a forked process, and again whenever that ends, until SIGTERM or SIGINT.

    One that an earlier keeper has left serves first, to its end. What was loaded before is loaded for all
    that are forked here; it must hold no thread, connection or event loop. Returns once the last one has
    ended. Raises SystemExit with 1 when one ends within SOON_S, or fails when it is to stop.
    """
    # A collection writes to every object that it looks at, which then is no longer shared.
    gc.collect()
    gc.freeze()
    keeper = _Keeper()
    kept.become(kept.KEEPS)
    keeper.wait_for_left()
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


class _Keeper:
    """Forks; passes signals on to the one that serves."""

    def __init__(self) -> None:
        self._must_stop = False
        self._above = os.getppid()
        # Of the one that serves: its number if it was forked here, and its file descriptor, which names no
        # other process when it has ended (pidfd_open(2)).
        self._child = 0
        self._pidfd = -1
        self._before = {number: signal.signal(number, self._stop) for number in _STOPS}

    def must_stop(self) -> bool:
        """Whether a signal has said so."""
        return self._must_stop

    def wait_for_left(self) -> None:
        """If an earlier keeper has left a process that serves, wait until that has ended."""
        left = kept.left_to(os.getpid())
        if not left:
            return
        # It may end at any moment.
        with contextlib.suppress(ProcessLookupError):
            self._pidfd = os.pidfd_open(left)
            log.warning("serving_process_found pid=%d", left)
            self._wait()

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
            if self._child:
                self._pidfd = os.pidfd_open(self._child)
            else:
                for number, handler in self._before.items():
                    signal.signal(number, handler)
                # supervisord signals a whole group: the one that serves shall not be told to stop twice.
                os.setpgid(0, 0)
                kept.become(kept.SERVES)
                _mind(keeper, self._above)
                oom.offer(OFFERED_POINTS)
        return bool(self._child)

    def wait(self) -> int:
        """The exit status of the process that was forked last; the number of a signal is negative."""
        self._wait()
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def _wait(self) -> None:
        end = select.poll()
        end.register(self._pidfd, select.POLLIN)
        end.poll()
        with _signals_wait():
            os.close(self._pidfd)
            self._pidfd = -1

    def _stop(self, number: int, _frame: object) -> None:
        self._must_stop = True
        if self._pidfd < 0:
            return
        # It may have ended just now; and one that was left by another keeper is no child of this one.
        with contextlib.suppress(ProcessLookupError):
            if self._child:
                # Who will not wait any longer kills the keeper's whole group.
                os.setpgid(self._child, os.getpgid(0))
            signal.pidfd_send_signal(self._pidfd, number)


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _mind(keeper: int, above: int) -> None:
    """When the keeper dies, go on if its successor can find this process, else end: the port is needed.

    above: the process that starts keepers. Once that has inherited this one, they die together.
    """
    prctl = ctypes.CDLL(None).prctl

    def left(*_: object) -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != above or kept.left_to(os.getpid()) != os.getpid():
            os._exit(1)

    signal.signal(_LEFT, left)
    prctl(_PR_SET_PDEATHSIG, _LEFT)
    if os.getppid() != keeper:
        left()
