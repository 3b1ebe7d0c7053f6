"""Starts processes of a running callbot again without losing a call.

The bot's successor listens at the same ports beside it, and takes all new calls once it answers; the bot ends
when its calls have ended. Everything else stops first, which for telephony means once its calls have ended.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import httpx

from bot.supervise.control import ControlError, Supervisor
from bot.supervise.processes import BOT, SPARE_BOT, read_ports

POLL_S = 0.5
READY_WITHIN_S = 180.0


class RestartError(Exception):
    """The process could not be started again; the message says how things stand."""


class Rolling:
    """Works on the callbot whose supervisor has its files in `run_dir`. Every method blocks."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._supervisor = Supervisor(run_dir / "supervisord.sock")

    def restart(self, name: str) -> None:
        """Returns once the new process runs. Raises RestartError."""
        try:
            if name in (BOT, SPARE_BOT):
                self._replace_bot()
            else:
                self._supervisor.stop(name)
                self._supervisor.start(name)
        except ControlError as error:
            raise RestartError(f"{name}: {error}") from error

    def _replace_bot(self) -> None:
        up = [name for name in (BOT, SPARE_BOT) if self._supervisor.is_up(name)]
        if len(up) != 1:
            raise RestartError("the bot is being replaced already" if up else "the bot is down")
        (old,) = up
        new = SPARE_BOT if old == BOT else BOT
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
        raise RestartError(f"{name} did not come up within {READY_WITHIN_S:.0f} s; the other goes on")
