"""The conversations of all bots in one board: what this one carries is told, what others carry is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.live.board import Follower, LiveBoard
from bot.live.types import Live, Over, Refusal, Update
from bot.peers.bus import Bus, Message, NoAnswerError

HERE_EVERY_S = 2.0
# A bot that says nothing for so long is gone, and its calls with it.
GONE_AFTER_S = 8.0
# Hypotheses change several times a second: more than this nobody reads.
LEAST_PAUSE_S = 0.15
TAKE_WITHIN_S = 3.0

_UPDATE: TypeAdapter[Update] = TypeAdapter(Update)


class EveryonesBoard:
    """Implements `LiveConversations`. `run` must be running, and the bus.

    own: what this bot carries. clock_s: monotonic.
    """

    def __init__(self, own: LiveBoard, bus: Bus, clock_s: Callable[[], float]) -> None:
        self._own = own
        self._bus = bus
        self._clock_s = clock_s
        self._all = LiveBoard()
        self._carriers: dict[str, str] = {}
        self._heard_at_s: dict[str, float] = {}
        bus.listeners.append(self._hear)
        bus.joined.append(self._greet)
        bus.obey("take_call", self._take_own)

    def subscribe(self) -> Follower:
        """See `LiveConversations`."""
        return self._all.subscribe()

    def current(self) -> tuple[Live, ...]:
        """See `LiveConversations`."""
        return tuple(sorted(self._all.current(), key=lambda live: live.since))

    def carrier(self, conversation_id: str) -> str | None:
        """The other bot that carries a conversation; None for our own, and for those that nobody shows."""
        bot = self._carriers.get(conversation_id)
        return None if bot == self._bus.me else bot

    async def take_call(self, conversation_id: str, login: str, agent: str, extension: str) -> Refusal | None:
        """See `LiveConversations`."""
        bot = self.carrier(conversation_id)
        who = {"login": login, "agent": agent, "extension": extension}
        if bot is None:
            return await self._own.take_call(conversation_id, **who)
        try:
            answer = await self._bus.ask(
                bot, "take_call", TAKE_WITHIN_S, conversation_id=conversation_id, **who
            )
        except NoAnswerError:
            return Refusal.GONE
        return Refusal(answer) if answer else None

    async def run(self) -> None:
        """Tell the others, and notice who falls silent, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell())
            group.create_task(self._say_here())

    async def _tell(self) -> None:
        follower = self._own.subscribe()
        try:
            while True:
                for news in await follower.next():
                    self._show(self._bus.me, news)
                    kind, fields = _told(news)
                    await self._bus.tell(kind, **fields)
                await asyncio.sleep(LEAST_PAUSE_S)
        finally:
            follower.close()

    async def _say_here(self) -> None:
        while True:
            await self._bus.tell("here", ids=[live.id for live in self._own.current()])
            now_s = self._clock_s()
            for bot, at_s in list(self._heard_at_s.items()):
                if now_s - at_s > GONE_AFTER_S:
                    del self._heard_at_s[bot]
                    self._keep(bot, frozenset())
            await asyncio.sleep(HERE_EVERY_S)

    async def _greet(self) -> None:
        await self._bus.tell("hello")

    async def _tell_all(self, to: str) -> None:
        for live in self._own.current():
            kind, fields = _told(self._own.since(live.id, 0))
            await self._bus.tell(kind, to, **fields)

    async def _take_own(self, order: Message) -> str:
        return await self._own.take_call(**order) or ""

    def _hear(self, message: Message) -> None:
        bot = message["from"]
        self._heard_at_s[bot] = self._clock_s()
        match message["kind"]:
            case "update":
                self._show(bot, _UPDATE.validate_python(message["update"]))
            case "over":
                self._show(bot, Over(message["id"]))
            case "here":
                self._keep(bot, frozenset(message["ids"]))
                if set(message["ids"]) - self._carriers.keys():
                    self._bus.start(self._bus.tell("hello", bot))
            case "hello":
                self._bus.start(self._tell_all(bot))

    def _show(self, bot: str, news: Update | Over) -> None:
        if isinstance(news, Update):
            self._carriers[news.live.id] = bot
            self._all.put(news)
        elif self._carriers.get(news.id) == bot:
            # Another bot may have taken it over meanwhile.
            del self._carriers[news.id]
            self._all.close(news.id)

    def _keep(self, bot: str, ids: frozenset[str]) -> None:
        """A bot carries these and no others."""
        for id_ in [id_ for id_, carrier in self._carriers.items() if carrier == bot and id_ not in ids]:
            self._show(bot, Over(id_))


def _told(news: Update | Over) -> tuple[str, dict[str, Any]]:
    if isinstance(news, Over):
        return "over", {"id": news.id}
    return "update", {"update": asdict(news, dict_factory=_plain)}


def _plain(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in fields}
