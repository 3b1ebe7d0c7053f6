"""Everything behind the chat's doors, with a written dialogue and a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.chat.handover import HandOver, Presence
from bot.chat.protocol import Say
from bot.chat.requests import Requests
from bot.chat.room import Room
from bot.chat.rooms import Rooms
from bot.chat.services import ChatServices
from bot.chat.wiring import ALONE, Among, Engines, assemble
from bot.live.board import LiveBoard
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.conversations import MIGRATIONS, ConversationStore
from bot.store.presences import PresenceStore
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.messages import load_messages
from tests.fakes.chat_site import CITY, WrittenDialogue, always_open


class Tab:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.closed = asyncio.Event()

    def send(self, event: Mapping[str, Any]) -> None:
        """See `bot.chat.log.Peer`."""
        self.events.append(event)

    def close(self) -> None:
        self.closed.set()

    def texts(self) -> list[str]:
        return [event["text"] for event in self.events if event["event"] == "message"]

    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events if event["event"] == "message"]


class Desk:
    """Everything behind the doors, with a clock that stands still until it is moved.

    database_url: of another kind than a file in `tmp_path`. among: this bot, one of several there.
    """

    def __init__(self, tmp_path: Path, database_url: str = "", among: Among = ALONE) -> None:
        self.now = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
        self.dialogue = WrittenDialogue()
        self.settings = Settings(var_dir=tmp_path, database_url=database_url)
        self._among = among
        self.database = open_database(self.settings.conversations_url)
        migrate(self.database, MIGRATIONS)
        self.records = ConversationStore(self.database)
        self._tasks: list[asyncio.Task[None]] = []
        self.presence = Presence(PresenceStore(self.database))
        self.live = LiveBoard(("4217",))

    def start(self) -> None:
        """Begin, or begin again after a stop, as a new process would."""
        editions = Editions(always_open(load_city(CITY)), load_messages(CITY))
        engines = Engines(self.dialogue, self.dialogue, None)
        chat = assemble(
            self.settings, editions, self.database, self.records, engines, self.live, among=self._among
        )
        self.services: ChatServices = replace(
            chat.rooms.services,
            clock=lambda: self.now,
            is_staffed=self.presence.is_somebody_there,
        )
        self.rooms = Rooms(self.services, self._among.others)
        self.hand_over = HandOver(self.rooms, self.presence)
        self.requests = Requests(self.services, self.hand_over, clock_s=self.now_s)
        self._tasks = [asyncio.create_task(self.records.run())]

    def now_s(self) -> float:
        return self.now.timestamp()

    async def stop(self) -> None:
        await self.rooms.close()
        await self.records.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, room: Room, tab: Tab, words: str, name: str = "") -> None:
        """Send words as a browser does, and wait until all is answered."""
        await self.requests.handle(
            Say(event="say", id=name or f"message-{len(tab.events)}", text=words), room, tab, "192.0.2.1"
        )
        await settled(room)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


async def settled(room: Room) -> None:
    """Wait until a room has done all it was asked for."""
    done = asyncio.Event()

    async def mark() -> None:
        done.set()

    room.do(mark)
    await asyncio.wait_for(done.wait(), 10)


@asynccontextmanager
async def chatting(desk: Desk) -> AsyncIterator[tuple[Room, Tab, str]]:
    room, key = await desk.rooms.open()
    tab = Tab()
    await room.log.join(tab, 0, {"event": "welcome"})
    yield room, tab, key


@asynccontextmanager
async def running_desk(tmp_path: Path, database_url: str = "", among: Among = ALONE) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, database_url, among)
    desk.start()
    try:
        yield desk
    finally:
        await desk.stop()
        desk.database.dispose()
