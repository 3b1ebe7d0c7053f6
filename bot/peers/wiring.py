"""Joins this bot with the others on its database; without Redis it shows what it carries itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from bot.chat.handover import ChatDesk
from bot.chat.rooms import NOBODY_ELSE
from bot.chat.wiring import Among, Chat
from bot.live.board import LiveBoard
from bot.live.types import LiveConversations
from bot.peers.bus import Bus
from bot.peers.chats import AskedBots, EveryonesDesk
from bot.peers.live import EveryonesBoard
from bot.peers.membership import Membership, new_name
from bot.store.leases import Leases

# A bot that died has its jobs taken over within so long; each holder asks once a minute.
JOB_LIFE = timedelta(minutes=3)


class Fleet:
    """database: of the conversations, migrated. redis_url: "" for none. clock: says now."""

    def __init__(self, database: Engine, redis_url: str, clock: Callable[[], datetime]) -> None:
        name = new_name()
        self._leases = Leases(database, name)
        self.membership = Membership(self._leases, clock)
        self._bus = Bus(redis_url, name) if redis_url else None
        self._board: EveryonesBoard | None = None
        self.among = Among(name, AskedBots(self._bus) if self._bus is not None else NOBODY_ELSE)

    def everyones(self, own: LiveBoard, chat: Chat) -> tuple[LiveConversations, ChatDesk]:
        """The conversations of all bots, and what people of the city may do with the chats among them."""
        if self._bus is None:
            return own, chat.hand_over
        self._board = EveryonesBoard(own, self._bus, time.monotonic)
        return self._board, EveryonesDesk(chat.hand_over, chat.rooms, self._board, self._bus)

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What must run."""
        return (
            self.membership.run(),
            *((self._bus.run(),) if self._bus is not None else ()),
            *((self._board.run(),) if self._board is not None else ()),
        )

    def does(self, job: str, now: datetime) -> bool:
        """Whether this bot, of all, does a job now. Blocks; raises SQLAlchemyError."""
        return self._leases.hold(job, now, JOB_LIFE)
