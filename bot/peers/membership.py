"""Keeps this bot's name alive in the database, so that the others know what it carries is carried."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.store.chats import ALIVE
from bot.store.leases import Leases

log = structlog.get_logger()

RENEW_S = 4.0
LIFE = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(days=1)


def new_name() -> str:
    """A name that no other process ever has."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"


class Membership:
    """`run` must be running. A database that fails costs nothing but time: see `LIFE`."""

    def __init__(self, leases: Leases, clock: Callable[[], datetime]) -> None:
        self._leases = leases
        self._clock = clock

    async def run(self) -> None:
        """Renew until cancelled, then say that this bot is gone."""
        try:
            await self._try(lambda: self._leases.forget(self._clock() - FORGOTTEN_AFTER))
            while True:
                await self.renew()
                await asyncio.sleep(RENEW_S)
        finally:
            await self._try(lambda: self._leases.let_go(self._name))

    async def renew(self) -> None:
        """Live for a while longer."""
        await self._try(lambda: self._leases.hold(self._name, self._clock(), LIFE))

    @property
    def _name(self) -> str:
        return ALIVE + self._leases.holder

    async def _try(self, work: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(work)
        except SQLAlchemyError as error:
            log.error("membership_not_renewed", error=type(error).__name__)
