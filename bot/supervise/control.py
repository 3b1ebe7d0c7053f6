"""Starts and stops single processes of a running callbot, over supervisord's own socket."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from runtime.keeper import serving
from runtime.proc import started_s


class ControlError(Exception):
    """supervisord is not there, or refuses."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """runs: and was not told to stop. pid: 0 while there is none.

    started_s: since 1970; of the process that serves, not of its keeper.
    """

    runs: bool
    pid: int
    started_s: int


class Supervisor:
    """The supervisord of `callbot up`. socket: as `write_config` names it. Every method blocks."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def is_running(self) -> bool:
        """Whether a callbot runs here."""
        try:
            self._call("getState")
        except ControlError:
            return False
        return True

    def start(self, process: str) -> None:
        """Start a process, or all of that kind ("rasa", "rasa.1"…); none that runs is started twice."""
        for name in self._of_kind(process):
            self._call("startProcess", name, False, allowed=(Faults.ALREADY_STARTED,))

    def stop(self, process: str) -> None:
        """Stop a process, or all of that kind, and wait until they are gone."""
        for name in self._of_kind(process):
            self._call("stopProcess", name, True, allowed=(Faults.NOT_RUNNING,))

    def is_up(self, process: str) -> bool:
        """Whether a process runs or is on its way."""
        state: Any = self._call("getProcessInfo", process)
        return state["statename"] in ("STARTING", "RUNNING", "BACKOFF")

    def is_free(self, process: str) -> bool:
        """Whether a process was never started, or has ended by itself; not if it was told to stop."""
        state: Any = self._call("getProcessInfo", process)
        return state["statename"] == "EXITED" or (state["statename"] == "STOPPED" and not state["start"])

    def pid(self, process: str) -> int:
        """The process's number, 0 while it does not run."""
        state: Any = self._call("getProcessInfo", process)
        return int(state["pid"])

    def processes(self) -> dict[str, ProcessState]:
        """What is known of each process by its name; not of those that wait to be needed."""
        states: Any = self._call("getAllProcessInfo")
        return {
            state["name"]: ProcessState(
                state["statename"] == "RUNNING",
                int(state["pid"]),
                round(started_s(serving(int(state["pid"])))) or int(state["start"]),
            )
            for state in states
            if state["statename"] != "STOPPED"
        }

    def signal(self, process: str, name: str) -> None:
        """Send a signal, such as "HUP"."""
        self._call("signalProcess", process, name)

    def _of_kind(self, process: str) -> list[str]:
        names = [str(state["name"]) for state in self._call("getAllProcessInfo")]
        return [process, *(name for name in names if name.startswith(f"{process}."))]

    def _call(self, method: str, *arguments: object, allowed: tuple[int, ...] = ()) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket.absolute()}")
        # The address is not used: the transport knows the socket.
        proxy = ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except Fault as fault:
            if fault.faultCode in allowed:
                return None
            raise ControlError(f"{method}: {fault.faultString}") from fault
        except (OSError, ProtocolError, http.client.HTTPException) as error:
            raise ControlError(f"{method}: {type(error).__name__}") from error
        finally:
            transport.close()
