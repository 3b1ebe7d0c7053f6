"""The way from a call's SIP and media threads to the task that bridges it."""

from __future__ import annotations

import asyncio

from telephony.events import LineEvent

Item = bytes | LineEvent


class Mailbox:
    """Sound and events of one call, in the order in which they happened."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._items: asyncio.Queue[Item] = asyncio.Queue()

    def post(self, item: Item) -> None:
        """Hand over 20 ms of sound or an event; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)

    async def next(self) -> Item:
        return await self._items.get()
