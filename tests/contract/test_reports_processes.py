"""The processes as the supervisor starts them: the report system, two workers, and a desk."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.city import load_city
from integrations.database import open_database
from integrations.desk_models import Delivery, OutboxRow
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.settings import Settings
from integrations.wiring import open_desk
from tests.fakes.ports import free_port

ROOT = Path(__file__).parents[2]
CITY = ROOT / "city" / "nimes"


@contextmanager
def process(module: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a module until the end of the block; both its outputs come by one pipe."""
    running = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", module],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def wait_for(output: IO[str] | None, words: str) -> None:
    assert output is not None
    seen = []
    for line in output:
        seen.append(line)
        if words in line:
            return
    pytest.fail(f"« {words} » never came: {''.join(seen)}")


async def wait_until_answered(url: str, server: subprocess.Popen[str]) -> None:
    async with httpx.AsyncClient() as http:
        while server.poll() is None:
            with suppress(httpx.TransportError):
                await http.get(f"{url}services.json")
                return
            await asyncio.sleep(0.1)
    pytest.fail(f"it ended with status {server.returncode}")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    port = free_port()
    return {
        "CALLBOT_VAR_DIR": str(tmp_path),
        "CALLBOT_CITY_DIR": str(CITY),
        "CALLBOT_BACKEND_PORT": str(port),
        "CALLBOT_OUTBOX_BACKOFF_S": "0.1",
        "CALLBOT_OUTBOX_BACKOFF_MAX_S": "0.2",
        "CALLBOT_OUTBOX_POLL_S": "0.05",
        # A killed worker's lease ends after twice the time of an exchange and five seconds.
        "CALLBOT_OPEN311_CONNECT_S": "0.5",
        "CALLBOT_OPEN311_ANSWER_S": "1",
    }


async def file_reports(environment: dict[str, str], first: int, count: int) -> set[str]:
    """Promise as many reports as an action would; return their references."""
    code = next(iter(load_city(CITY).problem_types))
    desk = open_desk(settings_of(environment), "NIM")
    reports = [
        NewReport(f"call-{number}", code, "", Place("ici"), "phone") for number in range(first, first + count)
    ]
    references = {await desk.file_report(report, datetime.now(UTC)) for report in reports}
    await desk.aclose()
    return references


def settings_of(environment: dict[str, str]) -> Settings:
    names = {name.removeprefix("CALLBOT_").lower(): value for name, value in environment.items()}
    return Settings.model_validate(names)


def count_pending(environment: dict[str, str]) -> int:
    engine = open_database(settings_of(environment).desk_database)
    with Session(engine) as session:
        pending = session.scalars(select(OutboxRow).where(OutboxRow.state == Delivery.PENDING)).all()
    engine.dispose()
    return len(pending)


async def test_reports_promised_while_everything_is_down_arrive_once(environment: dict[str, str]) -> None:
    references = await file_reports(environment, 0, 6)
    with ExitStack() as processes:
        # A worker that starts before the report system waits for it.
        first = processes.enter_context(process("integrations.outbox", environment))
        wait_for(first.stdout, "delivery_postponed")
        backend = processes.enter_context(process("integrations.backend", environment))
        await wait_until_answered(settings_of(environment).reports_url, backend)
        wait_for(first.stdout, "delivered")
        references |= await file_reports(environment, 6, 20)
        first.kill()
        first.wait()

        n_pending = count_pending(environment)
        second = processes.enter_context(process("integrations.outbox", environment))
        for _ in range(n_pending):
            wait_for(second.stdout, "delivered")
        second.send_signal(signal.SIGTERM)
        assert second.wait() == 0
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{settings_of(environment).reports_url}requests.json")

    assert count_pending(environment) == 0
    assert sorted(row["reference"] for row in answer.json()) == sorted(references)
