"""Times lists and duplicate searches among many reports, on SQLite and on PostgreSQL.

    python -m bench.backend_queries [--stored 10000] [--times 40] [--limit-ms 50]

Both databases are started fresh. Exits with 1 when a median is above the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from integrations.backend.life import State
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import ReportRow
from integrations.protocols import Place
from integrations.report_places import address_key
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend
from tests.fakes.reports_servers import AGENTS_KEY, embedded_app, serving

NOW = datetime.now(UTC)
CODES = ("trou", "trou", "trou", "lampe", *(f"type{number}" for number in range(8)))
STATES = (State.RECEIVED, State.ASSIGNED, State.IN_PROGRESS, State.DONE, State.CLOSED)
# About the built-up part of Nîmes, degrees.
SOUTH, NORTH, WEST, EAST = 43.80, 43.87, 4.31, 4.42
WORDS = "Un trou dans la chaussée, devant le numéro douze, les vélos l'évitent de justesse. "


def addresses(count: int, chance: random.Random) -> Iterator[dict[str, object]]:
    """Places all over the city: its streets have 60 numbers, and reports crowd in a few of them."""
    for _ in range(count):
        street = f"rue numéro {int(1000 * chance.random() ** 2)}"
        yield {
            "street": street,
            "house_number": str(chance.randrange(1, 60)),
            "latitude": chance.uniform(SOUTH, NORTH),
            "longitude": chance.uniform(WEST, EAST),
        }


def fill_backend(engine: Engine, count: int, chance: random.Random) -> None:
    """Put reports of the last 80 days into the report system, with two events each."""
    empty = dict.fromkeys(
        ("address_id", "first_name", "last_name", "phone", "email", "device_id", "account_id", "media_url"),
        "",
    )
    rows = []
    for number, place in enumerate(addresses(count, chance), start=1):
        at = NOW - timedelta(days=80) * number / count
        address = f"{place['house_number']} {place['street']}"
        rows.append(
            {
                **empty,
                "id": number,
                "reference": f"OLD {number}",
                "service_code": chance.choice(CODES),
                "state": chance.choice(STATES),
                "description": WORDS * 2,
                "address": address,
                "address_key": address_key(address),
                "latitude": place["latitude"],
                "longitude": place["longitude"],
                "answers": {"danger": ["oui"], "taille": ["un mètre"]},
                "priority": chance.randrange(1, 4),
                "source": "phone",
                "complete": True,
                "requested_at": at,
                "updated_at": at,
                "expected_at": at + timedelta(hours=48),
            }
        )
    events = [
        {
            "request_id": row["id"],
            "at": row["requested_at"],
            "author": "phone",
            "state": state,
            "status": State(state).status,
        }
        for row in rows
        for state in dict.fromkeys((State.RECEIVED, row["state"]))
    ]
    with Session(engine) as session, session.begin():
        session.execute(insert(ServiceRequest), rows)
        session.execute(insert(RequestEvent), events)
    analyse(engine)


def fill_desk(engine: Engine, count: int, chance: random.Random) -> None:
    """Put reports of the last 80 days into the desk."""
    rows = [
        {
            **place,
            "reference": f"NIM 26 {number:04d} 0",
            "conversation_id": f"call-{number}",
            "problem_code": chance.choice(CODES),
            "description": WORDS,
            "place_spoken": "là",
            "landmark": "",
            "district": "",
            "place_key": address_key(f"{place['house_number']} {place['street']}"),
            "source": "phone",
            "priority": 2,
            "complete": True,
            "caller_name": "",
            "caller_phone": "",
            "answers": {},
            "requested_at": NOW - timedelta(days=80) * number / count,
            "updated_at": NOW,
        }
        for number, place in enumerate(addresses(count, chance), start=1)
    ]
    with Session(engine) as session, session.begin():
        session.execute(insert(ReportRow), rows)
    analyse(engine)


def analyse(engine: Engine) -> None:
    """Let the database know what it holds, as it finds out by itself in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def database(kind: str, name: str, folder: Path) -> Iterator[Engine]:
    place = folder / name
    place.mkdir()
    with fresh_database(kind, place) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def report(kind: str, name: str, took_ms: list[float], cpu_ms: float) -> float:
    """Print a line and return the median. cpu_ms: of this process, for all of them."""
    ordered = sorted(took_ms)
    median = ordered[len(ordered) // 2]
    spread = f"median {median:6.1f} ms, longest {ordered[-1]:6.1f} ms"
    print(f"{kind:10} {name:40} {spread}, {cpu_ms / len(ordered):6.1f} ms of CPU here")
    return median


def time_backend(kind: str, engine: Engine, folder: Path, times: int, chance: random.Random) -> list[float]:
    """Time the report system over HTTP; every answer is read whole."""
    paths: dict[str, Callable[[], str]] = {
        "list: the newest 100, JSON": lambda: "open311/v2/requests.json?page_size=100",
        "list: the newest 1000, JSON": lambda: "open311/v2/requests.json",
        "list: open ones of a type, 100, JSON": lambda: (
            "open311/v2/requests.json?status=open&service_code=trou&page_size=100"
        ),
        "list: the newest 100, XML": lambda: "open311/v2/requests.xml?page_size=100",
        "duplicate search (agents)": lambda: f"desk/v1/requests/{chance.randrange(1, 1000)}/duplicates",
    }
    medians = []
    gc.freeze()  # as the server does when it starts
    with (
        serving(embedded_app(engine, folder / "photos")) as url,
        httpx.Client(headers={"X-Api-Key": AGENTS_KEY}) as http,
    ):
        for name, path in paths.items():
            took_ms = []
            cpu_began = time.process_time()
            for _ in range(times):
                began = time.perf_counter()
                http.get(f"{url}/{path()}").raise_for_status()
                took_ms.append(1000 * (time.perf_counter() - began))
            medians.append(report(kind, name, took_ms, 1000 * (time.process_time() - cpu_began)))
    return medians


async def time_desk(kind: str, engine: Engine, times: int, chance: random.Random) -> float:
    """Time the search that is made while a caller waits."""
    desk = Desk(engine, MemoryBackend(), "NIM")
    took_ms = []
    cpu_began = time.process_time()
    for place in addresses(times, chance):
        where = Place(
            "là",
            str(place["street"]),
            str(place["house_number"]),
            latitude=float(str(place["latitude"])),
            longitude=float(str(place["longitude"])),
        )
        took_ms.append(await elapsed_ms(desk.find_open_duplicate("trou", where, NOW)))
    cpu_ms = 1000 * (time.process_time() - cpu_began)
    return report(kind, "duplicate search (while a caller waits)", took_ms, cpu_ms)


async def elapsed_ms(action: Awaitable[object]) -> float:
    began = time.perf_counter()
    await action
    return 1000 * (time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stored", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--limit-ms", type=float, default=50.0)
    options = parser.parse_args()
    medians: list[float] = []
    for kind in KINDS:
        chance = random.Random(311)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            backend = stack.enter_context(database(kind, "backend", folder))
            desk = stack.enter_context(database(kind, "desk", folder))
            embedded_app(backend, folder / "photos")
            migrate(desk, DESK_MIGRATIONS)
            fill_backend(backend, options.stored, chance)
            fill_desk(desk, options.stored, chance)
            medians += time_backend(kind, backend, folder, options.times, chance)
            medians.append(asyncio.run(time_desk(kind, desk, options.times, chance)))
    return 1 if max(medians) > options.limit_ms else 0


if __name__ == "__main__":
    sys.exit(main())
