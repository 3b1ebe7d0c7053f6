"""Which engine a conversation is asked of: the one it began with, as long as that serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue.serving import Serving

# Nobody is silent in a call for so long. A chat taken up again later goes on with the newer model: its
# memory lies in SQL, where both engines find it.
IDLE = timedelta(minutes=15)

BeganAt = Callable[[str], Awaitable[datetime | None]]


@dataclass(slots=True)
class _Pin:
    process: str
    asked_at: datetime


class Router:
    """Remembers for each conversation in progress which engine answers it.

    began_at: when a conversation began, as SQL knows; asked only for conversations that this process does
    not remember while an engine is being drained. clock: the present time.
    """

    def __init__(self, serving: Serving, began_at: BeganAt, clock: Callable[[], datetime]) -> None:
        self.serving = serving
        self._began_at = began_at
        self._clock = clock
        self._started_at = clock()
        self._pins: dict[str, _Pin] = {}

    async def url_for(self, sender_id: str) -> str:
        """The address of the engine that answers this conversation; never fails."""
        pin = self._pins.get(sender_id)
        if pin is None or not self._serves(pin.process):
            pin = self._pins[sender_id] = _Pin(await self._process_for(sender_id), self._clock())
        pin.asked_at = self._clock()
        serving = self.serving
        if serving.draining is not None and pin.process == serving.draining.process:
            return serving.draining.url
        pin.process = serving.active.process
        return serving.active.url

    def update(self, serving: Serving) -> None:
        """Take note of who serves now, and forget conversations that are over."""
        self.serving = serving
        since = self._clock() - IDLE
        self._pins = {sender: pin for sender, pin in self._pins.items() if pin.asked_at >= since}

    def is_drained(self) -> bool:
        """Whether the draining engine has no conversation in progress any more."""
        draining, now = self.serving.draining, self._clock()
        if draining is None:
            return False
        if now - self._started_at < IDLE and self._began_before_start():
            # This process was started after the move, and does not know yet which conversations go on.
            return False
        return not any(
            pin.process == draining.process and now - pin.asked_at < IDLE for pin in self._pins.values()
        )

    def in_progress(self) -> dict[str, int]:
        """How many conversations each engine has, by process."""
        since = self._clock() - IDLE
        counts: dict[str, int] = {}
        for pin in self._pins.values():
            if pin.asked_at >= since:
                counts[pin.process] = counts.get(pin.process, 0) + 1
        return counts

    def _began_before_start(self) -> bool:
        moved_at = self.serving.moved_at
        return moved_at is not None and moved_at < self._started_at

    def _serves(self, process: str) -> bool:
        serving = self.serving
        return process == serving.active.process or (
            serving.draining is not None and process == serving.draining.process
        )

    async def _process_for(self, sender_id: str) -> str:
        serving = self.serving
        if serving.draining is None or serving.moved_at is None:
            return serving.active.process
        began_at = await self._began_at(sender_id)
        if began_at is not None and began_at < serving.moved_at:
            return serving.draining.process
        return serving.active.process
