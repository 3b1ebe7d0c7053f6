"""Which dialogue engines serve: the one that takes new conversations, and the one that finishes its own.

`var/rasa/serving.json` says so to all processes; `bot/supervise/` writes it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class Engine(BaseModel):
    """One running engine. process: its name under supervisord. model: the archive it serves."""

    model_config = ConfigDict(frozen=True)

    process: str
    url: str
    model: str = ""


class Serving(BaseModel):
    """active: for new conversations. draining: for those that began before `moved_at`, None for none.

    places: address of each place where an engine can run, by process.
    """

    model_config = ConfigDict(frozen=True)

    active: Engine
    draining: Engine | None = None
    moved_at: datetime | None = None
    places: dict[str, str] = {}

    def moved(self, to: Engine, at: datetime) -> Serving:
        """New conversations go to another engine from now on."""
        return self.model_copy(update={"active": to, "draining": self.active, "moved_at": at})

    def drained(self) -> Serving:
        """Nobody is answered by the draining engine any more."""
        return self.model_copy(update={"draining": None})


class ServingFile:
    """The file that tells. path: need not be there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Serving | None:
        """None where nothing was written yet, or nothing that can be read."""
        try:
            return Serving.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, serving: Serving) -> None:
        """A reader sees the old file or the whole new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".part")
        partial.write_text(serving.model_dump_json(indent=1), encoding="utf-8")
        partial.replace(self._path)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Only one process changes it at a time; others wait here."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
