"""One conversation's turns one after the other, in the order of their arrival, at whichever Rasa they arrive.

Runs in the Rasa environment. Rasa's own Redis locks read a lock, change it and write it back: two servers
that do so at once give out the same number. Here a turn joins a list in Redis, which is one step, and goes
ahead when it is first. Without Redis, or while it cannot be reached, the order is that of each server alone.
"""

# Rasa is not installed where mypy runs.
# mypy: disable-error-code="misc, no-any-return"

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError, LockStore
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

POLL_S = 0.02
# Of a turn that waits; it says again and again that it still does.
WAITING_S = 5
CONNECT_S = 1.0


class SenderLocks(LockStore):
    """Rasa's lock store. endpoint_config.url: of Redis (redis, rediss), "" for none."""

    def __init__(self, endpoint_config: Any) -> None:
        url = endpoint_config.url
        self._redis: Any = None
        if url:
            self._redis = Redis.from_url(
                url, decode_responses=True, socket_timeout=CONNECT_S, socket_connect_timeout=CONNECT_S
            )
        self._alone = InMemoryLockStore()
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = POLL_S,
    ) -> AsyncIterator[TicketLock]:
        """Wait for this conversation's earlier turns. lock_lifetime: how long the turn keeps its place, in s.

        Raises LockError for a turn that waited twice as long as any turn may take.
        """
        if self._redis is None:
            async with self._alone.lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
                yield lock
            return
        line = _Line(self._redis, conversation_id, lock_lifetime)
        try:
            await line.join()
        except RedisError as error:
            log.error("locks_unreachable %s", type(error).__name__)
            async with self._alone.lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
                yield lock
            return
        try:
            yield TicketLock(conversation_id)
        finally:
            await line.leave()


class _Line:
    """One turn in the line of its conversation: a list of names, each with a key that says it is there."""

    def __init__(self, redis: Any, conversation_id: str, lifetime_s: float) -> None:
        self._redis = redis
        self._line = f"callbot:turns:{conversation_id}"
        self._name = secrets.token_hex(8)
        self._lifetime_s = max(1, round(lifetime_s))

    async def join(self) -> None:
        """Return when this turn is first. Raises RedisError, LockError."""
        line_s = 4 * self._lifetime_s
        async with self._redis.pipeline(transaction=True) as both:
            both.set(self._alive(self._name), 1, ex=WAITING_S)
            both.rpush(self._line, self._name)
            both.expire(self._line, line_s)
            await both.execute()
        give_up_s = asyncio.get_running_loop().time() + 2 * self._lifetime_s
        while not await self._is_first():
            if asyncio.get_running_loop().time() > give_up_s:
                await self.leave()
                raise LockError("the turns before this one do not end")
            await asyncio.sleep(POLL_S)
            await self._redis.set(self._alive(self._name), 1, ex=WAITING_S)
        await self._redis.set(self._alive(self._name), 1, ex=self._lifetime_s)

    async def leave(self) -> None:
        """Let the next one go ahead; never fails, since a place that is not left is lost by itself."""
        try:
            async with self._redis.pipeline(transaction=True) as both:
                both.lrem(self._line, 1, self._name)
                both.delete(self._alive(self._name))
                await both.execute()
        except RedisError as error:
            log.error("lock_not_left %s", type(error).__name__)

    async def _is_first(self) -> bool:
        first = await self._redis.lindex(self._line, 0)
        if first is None or first == self._name:
            return True
        if not await self._redis.exists(self._alive(first)):
            # Its server died, or it took too long.
            await self._redis.lrem(self._line, 1, first)
        return False

    def _alive(self, name: str) -> str:
        return f"{self._line}:{name}"
