"""What a call is likely to say soon is rendered while an answer plays, so that nobody waits for it later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.call.protocols import Synthesizer


class Foresight:
    """Of one call."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self._coming: tuple[str, ...] = ()
        self._preparing: asyncio.Task[None] | None = None

    def expect(self, texts: Sequence[str]) -> None:
        """Take what is likely to be said after the answer that has just come, in place of what was before."""
        self._coming = tuple(texts)

    def begin(self) -> None:
        """Have it rendered: the answer itself is synthesised, and is being played."""
        if self._coming:
            self.end()
            self._preparing = asyncio.create_task(self._synthesizer.prepare(self._coming))
            self._coming = ()

    def end(self) -> None:
        """Leave what was not begun."""
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None
