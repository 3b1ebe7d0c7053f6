"""The wire from the bot to telephony: a bridge between a line and a bot that says anything."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from collections.abc import Mapping
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from telephony.bridge import Bridge
from telephony.door import Door
from telephony.events import Answered, Ended
from telephony.line import Line
from telephony.mailbox import Mailbox
from telephony.playout import Order, OrderDue, Playout, Report
from tests.fuzz.faults import Faults
from tests.fuzz.mutate import changed, changed_json
from tests.fuzz.wires import resident_kib
from wire import media

WITHIN_S = 10.0
TEXT, SOUND = b"T", b"S"
_FROM_BOT: list[dict[str, Any]] = [
    json.loads(media.encode(message))
    for message in (
        media.Mark("say-1"),
        media.Clear(20),
        media.Gain(40, 60),
        media.Dtmf("1"),
        media.Transfer("0466", "attended", {"X-Reason": "a"}, 2),
        media.Transfer("sip:0466@pbx.example"),
        media.Hangup("goodbye"),
    )
]


class QueueLine:
    """A line whose queue is telephony's own and is never played."""

    call_id = "fuzz"

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._playout = Playout()

    def accept(self) -> None:
        self._mailbox.post(Answered("0612345678", "3000"))

    def end(self, sip_code: int = 0) -> None:
        self._mailbox.post(Ended(True, 200, "over"))

    def refer(self, to: str, headers: Mapping[str, str]) -> None: ...
    def join(self, other: Line) -> None: ...
    def press(self, digit: str) -> None: ...

    def play(self, pcm: bytes) -> None:
        self._playout.push(pcm)

    def is_playing(self) -> bool:
        return not self._playout.is_empty

    def mark(self, name: str) -> None:
        self._playout.mark(name)

    def clear(self, fade_ms: int) -> None:
        self._playout.clear(fade_ms)

    def _reports(self, kind: type[Report]) -> bool:
        """Play 20 ms; returns whether something of this kind was reported."""
        reports = self._playout.next_frame().reports
        for report in reports:
            self._mailbox.post(report)
        return any(isinstance(report, kind) for report in reports)

    def gain(self, percent: int, ramp_ms: int) -> None:
        self._playout.gain(percent, ramp_ms)

    def then(self, order: Order) -> None:
        self._playout.then(order)
        while not self._reports(OrderDue):
            continue


class BridgeWire:
    """Each input is all that a bot says in one call; afterwards the call must have an end."""

    name = "bridge"

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._faults = Faults()
        self._say: list[bytes] = []
        self._problem = ""

    async def __aenter__(self) -> Self:
        self._stack.enter_context(self._faults)
        subprotocols = [Subprotocol(media.SUBPROTOCOL)]
        self._server: Server = await self._stack.enter_async_context(
            serve(self._bot, "127.0.0.1", 0, subprotocols=subprotocols)
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    def make(self, rng: random.Random) -> bytes:
        if rng.random() < 0.2:
            return SOUND + changed(rng, [bytes(640), bytes(range(256)) * 5, b""])
        return TEXT + changed_json(rng, _FROM_BOT).encode()

    async def send(self, data: bytes) -> None:
        self._say = [data]
        port = next(iter(self._server.sockets)).getsockname()[1]
        mailbox = Mailbox(asyncio.get_running_loop())
        line = QueueLine(mailbox)
        door = Door(f"ws://127.0.0.1:{port}/media", "token")
        try:
            async with asyncio.timeout(WITHIN_S):
                await Bridge(line, mailbox, door, self._without_bot).serve_incoming()
        except Exception as error:
            # A bridge that raises anything leaves its caller in silence.
            self._problem = self._problem or f"{type(error).__name__}: {error}"

    async def check(self) -> str:
        problem, self._problem = self._problem or self._faults.take(), ""
        return problem

    async def restart(self) -> None:
        self._problem = ""

    def memory_kib(self) -> int:
        return resident_kib(os.getpid())

    async def _without_bot(self, bridge: Bridge) -> None:
        bridge.line.end()
        await bridge.ended

    async def _bot(self, socket: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await socket.recv()
            for data in self._say:
                message = data[1:]
                await socket.send(message if data[:1] == SOUND else message.decode(errors="replace"))
