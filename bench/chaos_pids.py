"""Which process of a running callbot does a work at this moment."""

from __future__ import annotations

from pathlib import Path

from bot.supervise.control import ControlError, Supervisor
from bot.supervise.place import Place
from bot.supervise.processes import BOT
from runtime.keeper import serving


class Pids:
    """run_dir: of the callbot."""

    def __init__(self, run_dir: Path) -> None:
        self._supervisor = Supervisor(run_dir / "supervisord.sock")
        self._place = Place(run_dir)

    def of(self, process: str) -> int:
        """The process's number, 0 while it does not run, or there is none of that name; blocks.

        The bot is the one of the two that serves; of a process and its keeper it is the one that serves, too.
        """
        if process == BOT:
            return self._place.holder()
        try:
            return serving(self._supervisor.pid(process))
        except ControlError:
            return 0
