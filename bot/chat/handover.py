"""The people of the city in the chat: who waits, who answers, and what happens when nobody comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.call.types import Expect
from bot.chat.room import Room
from bot.chat.rooms import Rooms
from bot.chat.session import Author, Content, Mode, Tone
from bot.store.chats import Changes, SavedChat

log = structlog.get_logger()

# A person who has their page open asks for news every few seconds, once a minute when it lies behind others.
PRESENT_S = 90
# A chat whose person has not been there for so long is the machine's again.
ABSENT_AFTER = timedelta(minutes=5)
# After so long alone the visitor is offered a call-back.
WAIT = timedelta(minutes=3)
SWEEP_S = 5.0


class HandOverError(Exception):
    """The chat is not there, or is somebody else's. status: of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(slots=True)
class Presence:
    """When a person of the city was last there."""

    at: datetime | None = None

    def is_somebody_there(self, now: datetime) -> bool:
        return self.at is not None and now - self.at <= timedelta(seconds=PRESENT_S)


class HandOver:
    """What people of the city may do with the chats."""

    def __init__(self, rooms: Rooms, presence: Presence) -> None:
        self._rooms = rooms
        self._presence = presence
        self._began_at = rooms.services.clock()

    async def chats(self) -> list[SavedChat]:
        """Chats that wait or are being answered; asking means being there."""
        self._presence.at = self._rooms.services.clock()
        modes = (Mode.WAITING.value, Mode.AGENT.value)
        return await asyncio.to_thread(self._rooms.services.store.in_modes, modes)

    async def take(self, session_id: str, agent: str) -> None:
        """Answer a chat under a name. Raises HandOverError."""
        room = await self._room(session_id)
        if room.mode is Mode.AGENT and room.log.saved.agent == agent:
            return
        if room.mode is not Mode.WAITING:
            raise HandOverError(409)
        sentences = self._rooms.services.wording.sentences
        taken = {"mode": Mode.AGENT.value, "agent": agent}
        notice = Content(sentences.agent_came.format(agent=agent), tone=Tone.NOTICE)
        await room.say(notice, changes=Changes(fields=taken))
        room.tell_mode()
        room.services.records.note_transfer(session_id)
        log.info("chat_taken", session_id=session_id)

    async def write(self, session_id: str, agent: str, text: str, client_id: str) -> None:
        """Say something to the visitor, once per client_id. Raises HandOverError."""
        room = await self._mine(session_id, agent)
        content = Content(text, signature=agent)
        for entry in await room.log.append([content.entry(Author.AGENT, f"agent-{client_id}")]):
            room.record(Author.AGENT, text, entry.at)

    async def end(self, session_id: str, agent: str) -> None:
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
        for saved in await asyncio.to_thread(services.store.in_modes, (Mode.WAITING.value,)):
            if saved.waiting_since is not None and now - saved.waiting_since > WAIT:
                room = await self._room(saved.id)
                room.do(partial(self._nobody_came, room))
        if now - (self._presence.at or self._began_at) > ABSENT_AFTER:
            for saved in await asyncio.to_thread(services.store.in_modes, (Mode.AGENT.value,)):
                room = await self._room(saved.id)
                await self.back_to_machine(room, services.wording.sentences.agent_left)

    async def _nobody_came(self, room: Room) -> None:
        if room.mode is not Mode.WAITING:
            return
        await room.offer_callback(Changes(fields=_to_machine()))
        room.tell_mode()

    async def _mine(self, session_id: str, agent: str) -> Room:
        room = await self._room(session_id)
        if room.mode is not Mode.AGENT or room.log.saved.agent != agent:
            raise HandOverError(409)
        return room

    async def _room(self, session_id: str) -> Room:
        room = await self._rooms.get(session_id)
        if room is None:
            raise HandOverError(404)
        return room


def _to_machine() -> Mapping[str, Any]:
    return {"mode": Mode.BOT.value, "agent": "", "waiting_since": None}
