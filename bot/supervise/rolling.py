"""Starts processes of a running callbot again without losing a call.

The bot's successor listens at the same ports beside it, and takes all new calls once it answers; the bot ends
when its calls have ended. Everything else stops first, which for telephony means once its calls have ended.
"""

from __future__ import annotations

import contextlib
import time
from types import TracebackType
from typing import Any, Self, cast
from xmlrpc.client import Fault, ServerProxy

import httpx
from supervisor.xmlrpc import SupervisorTransport

from bot.settings import Settings
from bot.supervise.processes import BOT, SPARE_BOT, read_ports

POLL_S = 0.5
READY_WITHIN_S = 180.0
_UP = ("STARTING", "RUNNING")


class RestartError(Exception):
    """The process could not be started again; the message says how things stand."""


class Rolling:
    """The supervisor of the callbot that runs on `settings.var_dir`."""

    def __init__(self, settings: Settings) -> None:
        self._run_dir = settings.var_dir / "run"
        path = (self._run_dir / "supervisord.sock").absolute()
        transport = SupervisorTransport(None, None, serverurl=f"unix://{path}")
        self._server = ServerProxy("http://127.0.0.1", transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server("close")()

    def restart(self, name: str) -> None:
        """Returns once the new process runs. Raises RestartError."""
        try:
            if name in (BOT, SPARE_BOT):
                self._replace_bot()
            else:
                self._supervisor.stopProcess(name)
                self._supervisor.startProcess(name)
        except Fault as error:
            raise RestartError(f"{name}: {error.faultString}") from error
        except OSError as error:
            raise RestartError("no callbot runs here: start it with `make run`") from error

    def _replace_bot(self) -> None:
        states = {info["name"]: info for info in self._supervisor.getAllProcessInfo()}
        up = [name for name in (BOT, SPARE_BOT) if states[name]["statename"] in _UP]
        if len(up) != 1:
            raise RestartError("the bot is being replaced already" if up else "the bot is down")
        (old,) = up
        new = SPARE_BOT if old == BOT else BOT
        self._supervisor.startProcess(new)
        self._wait_until_it_takes_calls(int(self._supervisor.getProcessInfo(new)["pid"]), new)
        self._supervisor.signalProcess(old, "HUP")

    def _wait_until_it_takes_calls(self, pid: int, name: str) -> None:
        url = f"http://127.0.0.1:{read_ports(self._run_dir).internal}/process"
        deadline_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline_s:
            # The system gives each new connection to one of the two processes.
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = httpx.get(url, timeout=2).json()
                if answer == {"pid": pid, "takes_calls": True}:
                    return
            time.sleep(POLL_S)
        self._supervisor.stopProcess(name)
        raise RestartError(f"{name} did not come up within {READY_WITHIN_S:.0f} s; the other goes on")

    @property
    def _supervisor(self) -> Any:
        return cast(Any, self._server).supervisor
