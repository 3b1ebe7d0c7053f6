"""Takes the last learning back when somebody asks for it in the console: minutes, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

log = structlog.get_logger()


class WayBack(Protocol):
    """Leaves the last learning out and moves new conversations; blocks. Raises `expected` errors."""

    def __call__(self) -> None: ...


class LearningWorker:
    """One order at a time. expected: errors that are told to who asked."""

    def __init__(self, go_back: WayBack, expected: tuple[type[Exception], ...]) -> None:
        self._go_back = go_back
        self._expected = expected
        self._orders: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
        self.is_busy = False
        self.trouble = ""

    def order(self) -> None:
        """Go back one step soon; asked twice, it is done once."""
        if not self.is_busy:
            self.is_busy, self.trouble = True, ""
            self._orders.put_nowait(self._go_back)

    async def run(self) -> None:
        while True:
            work = await self._orders.get()
            try:
                await asyncio.to_thread(work)
            except self._expected as error:
                log.warning("learning_not_taken_back", error=type(error).__name__)
                self.trouble = str(error)
            finally:
                self.is_busy = False
