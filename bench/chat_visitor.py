"""One visitor's chat with a running callbot."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ANSWERED_WITHIN_S = 60.0


class Chat:
    """One open chat. number: each has an address of its own. answer: what the machine said last."""

    def __init__(self, url: str, number: int) -> None:
        self._url = url
        self._address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        self._socket: ClientConnection | None = None
        self.answer = ""

    async def open(self) -> float:
        """Connect; returns the time until the greeting is complete, in ms."""
        began_s = time.perf_counter()
        self._socket = await connect(
            self._url.replace("http", "ws", 1) + "/chat",
            origin=self._url,  # type: ignore[arg-type]
            additional_headers={"X-Forwarded-For": self._address},
            compression=None,
            close_timeout=1,
        )
        await self._send({"event": "hello", "version": 1, "session": "", "last_seq": 0})
        await self._until(lambda event: event["event"] == "message" and bool(event["buttons"]))
        return (time.perf_counter() - began_s) * 1000

    async def say(self, text: str) -> float:
        """Send words; returns the time until they are answered, in ms."""
        began_s = time.perf_counter()
        await self._send({"event": "say", "id": secrets.token_hex(8), "text": text})
        answer = await self._until(
            lambda event: event["event"] == "message" and event["author"] == "bot" and event["tone"] == ""
        )
        self.answer = str(answer["text"])
        return (time.perf_counter() - began_s) * 1000

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _send(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    async def _until(self, is_wanted: Any) -> dict[str, Any]:
        assert self._socket is not None
        while True:
            event: dict[str, Any] = json.loads(await asyncio.wait_for(self._socket.recv(), ANSWERED_WITHIN_S))
            if is_wanted(event):
                return event
