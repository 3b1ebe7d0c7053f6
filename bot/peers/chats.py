"""Chats that other bots carry: what people of the city do with them is done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.chat.handover import TURN_S, Agent, HandOver, HandOverError
from bot.chat.rooms import LET_GO_WITHIN_S, Rooms
from bot.peers.bus import Bus, Message, NoAnswerError
from bot.peers.live import EveryonesBoard

MARGIN_S = 1.0


class AskedBots:
    """Implements `bot.chat.rooms.OtherBots`."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def let_go(self, bot: str, session_id: str) -> None:
        """See `OtherBots`."""
        try:
            await self._bus.ask(bot, "let_go", LET_GO_WITHIN_S + MARGIN_S, session_id=session_id)
        except NoAnswerError:
            return


class EveryonesDesk:
    """Implements `bot.chat.handover.ChatDesk` over all bots; also does what other bots ask of this one."""

    def __init__(self, own: HandOver, rooms: Rooms, board: EveryonesBoard, bus: Bus) -> None:
        self._own = own
        self._rooms = rooms
        self._board = board
        self._bus = bus
        bus.obey("let_go", self._let_go)
        bus.obey("chat", self._do)

    async def is_here(self, login: str) -> None:
        """See `ChatDesk`."""
        await self._own.is_here(login)

    async def take(self, session_id: str, agent: Agent) -> None:
        """See `ChatDesk`."""
        await self._have_done("take", session_id, agent)

    async def write(self, session_id: str, agent: Agent, text: str, client_id: str) -> None:
        """See `ChatDesk`."""
        await self._have_done("write", session_id, agent, text=text, client_id=client_id)

    async def end(self, session_id: str, agent: Agent) -> None:
        """See `ChatDesk`."""
        await self._have_done("end", session_id, agent)

    async def _have_done(self, what: str, session_id: str, agent: Agent, **words: str) -> None:
        bot = self._board.carrier(session_id)
        order = {"do": what, "session_id": session_id, "login": agent.login, "name": agent.name, **words}
        if bot is None:
            status = await self._do(order)
        else:
            try:
                status = await self._bus.ask(bot, "chat", TURN_S + MARGIN_S, **order)
            except NoAnswerError as error:
                raise HandOverError(503) from error
        if status:
            raise HandOverError(status)

    async def _do(self, order: Message) -> int:
        """Return 0, or the status of what went wrong."""
        words: dict[str, Any] = dict(order)
        own = self._own
        methods: dict[str, Callable[..., Awaitable[None]]] = {
            "take": own.take,
            "write": own.write,
            "end": own.end,
        }
        do = methods[words.pop("do")]
        session_id, agent = words.pop("session_id"), Agent(words.pop("login"), words.pop("name"))
        try:
            await do(session_id, agent, **words)
        except HandOverError as error:
            return error.status
        return 0

    async def _let_go(self, order: Message) -> None:
        await self._rooms.let_go(order["session_id"])
