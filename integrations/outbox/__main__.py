"""`python -m integrations.outbox`: one worker. Several may run at once; each may be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from datetime import UTC, datetime, timedelta
from random import Random

from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore
from integrations.outbox.worker import Worker
from integrations.settings import Settings
from integrations.wiring import open_desk_database, open_reports
from runtime import garbage
from runtime.exits import exit_on
from runtime.logs import configure_logging
from runtime.secrets import SecretError


async def serve(settings: Settings) -> None:
    """Deliver until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    engine = await asyncio.to_thread(open_desk_database, settings)
    reports = open_reports(settings)
    name = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"
    # Two exchanges fit in a lease: a look and the discovery before it, or the sending and its discovery.
    lease_s = 2 * (settings.open311_connect_s + settings.open311_answer_s) + 5
    worker = Worker(
        OutboxStore(engine, name, timedelta(seconds=lease_s)),
        reports,
        Pace(
            poll_s=settings.outbox_poll_s,
            first_s=settings.outbox_backoff_s,
            longest_s=settings.outbox_backoff_max_s,
            settle_s=settings.outbox_settle_s,
        ),
        clock=lambda: datetime.now(UTC),
        chance=Random(),
    )
    garbage.set_aside()
    collecting = asyncio.create_task(garbage.collect())
    try:
        await worker.run(stop)
    finally:
        collecting.cancel()
        await reports.aclose()
        engine.dispose()


if __name__ == "__main__":
    with exit_on(SecretError):
        configure_logging()
        asyncio.run(serve(Settings()))
