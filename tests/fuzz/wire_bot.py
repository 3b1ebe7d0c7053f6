"""The wires of the bot: `/media` from telephony, `/chat` from browsers; real servers, real WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import random
import tempfile
from pathlib import Path
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.fakes.chat_site import ChatSite
from tests.fakes.ports import free_ports
from tests.fuzz.faults import Faults
from tests.fuzz.mutate import changed, changed_json
from tests.fuzz.wires import resident_kib
from tests.unit.test_media_gateway import Door, listening
from wire import media

WITHIN_S = 10.0
# What the text of an input is: the first message of a connection, a later one, or sound.
FIRST, LATER, SOUND = b"F", b"L", b"S"
MAX_PER_CONNECTION = 8


class SocketWire:
    """Puts inputs on one WebSocket after another; a connection that was closed is no fault."""

    name = ""

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._faults = Faults()
        self._socket: ClientConnection | None = None
        self._n_sent = 0

    async def __aenter__(self) -> Self:
        self._stack.enter_context(self._faults)
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        await self._listen()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._leave()
        await self._stack.aclose()

    async def send(self, data: bytes) -> None:
        kind, message = data[:1], data[1:]
        try:
            if kind == FIRST:
                await self._leave()
                self._socket, self._n_sent = await self._connect(), 0
                await self._socket.send(message.decode(errors="replace"))
                return
            if self._socket is None or self._n_sent >= MAX_PER_CONNECTION:
                await self._leave()
                self._socket, self._n_sent = await self._connect(), 0
                await self._socket.send(self._begin())
            self._n_sent += 1
            await self._socket.send(message if kind == SOUND else message.decode(errors="replace"))
        except (ConnectionClosed, InvalidHandshake):
            self._socket = None

    async def check(self) -> str:
        await self._leave()
        fault = self._faults.take()
        if fault:
            return fault
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._converse()
        except (TimeoutError, ConnectionClosed, InvalidHandshake, AssertionError) as error:
            return f"no ordinary conversation any more: {type(error).__name__} {error}"
        return self._faults.take()

    async def restart(self) -> None:
        """Nothing of it dies by itself."""
        await self._leave()
        self._faults.take()

    def memory_kib(self) -> int:
        return resident_kib(os.getpid())

    async def _leave(self) -> None:
        if self._socket is not None:
            # What it never read would keep a closing handshake waiting.
            self._socket.transport.abort()
            await self._socket.wait_closed()
        self._socket = None

    async def _listen(self) -> None:
        raise NotImplementedError

    async def _connect(self) -> ClientConnection:
        raise NotImplementedError

    def _begin(self) -> str:
        """The first message as it should be."""
        raise NotImplementedError

    async def _converse(self) -> None:
        """An ordinary conversation. Raises what `check` calls a fault."""
        raise NotImplementedError


_TO_BOT: list[dict[str, Any]] = [
    json.loads(media.encode(message))
    for message in (
        media.Start("c1", "0612345678", "0466", "phone"),
        media.Dtmf("5"),
        media.Played("say-1-0"),
        media.Media("absent", 1200),
        media.TransferStatus("accepted", 200),
        media.Hangup("caller"),
    )
]


class MediaWire(SocketWire):
    """What telephony says to the bot."""

    name = "media"

    def make(self, rng: random.Random) -> bytes:
        kind = rng.choices((FIRST, LATER, SOUND), (1, 3, 1))[0]
        if kind == SOUND:
            return kind + changed(rng, [bytes(640), bytes(range(256)) * 3, b""])
        return kind + changed_json(rng, _TO_BOT[:1] if kind == FIRST else _TO_BOT).encode()

    async def _listen(self) -> None:
        self._door = await self._stack.enter_async_context(listening(Door(self._folder)))

    async def _connect(self) -> ClientConnection:
        return await self._door.connect()  # type: ignore[no-any-return]

    def _begin(self) -> str:
        return media.encode(media.Start(f"c{random.getrandbits(60):x}", "0612345678", "0466"))

    async def _converse(self) -> None:
        self._socket = await self._connect()
        await self._socket.send(self._begin())
        while not isinstance(await self._socket.recv(), bytes):
            continue
        await self._leave()


_TO_CHAT: list[dict[str, Any]] = [
    {"event": "hello", "version": 1, "session": "", "last_seq": 0},
    {"event": "say", "id": "abcdefgh1", "text": "il y a un trou"},
    {"event": "choose", "id": "abcdefgh2", "seq": 3, "button": 0},
    {"event": "photo", "id": "abcdefgh3", "photo": "x" * 20, "text": "là"},
    {"event": "locate", "latitude": 43.83, "longitude": 4.36},
    {"event": "place", "id": "abcdefgh4", "latitude": 43.83, "longitude": 4.36, "label": "Arènes"},
    {"event": "person", "id": "abcdefgh5"},
    {"event": "machine"},
    {"event": "microphone"},
    {"event": "erase"},
]


class ChatWire(SocketWire):
    """What browsers say to the bot."""

    name = "chat"

    def make(self, rng: random.Random) -> bytes:
        kind = rng.choices((FIRST, LATER), (1, 4))[0]
        return kind + changed_json(rng, _TO_CHAT[:1] if kind == FIRST else _TO_CHAT[1:]).encode()

    async def _listen(self) -> None:
        (port,) = free_ports(1)
        self._site = self._stack.enter_context(ChatSite(self._folder, port).running())

    async def _connect(self) -> ClientConnection:
        # Everybody comes from elsewhere, else the limit of an address would be all that is tried.
        address = str(ipaddress.IPv4Address(random.getrandbits(32)))
        return await connect(
            self._site.url.replace("http", "ws") + "/chat",
            origin=self._site.url,  # type: ignore[arg-type]
            additional_headers={"X-Forwarded-For": address},
        )

    def _begin(self) -> str:
        return json.dumps(_TO_CHAT[0])

    async def _converse(self) -> None:
        async with await self._connect() as visitor:
            await visitor.send(self._begin())
            assert json.loads(await visitor.recv())["event"] == "welcome"
            await visitor.send(json.dumps(_TO_CHAT[1]))
            while "vous" not in json.loads(await visitor.recv()).get("text", "").casefold():
                continue
