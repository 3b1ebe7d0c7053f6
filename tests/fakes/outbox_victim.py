"""What processes do that kill themselves (SIGKILL) on the way."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import event

from integrations.database import open_database
from integrations.desk import Desk
from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore
from integrations.outbox.worker import Worker
from integrations.reports_open311 import Open311Reports
from tests.fakes.outbox_backend import MemoryBackend
from tests.unit.test_desk_filing import REPORT


class Deadly:
    """Passes calls on to `inner`, and dies before or after one of them."""

    def __init__(self, inner: object, step: str) -> None:
        self._inner = inner
        self._moment, _, self._method = step.partition(":")

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name != self._method:
            return method
        return self._deadly_async(method) if inspect.iscoroutinefunction(method) else self._deadly(method)

    def _deadly(self, method: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self._die_if("before")
            result = method(*args, **kwargs)
            self._die_if("after")
            return result

        return call

    def _deadly_async(self, method: Any) -> Any:
        async def call(*args: Any, **kwargs: Any) -> Any:
            self._die_if("before")
            try:
                return await method(*args, **kwargs)
            finally:
                self._die_if("after")

        return call

    def _die_if(self, moment: str) -> None:
        if moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


def make_attempt(database_url: str, base_url: str, key: str, step: str) -> None:
    """Make one attempt to deliver and die at a step of it.

    step: "before" or "after", a colon, and a method of the outbox's store or of the report system's client.
    """
    store: Any = Deadly(OutboxStore(open_database(database_url), "victim", timedelta(minutes=1)), step)
    reports: Any = Deadly(Open311Reports(base_url, key, connect_s=2, answer_s=2), step)
    pace = Pace(poll_s=0.1, first_s=1, longest_s=2, settle_s=0)
    asyncio.run(Worker(store, reports, pace, lambda: datetime.now(UTC), Random(1)).deliver_next())


def file_a_report(database_url: str) -> None:
    """File a report and die when all of it is written, just before it is committed."""
    engine = open_database(database_url)
    event.listen(engine, "commit", lambda _connection: os.kill(os.getpid(), signal.SIGKILL))
    asyncio.run(Desk(engine, MemoryBackend(), "NIM").file_report(REPORT, datetime.now(UTC)))


def join_a_report(database_url: str, reference: str) -> None:
    """Join a report and die when all of it is written, just before it is committed."""
    engine = open_database(database_url)
    event.listen(engine, "commit", lambda _connection: os.kill(os.getpid(), signal.SIGKILL))
    desk = Desk(engine, MemoryBackend(), "NIM")
    asyncio.run(desk.join_report(reference, "call-2", "0639980002", datetime.now(UTC)))
