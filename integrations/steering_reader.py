"""The city as it is now, for every process: its services with the closures told to the console."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from integrations.city import City
from integrations.steering import Steering
from integrations.steering_store import SteeringDamagedError, SteeringStore

log = structlog.get_logger()

FRESH_S = 2.0


class CityNow:
    """Reads again what is a few seconds old. A database that fails costs freshness only."""

    def __init__(self, city: City, store: SteeringStore, clock_s: Callable[[], float]) -> None:
        self._plain = city
        self._city = city
        self._store = store
        self._clock_s = clock_s
        self._version = 0
        self._read_at_s = float("-inf")

    async def city(self) -> City:
        """The city with its exceptional closures, as last known."""
        now_s = self._clock_s()
        if now_s - self._read_at_s >= FRESH_S:
            self._read_at_s = now_s
            try:
                await self._read()
            except (SQLAlchemyError, SteeringDamagedError) as error:
                log.warning("steering_not_read", error=type(error).__name__)
        return self._city

    async def _read(self) -> None:
        if await asyncio.to_thread(self._store.newest_id) == self._version:
            return
        current = await asyncio.to_thread(self._store.current)
        self._city, self._version = with_closures(self._plain, current.steering), current.id


def with_closures(city: City, steering: Steering) -> City:
    """The city whose services know their exceptional closures."""
    services = {
        code: service.model_copy(update={"closures": steering.closures_of(code)})
        for code, service in city.services.items()
    }
    return replace(city, services=MappingProxyType(services))
