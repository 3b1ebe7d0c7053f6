"""The people of the city in the chat: who waits, who answers, and what happens when nobody comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.call.types import Expect
from bot.chat.room import Room
from bot.chat.rooms import Rooms
from bot.chat.session import Author, Content, Mode, Tone
from bot.store.chats import Changes
from bot.store.presences import PresenceStore

log = structlog.get_logger()

# A page that is open says so every 15 s.
PRESENT_S = 60
# A chat whose person has not been there for so long is the machine's again.
ABSENT_AFTER = timedelta(minutes=5)
# After so long alone the visitor is offered a call-back.
WAIT = timedelta(minutes=3)
SWEEP_S = 5.0
# The dialogue engine is given 12 s for the answer under way.
TURN_S = 20.0


class HandOverError(Exception):
    """The chat is not there, or is somebody else's. status: of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the city. login: of their account. name: as visitors read it."""

    login: str
    name: str


class Presence:
    """When which people of the city last had the page of conversations in progress open, on any machine.

    store: what the bots know in common; read again and again, so that asking costs nothing.
    """

    def __init__(self, store: PresenceStore) -> None:
        self._store = store
        self._seen_at: dict[str, datetime] = {}

    async def note(self, login: str, now: datetime) -> None:
        """This account's page is open. Raises SQLAlchemyError."""
        self._seen_at[login] = now
        await asyncio.to_thread(self._store.note, login, now)

    async def refresh(self, now: datetime) -> None:
        """Learn of those whose page another bot serves. Raises SQLAlchemyError."""
        self._seen_at |= await asyncio.to_thread(self._store.since, now - 2 * ABSENT_AFTER)

    def is_somebody_there(self, now: datetime) -> bool:
        return any(now - at <= timedelta(seconds=PRESENT_S) for at in self._seen_at.values())

    def seen_at(self, login: str) -> datetime | None:
        return self._seen_at.get(login)


class ChatDesk(Protocol):
    """What people of the city may do with the chats, whichever bot carries them. All raise HandOverError."""

    async def is_here(self, login: str) -> None:
        """An account's page is open; raises SQLAlchemyError."""
        ...

    async def take(self, session_id: str, agent: Agent) -> None: ...
    async def write(self, session_id: str, agent: Agent, text: str, client_id: str) -> None: ...
    async def end(self, session_id: str, agent: Agent) -> None: ...


class HandOver:
    """Implements `ChatDesk` for the chats of this bot; those that no bot carries become its own."""

    def __init__(self, rooms: Rooms, presence: Presence) -> None:
        self._rooms = rooms
        self._presence = presence
        self._began_at = rooms.services.clock()

    async def is_here(self, login: str) -> None:
        """Somebody follows the chats: those that wait or are answered are shown, whoever opened them."""
        await self._presence.note(login, self._rooms.services.clock())
        modes = (Mode.WAITING.value, Mode.AGENT.value)
        for saved in await asyncio.to_thread(self._rooms.services.store.in_modes, modes):
            await self._rooms.adopt(saved)

    async def take(self, session_id: str, agent: Agent) -> None:
        """Answer a chat, whether the visitor waits or the machine answers. Raises HandOverError."""
        room = await self._room(session_id)
        if room.mode is Mode.AGENT and room.log.saved.agent_login == agent.login:
            return
        room.end_voice()
        # After what is being answered, so that nothing of the machine's comes behind the person.
        if not await _in_turn(room, partial(self._take, room, agent)):
            raise HandOverError(409)
        log.info("chat_taken", call_id=session_id)

    async def write(self, session_id: str, agent: Agent, text: str, client_id: str) -> None:
        """Say something to the visitor, once per client_id. Raises HandOverError."""
        room = await self._mine(session_id, agent)
        content = Content(text, signature=agent.name)
        for entry in await room.log.append([content.entry(Author.AGENT, f"agent-{client_id}")]):
            room.record(Author.AGENT, text, entry.at)

    async def end(self, session_id: str, agent: Agent) -> None:
        """Give the chat back to the machine. Raises HandOverError."""
        room = await self._mine(session_id, agent)
        await self.back_to_machine(room, self._rooms.services.wording.sentences.agent_left)

    async def back_to_machine(self, room: Room, notice: str) -> None:
        """The machine answers again."""
        sentences = self._rooms.services.wording.sentences
        await room.say(
            Content(notice, tone=Tone.NOTICE),
            Content(sentences.bot_again, expect=Expect.OPEN, buttons=room.suggestions()),
            changes=Changes(fields=_to_machine()),
        )
        room.tell_mode()

    async def run(self) -> None:
        """Turn to those who wait in vain, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                await self.sweep()
            except SQLAlchemyError as error:
                log.error("hand_over_not_swept", error=type(error).__name__)

    async def sweep(self) -> None:
        """Turn to those who wait for nobody now."""
        services = self._rooms.services
        now = services.clock()
        await self._presence.refresh(now)
        for saved in await asyncio.to_thread(services.store.in_modes, (Mode.WAITING.value,)):
            if saved.waiting_since is not None and now - saved.waiting_since > WAIT:
                room = await self._rooms.adopt(saved)
                if room is not None:
                    room.do(partial(self._nobody_came, room))
        for saved in await asyncio.to_thread(services.store.in_modes, (Mode.AGENT.value,)):
            if now - (self._presence.seen_at(saved.agent_login) or self._began_at) > ABSENT_AFTER:
                room = await self._rooms.adopt(saved)
                if room is not None:
                    await self.back_to_machine(room, services.wording.sentences.agent_left)

    async def _take(self, room: Room, agent: Agent) -> bool:
        if room.mode not in (Mode.WAITING, Mode.BOT):
            return False
        taken = {"mode": Mode.AGENT.value, "agent": agent.name, "agent_login": agent.login}
        if room.mode is Mode.BOT:
            # As when a person was asked for: what is known of a report is filed.
            await room.tell_dialogue("/hang_up")
            taken |= room.next_sender()
        sentences = self._rooms.services.wording.sentences
        notice = Content(sentences.agent_came.format(agent=agent.name), tone=Tone.NOTICE)
        await room.say(notice, changes=Changes(fields=taken))
        room.tell_mode()
        room.services.records.note_transfer(room.id)
        return True

    async def _nobody_came(self, room: Room) -> None:
        if room.mode is not Mode.WAITING:
            return
        await room.offer_callback(Changes(fields=_to_machine()))
        room.tell_mode()

    async def _mine(self, session_id: str, agent: Agent) -> Room:
        room = await self._room(session_id)
        if room.mode is not Mode.AGENT or room.log.saved.agent_login != agent.login:
            raise HandOverError(409)
        return room

    async def _room(self, session_id: str) -> Room:
        room = await self._rooms.get(session_id)
        if room is None:
            raise HandOverError(404)
        return room


async def _in_turn(room: Room, work: Callable[[], Awaitable[bool]]) -> bool:
    """Have a room do something after what it is doing. Raises HandOverError if it does not come to it."""
    done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def job() -> None:
        is_done = await work()
        if not done.done():
            done.set_result(is_done)

    room.do(job)
    try:
        async with asyncio.timeout(TURN_S):
            return await done
    except TimeoutError as error:
        raise HandOverError(503) from error


def _to_machine() -> Mapping[str, Any]:
    return {"mode": Mode.BOT.value, "agent": "", "agent_login": "", "waiting_since": None}
