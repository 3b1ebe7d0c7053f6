"""What of learning takes long in the console, done one after the other, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

log = structlog.get_logger()


class LearningWorker:
    """go_back: leaves the last learning out and moves new conversations. expected: its errors, which are told
    to who asked. warm: loads what the first correction needs. Both block.
    """

    def __init__(
        self, go_back: Callable[[], None], expected: tuple[type[Exception], ...], warm: Callable[[], None]
    ) -> None:
        self._go_back = go_back
        self._expected = expected
        self._warm: Callable[[], None] | None = warm
        self._orders: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
        self.is_busy = False
        self.trouble = ""

    def order(self) -> None:
        """Go back one step soon; asked twice, it is done once."""
        if not self.is_busy:
            self.is_busy, self.trouble = True, ""
            self._orders.put_nowait(self._go_back)

    def prepare(self) -> None:
        """Somebody opened a form: what saving it needs will be loaded when they have typed."""
        if self._warm is not None:
            self._orders.put_nowait(self._warm)
            self._warm = None

    async def run(self) -> None:
        while True:
            work = await self._orders.get()
            try:
                await asyncio.to_thread(work)
            except self._expected as error:
                log.warning("learning_not_taken_back", error=type(error).__name__)
                self.trouble = str(error)
            finally:
                if work is self._go_back:
                    self.is_busy = False
