"""What bots tell each other over Redis. Nothing is kept there: who was away asks to be told again.

A message is a JSON object: `from` and `to` (a bot, "" for all), `kind`, and what belongs to the kind.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

CHANNEL = "callbot:bots"
RETRY_S = 1.0
# A bot that is cut off must not hold up whoever tells it something.
TIMEOUT_S = 2.0
# What goes on here must not wait for each try.
LEFT_ALONE_S = 5.0
# Redis tells nothing for so long only when there is nothing to tell.
IDLE_S = 30.0

Message = Mapping[str, Any]


class NoAnswerError(Exception):
    """The bot that was asked did not answer in time."""


class Bus:
    """`run` must be running. me: this bot's name. url: of Redis.

    listeners: told of every message of other bots, on the event loop. joined: called whenever messages
    begin, or begin again, to arrive.
    """

    def __init__(self, url: str, me: str) -> None:
        self.me = me
        self._redis = Redis.from_url(url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S)
        self._left_alone_until_s = 0.0
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._orders: dict[str, Callable[[Message], Awaitable[Any]]] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.listeners: list[Callable[[Message], None]] = []
        self.joined: list[Callable[[], Awaitable[None]]] = []

    def obey(self, what: str, do: Callable[[Message], Awaitable[Any]]) -> None:
        """Carry out orders of a kind; what `do` returns is the answer, as JSON."""
        self._orders[what] = do

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something beside the listening; ends with it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def tell(self, kind: str, to: str = "", **fields: Any) -> bool:
        """Send a message; False when Redis cannot be reached, or could not be a moment ago."""
        now_s = asyncio.get_running_loop().time()
        if now_s < self._left_alone_until_s:
            return False
        message = {"from": self.me, "to": to, "kind": kind, **fields}
        try:
            await self._redis.publish(CHANNEL, json.dumps(message, ensure_ascii=False))
        except RedisError as error:
            log.warning("bus_unreachable", error=type(error).__name__)
            self._left_alone_until_s = now_s + LEFT_ALONE_S
            return False
        return True

    async def ask(self, bot: str, what: str, within_s: float, **arguments: Any) -> Any:
        """Have another bot do something and return its answer. Raises NoAnswerError."""
        number = secrets.token_hex(8)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            if not await self.tell("order", bot, number=number, what=what, arguments=arguments):
                raise NoAnswerError
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError as error:
            raise NoAnswerError from error
        finally:
            del self._asked[number]

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            while True:
                try:
                    await self._listen()
                except (RedisError, OSError) as error:
                    log.warning("bus_lost", error=type(error).__name__)
                await asyncio.sleep(RETRY_S)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._redis.aclose()

    async def _listen(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            self._left_alone_until_s = 0.0
            for joined in self.joined:
                await joined()
            while True:
                # Silence is asked about: a connection that a cut cable left open tells nothing either.
                received = await channel.get_message(ignore_subscribe_messages=True, timeout=IDLE_S)
                if received is None:
                    await channel.ping()
                elif received["type"] == "message":
                    self._read(received["data"])

    def _read(self, text: bytes) -> None:
        try:
            self._hear(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            # Of another version than this one's, while machines are brought up to date one by one.
            log.warning("bus_message_not_understood", error=type(error).__name__)

    def _hear(self, message: Message) -> None:
        if message["from"] == self.me or message["to"] not in ("", self.me):
            return
        if message["kind"] == "answer":
            answer = self._asked.get(message["number"])
            if answer is not None and not answer.done():
                answer.set_result(message["result"])
        elif message["kind"] == "order":
            self.start(self._carry_out(message))
        else:
            for listener in self.listeners:
                listener(message)

    async def _carry_out(self, message: Message) -> None:
        do = self._orders.get(message["what"])
        if do is not None:
            result = await do(message["arguments"])
            await self.tell("answer", message["from"], number=message["number"], result=result)
