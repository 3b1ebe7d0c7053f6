"""Delivers the outbox, one parcel after the other, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from integrations.desk_models import OutboxKind
from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore, Parcel
from integrations.protocols import BackendError, ReportsBackend
from integrations.report_payload import from_payload, from_update_payload

log = structlog.get_logger()


class Worker:
    """Takes parcels from the outbox to the city's system.

    It may be killed at any moment: what it was sending is in doubt then, and whoever takes it next looks for
    it in the city's system before sending it again. clock: says now, with time zone.
    """

    def __init__(
        self,
        store: OutboxStore,
        backend: ReportsBackend,
        pace: Pace,
        clock: Callable[[], datetime],
        chance: Random,
    ) -> None:
        self._store = store
        self._backend = backend
        self._pace = pace
        self._clock = clock
        self._chance = chance

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; a delivery under way is finished first."""
        while not stop.is_set():
            try:
                delivered_something = await self.deliver_next()
            except SQLAlchemyError as error:
                log.error("outbox_unreachable", error=type(error).__name__)
                delivered_something = False
            if not delivered_something:
                await _wait(stop, self._pace.poll_s)

    async def deliver_next(self) -> bool:
        """Try to deliver what is due first. False: nothing is due. Raises SQLAlchemyError."""
        parcel = await asyncio.to_thread(self._store.claim, self._clock())
        if parcel is None:
            return False
        try:
            backend_id = await self._deliver(parcel)
        except BackendError as error:
            await self._failed(parcel, error)
        except ValidationError as error:
            await self._failed(
                parcel, BackendError(f"payload: {error.error_count()} faults", retryable=False)
            )
        else:
            if backend_id is not None:
                await self._arrived(parcel, backend_id)
        return True

    async def _arrived(self, parcel: Parcel, backend_id: str) -> None:
        facts = {"reference": parcel.reference, "kind": parcel.kind, "attempts": parcel.attempts}
        if await asyncio.to_thread(self._store.belongs_to_another, parcel, backend_id):
            # Nobody but a person can tell whether both are there; sending again could only make it worse.
            error = f"the server gave the identifier of another report: {backend_id}"
            await asyncio.to_thread(self._store.dead, parcel, error, self._clock())
            log.error("delivery_given_up", error="identifier of another report", **facts)
            return
        await asyncio.to_thread(self._store.delivered, parcel, backend_id, self._clock())
        log.info("delivered", **facts)

    async def _deliver(self, parcel: Parcel) -> str | None:
        """Return the identifier in the city's system; None when another worker has the parcel by now."""
        if parcel.kind is OutboxKind.UPDATE:
            return await self._deliver_update(parcel)
        report = from_payload(parcel.payload)
        # Completing twice changes nothing, so only what would make a second report is looked for first.
        if parcel.in_doubt and parcel.kind is OutboxKind.REPORT:
            found = await self._look(parcel)
            if found:
                return found
        if not await asyncio.to_thread(self._store.begin_sending, parcel, self._clock()):
            return None
        if parcel.kind is OutboxKind.COMPLETION:
            return await self._backend.complete(report)
        return await self._backend.submit(report)

    async def _deliver_update(self, parcel: Parcel) -> str | None:
        update = from_update_payload(parcel.payload)
        if parcel.in_doubt and not await self._can_repeat():
            raise BackendError("the server cannot tell whether it has the update", retryable=False)
        if not await asyncio.to_thread(self._store.begin_sending, parcel, self._clock()):
            return None
        return await self._backend.add_update(update, parcel.backend_id)

    async def _can_repeat(self) -> bool:
        try:
            return await self._backend.can_repeat_updates()
        except BackendError as error:
            raise BackendError(str(error), retryable=error.retryable, unclear=error.retryable) from error

    async def _look(self, parcel: Parcel) -> str | None:
        try:
            found = await self._backend.find(parcel.reference)
        except BackendError as error:
            # Whatever kept us from looking, the parcel stays in doubt.
            raise BackendError(str(error), retryable=error.retryable, unclear=error.retryable) from error
        return found.backend_id if found else None

    async def _failed(self, parcel: Parcel, error: BackendError) -> None:
        now = self._clock()
        facts = {
            "reference": parcel.reference,
            "kind": parcel.kind,
            "attempts": parcel.attempts,
            "error": str(error),
        }
        if not error.retryable and not error.unclear:
            await asyncio.to_thread(self._store.dead, parcel, str(error), now)
            log.error("delivery_given_up", **facts)
            return
        wait = max(
            self._pace.wait(parcel.attempts, self._chance.random(), unclear=error.unclear),
            timedelta(seconds=error.wait_s),
        )
        await asyncio.to_thread(
            lambda: self._store.postpone(
                parcel, str(error), in_doubt=error.unclear, until=now + wait, now=now
            )
        )
        log.warning(
            "delivery_postponed", wait_s=round(wait.total_seconds(), 1), unclear=error.unclear, **facts
        )


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
