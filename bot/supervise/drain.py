"""Follows which engine serves, and stops the old one when its conversations are over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.dialogue.router import Router
from bot.dialogue.serving import ServingFile
from bot.supervise.control import ControlError
from bot.supervise.switch import Control

log = structlog.get_logger()

FOLLOW_S = 1.0
# Time for the bot to notice a move, so that nobody is sent to an engine that is being stopped.
GRACE = timedelta(seconds=30)
MAX_AGE = timedelta(hours=2)


class Drain:
    """Runs in the bot, the only process that knows which conversations are in progress."""

    def __init__(
        self, file: ServingFile, router: Router, control: Control, clock: Callable[[], datetime]
    ) -> None:
        self._file = file
        self._router = router
        self._control = control
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self.follow()
            await asyncio.sleep(FOLLOW_S)

    async def follow(self) -> None:
        """Look once: who serves, and whether the old engine may go."""
        serving = await asyncio.to_thread(self._file.read)
        if serving is None:
            return
        if serving != self._router.serving:
            log.info("dialogue_engine_serves", process=serving.active.process)
        self._router.update(serving)
        if serving.draining is None or serving.moved_at is None:
            return
        age = self._clock() - serving.moved_at
        if age >= MAX_AGE or (age >= GRACE and self._router.is_drained()):
            await asyncio.to_thread(self._stop, serving.draining.process)

    def _stop(self, process: str) -> None:
        """Only if it is still to be drained: somebody may have gone back to it in between."""
        with self._file.changing():
            serving = self._file.read()
            if serving is None or serving.draining is None or serving.draining.process != process:
                return
            drained = serving.drained()
            self._file.write(drained)
            self._router.update(drained)
            try:
                self._control.stop(process)
            except ControlError as error:
                log.warning("dialogue_engine_not_stopped", process=process, error=str(error))
                return
        log.info("dialogue_engine_drained", process=process)
