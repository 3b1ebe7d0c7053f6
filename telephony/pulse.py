"""Whether the bot still lives: it is pinged, and the pongs that do not come are counted.

Its event loop has stood still for 1 to 3 s on a machine at its limit, after which all was well: a bot that is
late keeps its call, and one that is gone loses it.
"""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

PING_EVERY_S = 0.5
LATE_AFTER_S = 1.0
GONE_AFTER_S = 2.5
LOOK_EVERY_S = 0.1


class Pulse:
    """What looks at an unanswered ping come to; pure.

    Looks are counted, not seconds: while this process itself stands still, nobody is waited for.
    """

    def __init__(self) -> None:
        self._n_unanswered = 0

    @property
    def is_late(self) -> bool:
        return self._n_unanswered >= round(LATE_AFTER_S / LOOK_EVERY_S)

    @property
    def is_gone(self) -> bool:
        return self._n_unanswered >= round(GONE_AFTER_S / LOOK_EVERY_S)

    def look(self, has_answered: bool) -> None:
        """Note whether the ping is answered, LOOK_EVERY_S after it was sent or looked at last."""
        self._n_unanswered = 0 if has_answered else self._n_unanswered + 1


async def feel(pulse: Pulse, socket: ClientConnection) -> None:
    """Keep `pulse` until the connection is over; that of a bot that is gone is broken."""
    with contextlib.suppress(ConnectionClosed):
        while not pulse.is_gone:
            await _beat(pulse, socket)
    # Closed politely, it would be waited for a second more.
    socket.transport.abort()


async def _beat(pulse: Pulse, socket: ClientConnection) -> None:
    """Ping, look until that is answered or the bot is gone, then rest. Raises ConnectionClosed."""
    answer = asyncio.create_task(_ping(socket))
    try:
        while not (answer.done() or pulse.is_gone):
            await asyncio.wait({answer}, timeout=LOOK_EVERY_S)
            pulse.look(answer.done())
        if answer.done():
            answer.result()
            await asyncio.sleep(PING_EVERY_S)
    finally:
        answer.cancel()


async def _ping(socket: ClientConnection) -> None:
    # Writing waits, too, for a bot that does not read.
    await (await socket.ping())
