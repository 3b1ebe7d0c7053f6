"""Starts processes of a running callbot again without losing a call.

The bot's successor listens at the same ports beside it, and takes all new calls once it answers; the bot ends
when its calls have ended, and is started again to wait (rounds.py). Everything else stops first, which for
telephony means once its calls have ended.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import httpx

from bot.supervise.control import ControlError, Supervisor
from bot.supervise.place import Place
from bot.supervise.processes import BOTS, read_ports

POLL_S = 0.5
READY_WITHIN_S = 180.0


class RestartError(Exception):
    """The process could not be started again; the message says how things stand."""


class Rolling:
    """Works on the callbot whose supervisor has its files in `run_dir`. Every method blocks."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._supervisor = Supervisor(run_dir / "supervisord.sock")
        self._place = Place(run_dir)

    def restart(self, name: str) -> None:
        """Returns once the new process runs. Raises RestartError."""
        try:
            if name in BOTS:
                self._replace_bot()
            else:
                self._supervisor.stop(name)
                self._supervisor.start(name)
        except ControlError as error:
            raise RestartError(f"{name}: {error}") from error

    def _replace_bot(self) -> None:
        pids = {name: self._supervisor.pid(name) for name in BOTS}
        serving = [name for name in BOTS if pids[name] and pids[name] == self._place.holder()]
        if not serving:
            raise RestartError("the bot is down")
        (old,) = serving
        (new,) = set(BOTS) - {old}
        if pids[new] and pids[new] != self._place.waiter():
            raise RestartError("the bot is being replaced already")
        # Anew, not the one that waits: what it is made of may have changed since.
        self._supervisor.stop(new)
        self._place.call()
        self._supervisor.start(new)
        self._wait_until_it_takes_calls(new)
        self._supervisor.signal(old, "HUP")

    def _wait_until_it_takes_calls(self, name: str) -> None:
        url = f"http://127.0.0.1:{read_ports(self._run_dir).internal}/process"
        deadline_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline_s:
            # The system gives each new connection to one of the two processes.
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = httpx.get(url, timeout=2).json()
                if answer == {"pid": self._supervisor.pid(name), "takes_calls": True}:
                    return
            time.sleep(POLL_S)
        self._supervisor.stop(name)
        self._place.is_called()
        raise RestartError(f"{name} did not come up within {READY_WITHIN_S:.0f} s; the other goes on")
