"""Counts reports lost and filed twice while workers are killed and exchanges break, at random.

    python -m bench.backend_kills [--reports 300] [--seed 1]

Two outbox workers deliver while reports are filed. One exchange in four is spoiled by a proxy in front of the
report system; one in six makes one of the two be killed (SIGKILL) within 30 ms, and started again. Afterwards
both run undisturbed until nothing is left. Exits with 1 if anything was lost, filed twice or given up.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.database import open_database
from integrations.desk_models import Delivery, OutboxRow
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.settings import Settings
from integrations.wiring import open_desk
from tests.fakes.reports_faults import Fault, FaultyProxy, faulty_proxy
from tests.fakes.reports_servers import KEY, embedded_server

SPOILED = (
    Fault.LOST_BEFORE,
    Fault.LOST_AFTER,
    Fault.CUT,
    Fault.HALF,
    Fault.BAD_GATEWAY,
    Fault.ERROR,
    Fault.HTML,
)


class RandomProxy(FaultyProxy):
    """Spoils one exchange in four and calls for a kill at one in six, until it is told to be calm."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.chance = random.Random(0)
        self.is_calm = False
        self.strike = threading.Event()

    def next_fault(self, method: str, path: str) -> Fault:
        super().next_fault(method, path)
        if self.is_calm:
            return Fault.NONE
        if self.chance.random() < 1 / 6:
            self.strike.set()
        return self.chance.choice(SPOILED) if self.chance.random() < 0.25 else Fault.NONE


def start_worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "integrations.outbox"],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def file_reports(
    settings: Settings, count: int, chance: random.Random
) -> tuple[list[str], list[float]]:
    """Promise reports one after the other; return the references and how long each promise took, in ms."""
    desk = open_desk(settings, "NIM")
    references, took_ms = [], []
    for number in range(count):
        report = NewReport(f"call-{number}", "trou", f"numéro {number}", Place("ici"), "phone")
        began = time.perf_counter()
        references.append(await desk.file_report(report, datetime.now(UTC)))
        took_ms.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(chance.uniform(0, 0.1))
    await desk.aclose()
    return references, took_ms


def disturb(
    workers: list[subprocess.Popen[bytes]],
    environment: dict[str, str],
    proxy: RandomProxy,
    chance: random.Random,
) -> int:
    """Kill workers whenever the proxy calls for it, until it is calm; return how many."""
    n_kills = 0
    while not proxy.is_calm:
        if not proxy.strike.wait(0.1):
            continue
        proxy.strike.clear()
        time.sleep(chance.uniform(0, 0.03))
        number = chance.randrange(len(workers))
        workers[number].kill()
        workers[number].wait()
        workers[number] = start_worker(environment)
        n_kills += 1
    return n_kills


def wait_until_delivered(engine: Engine) -> float:
    """Return after how many seconds nothing was left to deliver; gives up after 300."""
    began = time.monotonic()
    while count_outbox(engine)[Delivery.PENDING] and time.monotonic() - began < 300:
        time.sleep(0.2)
    return time.monotonic() - began


async def storm(
    settings: Settings, environment: dict[str, str], proxy: RandomProxy, count: int, chance: random.Random
) -> list[str]:
    workers = [start_worker(environment) for _ in range(2)]
    engine = open_database(settings.desk_database)
    try:
        disturbing = asyncio.create_task(asyncio.to_thread(disturb, workers, environment, proxy, chance))
        references, took_ms = await file_reports(settings, count, chance)
        # Deliveries go on under fire for as long as filing took, then in peace.
        await asyncio.sleep(sum(took_ms) / 1000 + 0.05 * count)
        proxy.is_calm = True
        n_kills = await disturbing
        calm_s = await asyncio.to_thread(wait_until_delivered, engine)
        took_ms.sort()
        with Session(engine) as session:
            attempts = session.scalars(select(OutboxRow.attempts)).all()
        print(f"kills: {n_kills}; attempts: {sum(attempts)}, {max(attempts)} for one report at most")
        print(f"delivering the rest in peace took {calm_s:.1f} s; outbox: {dict(count_outbox(engine))}")
        print(f"a promise took {took_ms[len(took_ms) // 2]:.1f} ms (median), {took_ms[-1]:.1f} ms (longest)")
        return references
    finally:
        engine.dispose()
        for worker in workers:
            worker.kill()
            worker.wait()


def count_outbox(engine: Engine) -> Counter[str]:
    with Session(engine) as session:
        counted = session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
        return Counter(dict(counted.tuples().all()))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, database = stack.enter_context(embedded_server(folder))
        proxy_url, proxy = stack.enter_context(faulty_proxy(url, RandomProxy))
        proxy.chance.seed(options.seed)
        environment = {
            "CALLBOT_VAR_DIR": str(folder),
            "CALLBOT_OPEN311_URL": proxy_url,
            "CALLBOT_OPEN311_API_KEY": KEY,
            "CALLBOT_OPEN311_CONNECT_S": "0.5",
            "CALLBOT_OPEN311_ANSWER_S": "1",
            "CALLBOT_OUTBOX_BACKOFF_S": "0.2",
            "CALLBOT_OUTBOX_BACKOFF_MAX_S": "1",
            "CALLBOT_OUTBOX_SETTLE_S": "0.2",
            "CALLBOT_OUTBOX_POLL_S": "0.05",
        }
        settings = Settings(var_dir=folder, open311_url=proxy_url)
        promised = asyncio.run(storm(settings, environment, proxy, options.reports, chance))
        with Session(database) as session:
            filed = Counter(session.scalars(select(ServiceRequest.reference)))
    lost = [reference for reference in promised if filed[reference] == 0]
    doubled = [reference for reference, count in filed.items() if count > 1]
    print(f"promised {len(promised)}, filed {sum(filed.values())}, lost {len(lost)}, doubled {len(doubled)}")
    return 1 if lost or doubled or set(filed) != set(promised) else 0


if __name__ == "__main__":
    sys.exit(main())
