"""What is still to be written to the bot's door, in order."""

from __future__ import annotations

import asyncio
import logging

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from wire import media

log = logging.getLogger(__name__)

# 10 s of sound: a bot so far behind is about to be found dead by its missing pongs.
MAX_UNSENT = 500
FLUSH_WITHIN_S = 1.0


class Outbox:
    """Shut until `open`, and again after `close`: what is put in meanwhile is dropped."""

    def __init__(self) -> None:
        self._unsent: asyncio.Queue[bytes | str | None] = asyncio.Queue()
        self._is_open = False

    def open(self, start: media.Start) -> None:
        self._is_open = True
        self.put(start)

    def close(self) -> None:
        self._is_open = False

    def put(self, message: media.ToBot) -> None:
        if self._is_open:
            self._unsent.put_nowait(media.encode(message))

    def put_sound(self, pcm: bytes) -> None:
        if self._is_open and self._unsent.qsize() < MAX_UNSENT:
            self._unsent.put_nowait(pcm)

    async def run(self, socket: ClientConnection) -> None:
        """Write until `flush` or the connection breaks."""
        try:
            while (message := await self._unsent.get()) is not None:
                await socket.send(message)
        except ConnectionClosed:
            log.debug("media_door_closed")

    async def flush(self, sender: asyncio.Task[None]) -> None:
        """Have `sender`, which runs `run`, write what is left and return; FLUSH_WITHIN_S at most."""
        self._unsent.put_nowait(None)
        await asyncio.wait({sender}, timeout=FLUSH_WITHIN_S)
