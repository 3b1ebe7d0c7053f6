"""Moves new conversations to another model without losing those in progress, and back.

The new model is started beside the old one and must answer a turn before anybody is sent to it. Then new
conversations go to it; the old engine answers its own until they are over (`bot/supervise/drain.py`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import httpx

from bot.dialogue.serving import Engine, Serving, ServingFile
from bot.supervise.control import ControlError
from bot.supervise.engines import PROCESSES, model_link, point_at

START_TIMEOUT_S = 240.0
POLL_S = 1.0
# The bot looks at the file once a second.
NOTICED_S = 3.0
# What an engine takes, with room for what the machine does besides.
NEEDED_BYTES = 2 * 1024**3


class SwitchError(Exception):
    """New conversations still go where they went; the message says why."""


class Control(Protocol):
    """Starts and stops processes. All raise ControlError."""

    def start(self, process: str) -> None: ...
    def stop(self, process: str) -> None: ...
    def is_up(self, process: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Switch:
    """answers: whether an engine answers a turn. free_bytes: memory that may be taken.

    All methods block, for up to some minutes.
    """

    var_dir: Path
    file: ServingFile
    control: Control
    answers: Callable[[str], bool]
    free_bytes: Callable[[], int]
    clock: Callable[[], datetime]
    wait: Callable[[float], None] = time.sleep

    def activate(self, model: Path) -> Serving:
        """Have new conversations answered by `model`. Raises SwitchError."""
        with self.file.changing():
            serving = self.file.read()
            if serving is None or not serving.places:
                raise SwitchError("nothing tells which engine serves: is the callbot running?")
            wanted = str(model.resolve())
            if serving.active.model == wanted:
                return serving
            try:
                moved = self._move(serving, model, wanted)
            except ControlError as error:
                raise SwitchError(str(error)) from error
            self.file.write(moved)
            return moved

    def _move(self, serving: Serving, model: Path, wanted: str) -> Serving:
        draining = serving.draining
        if draining is not None and draining.model == wanted and self.answers(draining.url):
            # One step back: it still runs.
            return serving.moved(draining, self.clock())
        process = next(name for name in PROCESSES if name != serving.active.process)
        if draining is not None:
            # Its conversations go on with the model that serves now: their memory lies in SQL.
            self.file.write(serving.drained())
            self.wait(NOTICED_S)
        self.control.stop(process)
        free = self.free_bytes()
        if free < NEEDED_BYTES:
            raise SwitchError(
                f"a second engine needs {NEEDED_BYTES / 1e9:.1f} GB of memory, {free / 1e9:.1f} are free"
            )
        point_at(model_link(self.var_dir, process), model)
        engine = Engine(process=process, url=serving.places[process], model=wanted)
        self._start(engine)
        return serving.moved(engine, self.clock())

    def _start(self, engine: Engine) -> None:
        self.control.start(engine.process)
        for _ in range(int(START_TIMEOUT_S / POLL_S)):
            if self.answers(engine.url):
                return
            if not self.control.is_up(engine.process):
                break
            self.wait(POLL_S)
        self.control.stop(engine.process)
        raise SwitchError(f"the new model does not answer; see {engine.process}.log")


def answers_a_turn(url: str) -> bool:
    """Whether an engine answers a whole turn, actions and wording included."""
    body = {"sender": f"rehearsal-{secrets.token_hex(8)}", "message": "bonjour", "input_channel": "voice"}
    try:
        response = httpx.post(f"{url}/webhooks/rest/webhook", json=body, timeout=12)
        return response.is_success and bool(response.json())
    except (httpx.HTTPError, ValueError):
        return False


def free_memory_bytes() -> int:
    """What Linux would give to a new process without swapping (proc(5))."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, _, amount = line.partition(":")
        if name == "MemAvailable":
            return int(amount.split()[0]) * 1024
    return 0
