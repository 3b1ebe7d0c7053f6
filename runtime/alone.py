"""Runs a command by itself: `python -m runtime.alone COMMAND …` first kills what an earlier run has left.

A server of several processes, such as Kamailio, whose first one is killed leaves the others behind: they hold
its ports, and whoever starts it again fails. They are found where that one inherits them
(PR_SET_CHILD_SUBREAPER, prctl(2)).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys

from runtime import proc


def main() -> None:
    """End the processes that the same parent has of this command; the command then takes this one's place."""
    words = sys.argv[1:]
    command = b"".join(os.fsencode(word) + b"\0" for word in words)
    for pid in proc.children(os.getppid()):
        # It may end by itself.
        with contextlib.suppress(ProcessLookupError):
            if proc.command(pid) == command:
                _kill(pid)
    os.execv(words[0], words)


def _kill(pid: int) -> None:
    """Kill a process that is no child of this one, and wait for its end."""
    end = select.poll()
    end.register(pidfd := os.pidfd_open(pid), select.POLLIN)
    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    end.poll()


if __name__ == "__main__":
    main()
