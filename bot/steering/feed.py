"""Brings what the city's people change into force within a second, and has it rendered for the voice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.call.errors import SynthesisError
from bot.steering.editions import Edition, Editions
from bot.wording import known_sentences
from integrations.steering_store import SteeringDamagedError, SteeringStore

log = structlog.get_logger()

POLL_S = 1.0


class Warmer(Protocol):
    """What renders sentences before they are said."""

    async def warm(self, texts: Iterable[str]) -> int: ...


class SteeringFeed:
    """`run` must be running. A database that fails or a version that cannot be read changes nothing.

    listeners: are told of each new version once it is in force, on the event loop.
    """

    def __init__(
        self, editions: Editions, store: SteeringStore, warmer: Warmer | None, poll_s: float = POLL_S
    ) -> None:
        self._editions = editions
        self._store = store
        self._warmer = warmer
        self._poll_s = poll_s
        self._wake = asyncio.Event()
        self._to_warm: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
        self.listeners: list[Callable[[Edition], None]] = []

    def wake(self) -> None:
        """Look now: something was saved."""
        self._wake.set()

    async def run(self) -> None:
        """Look for new versions until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._warm())
            group.create_task(self._poll())

    async def refresh(self) -> None:
        """Put the newest version into force if it is not."""
        current = self._editions.current
        try:
            if await asyncio.to_thread(self._store.newest_id) == current.id:
                return
            version = await asyncio.to_thread(self._store.current)
        except (SQLAlchemyError, SteeringDamagedError) as error:
            log.error("steering_not_read", error=type(error).__name__, version_in_force=current.id)
            return
        before = self._editions.change_to(version)
        log.info("steering_in_force", version=version.id)
        self._to_warm.put_nowait(new_sentences(before, self._editions.current))
        for listener in self.listeners:
            listener(self._editions.current)

    async def _poll(self) -> None:
        while True:
            await self.refresh()
            try:
                await asyncio.wait_for(self._wake.wait(), self._poll_s)
            except TimeoutError:
                continue
            self._wake.clear()

    async def _warm(self) -> None:
        while True:
            sentences = await self._to_warm.get()
            if self._warmer is None or not sentences:
                continue
            try:
                await self._warmer.warm(sentences)
            except SynthesisError as error:
                log.warning("steering_not_rendered", error=type(error).__name__)


def new_sentences(before: Edition, after: Edition) -> tuple[str, ...]:
    """What the later version may say and the earlier did not, the first said first."""
    notices = (after.steering.banner, after.steering.announcement)
    known = set(known_sentences(before.catalogue, before.city))
    texts = (text for text in known_sentences(after.catalogue, after.city) if text not in known)
    return (*(notice.text for notice in notices if notice is not None), *dict.fromkeys(texts))
