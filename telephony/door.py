"""The bot's door: the `/media` WebSocket, opened as the audio peer."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from wire.media import SUBPROTOCOL

OPEN_WITHIN_S = 1.0
# Of two processes at the bot's port one may be about to end, and refuse.
ATTEMPTS = 4
MAX_MESSAGE_BYTES = 2**20


class DoorShutError(Exception):
    """The bot could not be reached, or does not speak this protocol."""


@dataclass(frozen=True, slots=True)
class Door:
    """url: ws:// or wss://. token: shown as a bearer token."""

    url: str
    token: str = field(repr=False)

    async def open(self) -> ClientConnection:
        """Connect within OPEN_WITHIN_S. Raises DoorShutError."""
        try:
            async with asyncio.timeout(OPEN_WITHIN_S):
                socket = await self._connect()
        except (OSError, TimeoutError, WebSocketException) as error:
            raise DoorShutError(type(error).__name__) from error
        if socket.subprotocol != SUBPROTOCOL:
            await socket.close()
            raise DoorShutError("subprotocol not accepted")
        return socket

    async def _connect(self) -> ClientConnection:
        """Raises what the last attempt raised."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(OSError, WebSocketException):
                return await self._try()
        return await self._try()

    async def _try(self) -> ClientConnection:
        return await connect(
            self.url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            proxy=None,
            open_timeout=None,
            # `telephony/pulse.py` pings, and tells a late answer from none.
            ping_interval=None,
            close_timeout=1,
            max_size=MAX_MESSAGE_BYTES,
        )
