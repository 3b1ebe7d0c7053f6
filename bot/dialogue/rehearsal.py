"""One whole turn before the first caller: the first answer of a freshly started Rasa takes seconds."""

from __future__ import annotations

import asyncio
import secrets

from bot.call.errors import DialogueError
from bot.call.protocols import Dialogue

SENTENCE = "bonjour"
RETRY_S = 1.0


class Rehearsal:
    """Asks the dialogue engine until it has answered a turn, actions and wording included."""

    def __init__(self, dialogue: Dialogue, retry_s: float = RETRY_S) -> None:
        self._dialogue = dialogue
        self._retry_s = retry_s
        self.is_over = False

    async def run(self) -> None:
        """Return once a turn was answered."""
        # An identity of its own: trackers are kept, and a long one is slow.
        sender_id = f"rehearsal-{secrets.token_hex(8)}"
        while not self.is_over:
            try:
                await self._dialogue.ask(sender_id, SENTENCE, "")
                self.is_over = True
            except DialogueError:
                await asyncio.sleep(self._retry_s)
