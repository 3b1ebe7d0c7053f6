"""The bot's side of `/media` for tests: a real WebSocket server that takes down what it hears."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from wire import media

TOKEN = "a token for tests"
WITHIN_S = 20.0
M = TypeVar("M", bound=media.ToBot)


@dataclass
class MediaCall:
    """One call as the bot sees it.

    heard: all sound so far, s16le at 16 kHz. log: messages in order, each with the number of samples heard
    before it, which is the call's own clock.
    """

    socket: ServerConnection
    start: media.Start
    heard: bytearray = field(default_factory=bytearray)
    log: list[tuple[int, media.Message]] = field(default_factory=list)
    is_over: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, pcm: bytes) -> None:
        """Send sound in frames of 20 ms, all at once."""
        for at in range(0, len(pcm), media.FRAME_BYTES):
            await self.socket.send(pcm[at : at + media.FRAME_BYTES])

    async def send(self, message: media.FromBot) -> None:
        await self.socket.send(media.encode(message))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what was heard or logged makes `condition` true. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN_S), self._changed:
            await self._changed.wait_for(condition)

    async def message(self, kind: type[M]) -> M:
        """The first message of this kind, waiting for it if need be."""
        await self.until(lambda: bool(self.messages(kind)))
        return self.messages(kind)[0]

    async def over(self) -> None:
        await self.until(lambda: self.is_over)

    async def hears(self, duration_s: float) -> None:
        """Wait until this much more sound has been heard."""
        wanted = len(self.heard) + int(duration_s * media.SAMPLE_RATE_HZ) * 2
        await self.until(lambda: len(self.heard) >= wanted)

    def messages(self, kind: type[M]) -> list[M]:
        return [message for _, message in self.log if isinstance(message, kind)]

    def heard_when(self, message: media.Message) -> int:
        """Samples heard when this message came."""
        return next(at for at, logged in self.log if logged == message)

    async def run(self) -> None:
        """Take down what comes until the connection is closed."""
        try:
            async for received in self.socket:
                if isinstance(received, bytes):
                    self.heard += received
                else:
                    self.log.append((len(self.heard) // 2, media.decode(received)))
                await self._notify()
        except ConnectionClosed:
            self.log.append((len(self.heard) // 2, media.Hangup("connection broken")))
        self.is_over = True
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


Script = Callable[[MediaCall], Awaitable[None]]


@dataclass
class MediaPeer:
    """url: where calls come in. calls: all that have started."""

    server: Server
    script: Script
    calls: list[MediaCall] = field(default_factory=list)
    _started: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{next(iter(self.server.sockets)).getsockname()[1]}/media"

    async def call(self, number: int = 0) -> MediaCall:
        """The call of this number, waiting for it if need be. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN_S), self._started:
            await self._started.wait_for(lambda: len(self.calls) > number)
        return self.calls[number]

    async def serve(self, socket: ServerConnection) -> None:
        try:
            start = media.decode(await socket.recv())
        except ConnectionClosed:
            return  # the caller gave up before the call was up
        assert isinstance(start, media.Start)
        call = MediaCall(socket, start)
        self.calls.append(call)
        async with self._started:
            self._started.notify_all()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(call.run())
            tasks.create_task(self._follow_script(call))

    async def _follow_script(self, call: MediaCall) -> None:
        try:
            await self.script(call)
        except ConnectionClosed:
            assert call.socket.close_code is not None


@asynccontextmanager
async def media_peer(script: Script) -> AsyncIterator[MediaPeer]:
    """Serve on a free port; each call follows `script` while what it hears is taken down."""
    peer: MediaPeer | None = None

    async def handle(socket: ServerConnection) -> None:
        assert peer is not None
        assert socket.request is not None
        assert socket.request.headers["Authorization"] == f"Bearer {TOKEN}"
        await peer.serve(socket)

    async with serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol(media.SUBPROTOCOL)]) as server:
        peer = MediaPeer(server, script)
        yield peer


async def stay_silent(call: MediaCall) -> None:
    """Say nothing."""


def tone(frequency_hz: float, duration_s: float, amplitude: int = 8000) -> bytes:
    """A sine as s16le at 16 kHz."""
    step = 2 * math.pi * frequency_hz / media.SAMPLE_RATE_HZ
    n_samples = round(duration_s * media.SAMPLE_RATE_HZ)
    return array("h", (round(amplitude * math.sin(step * i)) for i in range(n_samples))).tobytes()
