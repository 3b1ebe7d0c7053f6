"""The chats in progress: found by the browser's secret, kept while somebody is there, then ended."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import traceback
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.chat.room import Room
from bot.chat.services import ChatServices
from bot.chat.session import Mode
from bot.store.chats import SavedChat

log = structlog.get_logger()

SWEEP_S = 10.0
# Somebody who has said nothing for so long has left: what they told of a report is filed.
LEFT_AFTER = timedelta(minutes=30)
# So long can a browser come back to its chat.
FORGOTTEN_AFTER = timedelta(hours=24)
KEY_BYTES = 24
# A turn takes the dialogue engine a second at most, ordinarily.
LET_GO_WITHIN_S = 3.0
# Somebody may be on their way into a chat that was found a moment ago.
LET_GO_AFTER_S = 60.0


class OtherBots(Protocol):
    """The bots beside this one."""

    async def let_go(self, bot: str, session_id: str) -> None:
        """Ask a bot to end what it does in a chat; returns when it has, or soon. Never fails."""
        ...


class _NobodyElse:
    async def let_go(self, bot: str, session_id: str) -> None:
        """See `OtherBots`."""


NOBODY_ELSE: OtherBots = _NobodyElse()


class Rooms:
    """All chats of this process. `run` must be running. others: asked before a chat is taken from them."""

    def __init__(self, services: ChatServices, others: OtherBots = NOBODY_ELSE) -> None:
        self.services = services
        self._others = others
        self._rooms: dict[str, Room] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._used_at_s: dict[str, float] = {}
        self._entering = asyncio.Lock()
        self._banner = ""

    @property
    def n_open(self) -> int:
        """How many chats somebody has on their screen."""
        return sum(room.log.is_watched for room in list(self._rooms.values()))

    def banner(self) -> str:
        """What stands on top of every chat now, "" on an ordinary day."""
        return self.services.editions.current.banner(self.services.clock())

    def show_banner(self) -> None:
        """Tell those who are here of a banner that came or went."""
        banner = self.banner()
        if banner != self._banner:
            self._banner = banner
            for room in self._rooms.values():
                room.log.tell({"event": "banner", "text": banner})

    async def open(self) -> tuple[Room, str]:
        """Begin a chat; returns it with the secret that its browser shall keep. Raises SQLAlchemyError."""
        key = secrets.token_urlsafe(KEY_BYTES)
        # The conversation's name goes into logs and to the desk: it must not open the chat.
        session_id = f"chat-{secrets.token_hex(8)}"
        saved = await asyncio.to_thread(
            self.services.store.create, session_id, _hash(key), Mode.BOT.value, self.services.clock()
        )
        room = self._admit(saved)
        await room.begin()
        return room, key

    async def find(self, key: str) -> Room | None:
        """The chat that a secret opens. Raises SQLAlchemyError."""
        saved = await asyncio.to_thread(self.services.store.find, _hash(key))
        return await self._room_of(saved) if saved is not None else None

    async def get(self, session_id: str) -> Room | None:
        """The chat of this name, for the people of the city. Raises SQLAlchemyError."""
        saved = await asyncio.to_thread(self.services.store.get, session_id)
        return await self._room_of(saved) if saved is not None else None

    async def adopt(self, saved: SavedChat) -> Room | None:
        """The chat, unless another bot that lives carries it. Raises SQLAlchemyError."""
        now = self.services.clock()
        claimed = await asyncio.to_thread(self.services.store.claim, saved.id, now)
        return await self._room_of(claimed) if claimed is not None else None

    async def let_go(self, session_id: str) -> None:
        """Another bot takes the chat over: end what is being done, and leave the rest to it."""
        room = self._rooms.get(session_id)
        if room is None:
            return
        done = asyncio.Event()
        # Behind what is being answered, which the other bot could only apologise for.
        room.do(partial(_mark, done))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), LET_GO_WITHIN_S)
        self._lose(room)

    async def erase(self, room: Room) -> None:
        """Leave nothing of a chat: log, record, photos, the dialogue engine's memory. Raises SQLAlchemyError.

        A report that was filed stays with the city, with its photo.
        """
        self._drop(room)
        names = await asyncio.to_thread(self.services.store.erase, room.id)
        await asyncio.to_thread(self.services.photos.delete, names)
        await asyncio.to_thread(self.services.forget_dialogue, room.id)
        room.log.tell({"event": "erased"})
        room.log.close()
        log.info("chat_erased", call_id=room.id)

    async def run(self) -> None:
        """Look after chats that nobody looks at, until cancelled."""
        try:
            while True:
                await asyncio.sleep(SWEEP_S)
                self.show_banner()
                try:
                    await self.sweep()
                except SQLAlchemyError as error:
                    log.error("chats_not_swept", error=type(error).__name__)
        finally:
            await self.close()

    async def sweep(self) -> None:
        """Do what is due: end what was left, forget what is old, let go of what is idle."""
        now = self.services.clock()
        for saved in await asyncio.to_thread(self.services.store.unseen_since, now - LEFT_AFTER):
            if saved.seen_at < now - FORGOTTEN_AFTER:
                names = await asyncio.to_thread(self.services.store.forget, saved.id)
                await asyncio.to_thread(self.services.photos.delete, names)
            elif saved.mode == Mode.BOT and saved.last_seq:
                room = await self.adopt(saved)
                if room is not None:
                    room.do(room.leave)
        carried = await asyncio.to_thread(self.services.store.carried) if self._rooms else set()
        now_s = asyncio.get_running_loop().time()
        for room in list(self._rooms.values()):
            if room.id not in carried:
                self._lose(room)
            elif room.is_idle and now_s - self._used_at_s[room.id] > LET_GO_AFTER_S:
                self._drop(room)

    async def close(self) -> None:
        """Stop answering."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for room in self._rooms.values():
            room.log.close()
        self._rooms.clear()
        self._tasks.clear()
        self._used_at_s.clear()

    async def _room_of(self, saved: SavedChat) -> Room:
        async with self._entering:
            room = self._rooms.get(saved.id)
            if room is not None and saved.carrier != self.services.store.me:
                self._lose(room)
                room = None
            if room is None:
                room = self._admit(await self._claimed(saved))
                await room.resume()
            self._used_at_s[saved.id] = asyncio.get_running_loop().time()
            return room

    async def _claimed(self, saved: SavedChat) -> SavedChat:
        """The chat as it stands when no other bot writes to it any more. Raises SQLAlchemyError."""
        claim, now = self.services.store.claim, self.services.clock()
        claimed = await asyncio.to_thread(claim, saved.id, now)
        if claimed is None:
            await self._others.let_go(saved.carrier, saved.id)
            claimed = await asyncio.to_thread(partial(claim, saved.id, now, by_force=True))
        # Gone in between: as it was, for those who are on their way out of it.
        return claimed or saved

    def _lose(self, room: Room) -> None:
        """The chat is another bot's: whoever looks at it comes back, and finds that one."""
        self._drop(room)
        room.log.close()

    def _admit(self, saved: SavedChat) -> Room:
        room = Room(saved, self.services)
        self._rooms[saved.id] = room
        task = asyncio.create_task(room.run())
        task.add_done_callback(lambda ended: self._ended(room, ended))
        self._tasks[saved.id] = task
        self._used_at_s[saved.id] = asyncio.get_running_loop().time()
        return room

    def _drop(self, room: Room) -> None:
        self._rooms.pop(room.id, None)
        room.live.over()
        self._used_at_s.pop(room.id, None)
        task = self._tasks.pop(room.id, None)
        if task is not None:
            task.cancel()

    def _ended(self, room: Room, task: asyncio.Task[None]) -> None:
        """A chat that broke is let go of; coming back to it takes up what was left."""
        if not task.cancelled() and (error := task.exception()) is not None:
            # Not the error itself: databases and validators put into it what the visitor wrote.
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}"
            log.error("chat_broke", call_id=room.id, error=type(error).__name__, where=where)
            self._drop(room)
            room.log.close()


async def _mark(done: asyncio.Event) -> None:
    done.set()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
