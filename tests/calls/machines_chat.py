"""A browser that writes to two machines."""

from __future__ import annotations

import asyncio
import itertools
import json
import time

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from tests.fakes.machines import Machine

PUBLIC_URL = "https://bot.example.fr"
WITHIN_S = 120.0


class Chat:
    """A browser that comes back, to the other machine if need be, and sends again what was not taken."""

    def __init__(self, machines: list[Machine], street: str) -> None:
        self._machines = machines
        self.street = street
        self._socket: ClientConnection | None = None
        self._session = ""
        self._ids = itertools.count(1)
        self._unseen: dict[str, str] = {}
        self.seqs: list[int] = []
        self.texts: list[str] = []
        self.n_connections = 0
        self.longest_wait_s = 0.0

    async def say(self, words: str) -> str:
        """Write, and return the machine's answer, however long it takes to get it."""
        name = f"message-{next(self._ids):04d}"
        self._unseen[name] = words
        began_s = time.monotonic()
        async with asyncio.timeout(WITHIN_S):
            while True:
                try:
                    answer = await self._answer_to(name, words)
                    self.longest_wait_s = max(self.longest_wait_s, time.monotonic() - began_s)
                    return answer
                except (OSError, TimeoutError, WebSocketException):
                    self._machines.append(self._machines.pop(0))
                    self.leave()

    def leave(self) -> None:
        """Drop the connection without waiting for the other side, which may not be there."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    async def _answer_to(self, name: str, words: str) -> str:
        if self._socket is None:
            await self._open()
        assert self._socket is not None
        if name in self._unseen:
            await self._send({"event": "say", "id": name, "text": words})
        while True:
            # A browser notices a dead connection when the web front does; here after this.
            event = await asyncio.wait_for(self._event(), 15)
            is_answer = event["event"] == "message" and event["author"] == "bot" and event["tone"] == ""
            if is_answer and name not in self._unseen:
                return str(event["text"])

    async def _event(self) -> dict[str, object]:
        assert self._socket is not None
        event: dict[str, object] = json.loads(await self._socket.recv())
        if event["event"] == "welcome":
            self._session = str(event["session"])
        if event["event"] == "message":
            self.seqs.append(int(str(event["seq"])))
            self.texts.append(str(event["text"]))
            self._unseen.pop(str(event["id"]), None)
        return event

    async def _open(self) -> None:
        self.n_connections += 1
        url = self._machines[0].url.replace("http", "ws") + "/chat"
        self._socket = await connect(
            url, origin=Origin(PUBLIC_URL), proxy=None, open_timeout=3, ping_interval=None, close_timeout=1
        )
        last_seq = max(self.seqs, default=0)
        await self._send({"event": "hello", "version": 1, "session": self._session, "last_seq": last_seq})
        while (await asyncio.wait_for(self._event(), 15))["event"] != "welcome":
            pass

    async def _send(self, message: dict[str, object]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    async def report(self, before_place: asyncio.Event, go_on: asyncio.Event) -> str:
        """Report a pothole; returns the sentence that holds the reference."""
        await self.say("il y a un trou dans la chaussée")
        before_place.set()
        await go_on.wait()
        answer = await self.say(f"devant le 12 {self.street}")
        for _ in range(10):
            if "référence" in answer:
                break
            is_no = "même problème" in answer or "numéro" in answer
            answer = await self.say("non" if is_no else "oui")
        self.leave()
        return answer
