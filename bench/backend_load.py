"""Measures the report desk on this machine: promises, deliveries, and the report system under many reports.

python -m bench.backend_load [--stored 20000]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.settings import Settings
from integrations.wiring import open_desk, open_reports
from tests.fakes.reports_servers import KEY, embedded_server

N_PROMISES = 200


def fill(database: Engine, count: int) -> None:
    """Put requests of the last 80 days into the report system."""
    now = datetime.now(UTC)
    common = {
        "service_code": "trou",
        "description": "Un trou dans la chaussée, " * 4,
        "address": "12 rue de la République",
        "state": "received",
        "answers": {"danger": ["oui"]},
        "priority": 2,
        "source": "phone",
        "complete": True,
        "updated_at": now,
        "expected_at": now,
        "status_notes": "",
        **dict.fromkeys(
            (
                "address_id",
                "first_name",
                "last_name",
                "phone",
                "email",
                "device_id",
                "account_id",
                "media_url",
            ),
            "",
        ),
    }
    rows = [
        {**common, "reference": f"OLD {number}", "requested_at": now - timedelta(days=80) * number / count}
        for number in range(count)
    ]
    with Session(database) as session, session.begin():
        session.execute(insert(ServiceRequest), rows)


def report_times(name: str, took_ms: list[float]) -> None:
    ordered = sorted(took_ms)
    median, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    spread = f"median {median:.1f} ms, 95 % {p95:.1f} ms, longest {ordered[-1]:.1f} ms"
    print(f"{name}: {spread} ({len(ordered)} times)")


def timed(action: Callable[[], object], times: int) -> list[float]:
    took_ms = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        took_ms.append(1000 * (time.perf_counter() - began))
    return took_ms


def time_deliveries() -> None:
    """Time one worker process over the reports just promised."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "integrations.outbox"], env=os.environ, stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        # The first line comes when the worker has started; the rest is its pace.
        worker.stdout.readline()
        began = time.perf_counter()
        for _ in range(N_PROMISES - 1):
            worker.stdout.readline()
        print(f"one worker delivers {(N_PROMISES - 1) / (time.perf_counter() - began):.0f} reports a second")
    finally:
        worker.terminate()
        worker.communicate()


async def promise_and_deliver(settings: Settings) -> None:
    """Time promises one by one, then how long one worker takes for all of them."""
    desk = open_desk(settings, "NIM")
    took_ms, references = [], []
    for number in range(N_PROMISES):
        report = NewReport(f"call-{number}", "trou", "Un trou", Place("ici"), "phone")
        began = time.perf_counter()
        references.append(await desk.file_report(report, datetime.now(UTC)))
        took_ms.append(1000 * (time.perf_counter() - began))
    report_times("a promise (written to disk)", took_ms)
    await asyncio.to_thread(time_deliveries)
    took_ms = []
    for reference in references[:100]:
        began = time.perf_counter()
        await desk.status(reference)
        took_ms.append(1000 * (time.perf_counter() - began))
    report_times("a state asked by reference", took_ms)
    await desk.aclose()
    await find_one(settings)


async def find_one(settings: Settings) -> None:
    reports = open_reports(settings)
    began = time.perf_counter()
    assert await reports.find("OLD 4711") is not None
    print(f"a first look by reference, discovery included: {1000 * (time.perf_counter() - began):.1f} ms")
    await reports.aclose()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stored", type=int, default=20_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, database = stack.enter_context(embedded_server(folder))
        fill(database, options.stored)
        os.environ |= {
            "CALLBOT_VAR_DIR": str(folder),
            "CALLBOT_OPEN311_URL": url,
            "CALLBOT_OPEN311_API_KEY": KEY,
        }
        asyncio.run(promise_and_deliver(Settings()))
        with httpx.Client() as http:
            for format_name in ("json", "xml"):
                path = f"{url}requests.{format_name}"
                size_kb = len(http.get(path).content) // 1024
                took_ms = timed(lambda path=path: http.get(path).raise_for_status(), 10)
                report_times(f"the newest thousand of {options.stored}, {format_name}, {size_kb} kB", took_ms)


if __name__ == "__main__":
    main()
