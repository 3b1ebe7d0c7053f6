"""Two machines behind one front, and one of them is cut off in mid-traffic: what is lost, and what is not."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.settings import Settings
from bot.speech.speakers import Studio
from bot.supervise.kamailio import FrontSettings, front_process
from integrations.database import open_database
from tests.calls.conftest import ROOT, START_S, wait_until
from tests.calls.machines_chat import PUBLIC_URL, WITHIN_S, Chat
from tests.calls.machines_city import City
from tests.fakes.machines import FRONT, NETWORK, WITH_US, machine, network, why_not
from tests.fakes.postgres import start_for
from tests.fakes.redis import redis_server

N_CHATS = 6
# After so long without a sound a caller hangs up.
CALLER_GIVES_UP_S = 15.0
STREETS = (
    "rue de la République",
    "boulevard Victor Hugo",
    "rue Nationale",
    "avenue Jean Jaurès",
    "rue Vincent Faïta",
    "boulevard Gambetta",
)

pytestmark = [
    pytest.mark.machines,
    pytest.mark.sip,
    pytest.mark.speech,
    pytest.mark.rasa,
    pytest.mark.timeout(1500),
    # Connections to a machine that is cut off are closed by nobody.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("city")
    with ExitStack() as stack:
        stack.enter_context(network())
        server = start_for(FRONT, NETWORK)
        admin = create_engine(
            f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            for name in ("callbot", "backend", "rasa"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        redis_url = stack.enter_context(redis_server(FRONT, 6379))
        settings = {
            "CALLBOT_DATABASE_URL": f"{server}/callbot",
            "CALLBOT_BACKEND_DATABASE_URL": f"{server}/backend",
            "CALLBOT_RASA_DATABASE_URL": f"{server}/rasa",
            "CALLBOT_REDIS_URL": redis_url,
            "CALLBOT_OPEN311_API_KEY": "a-key",
            "CALLBOT_AGENTS_KEY": "another-key",
            "CALLBOT_PUBLIC_URL": PUBLIC_URL,
            "CALLBOT_SIP_TRUNKS": FRONT,
            "CALLBOT_DRAIN_S": "20",
        }
        machines = [
            stack.enter_context(machine(number, folder / f"m{number}", folder / "shared", settings))
            for number in (1, 2)
        ]
        workers = [f"{each.address}:5060" for each in machines]
        front = front_process(
            ROOT, folder / "front", FrontSettings(FRONT, 5060, workers, calls_per_minute=100)
        )
        log = stack.enter_context((folder / "front.log").open("wb"))
        kamailio = subprocess.Popen([*WITH_US, *front.command], stderr=log)
        stack.callback(_end, kamailio)
        for each in machines:
            wait_until(each.is_well, START_S)
        conversations, backend = (open_database(f"{server}/{name}") for name in ("callbot", "backend"))
        yield City(machines, conversations, backend)
        conversations.dispose()
        backend.dispose()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(30)


async def until(is_so, within_s: float = WITHIN_S) -> None:  # type: ignore[no-untyped-def]
    """Wait for something that databases and logs tell."""
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - it is told by other processes
            await asyncio.sleep(0.2)


# Half an answer is no answer: a second try would find one machine still cut off.
@pytest.mark.flaky(reruns=0)
async def test_one_of_two_machines_is_cut_off_in_mid_traffic(city: City, tmp_path: Path) -> None:
    first, second = city.machines
    settings = Settings()
    studio = Studio(settings.models_path, settings.var_dir / "speakers")
    chats = [
        Chat([each, other], street)
        for (each, other), street in zip(
            itertools.cycle(((first, second), (second, first))), STREETS, strict=False
        )
    ]
    go_on, at_place = asyncio.Event(), [asyncio.Event() for _ in chats]
    talking = [
        asyncio.create_task(chat.report(here, go_on)) for chat, here in zip(chats, at_place, strict=True)
    ]
    async with asyncio.timeout(WITHIN_S):
        for here in at_place:
            await here.wait()
    # Two calls, one on each machine.
    before = [await city.call(studio, tmp_path) for _ in range(2)]
    for placed in before:
        await until(lambda placed=placed: city.has_spoken(placed.number))
    dead = next(each for each in before if city.id_of(each.number) in first.log("bot"))
    alive = next(each for each in before if each is not dead)

    first.unplug()
    cut_at_s = time.monotonic()
    go_on.set()
    after = [await city.call(studio, tmp_path) for _ in range(2)]
    await until(lambda: all(city.id_of(each.number) for each in after))
    answered_s = time.monotonic() - cut_at_s
    await asyncio.sleep(max(0.0, CALLER_GIVES_UP_S - (time.monotonic() - cut_at_s)))
    dead.task.cancel()
    await asyncio.gather(dead.task, return_exceptions=True)
    results = {each.number: await each.task for each in (alive, *after)}
    references = [await each for each in talking]

    assert {result.outcome for result in results.values()} == {"goal_reached"}, results
    assert all("référence" in answer for answer in references), references
    for chat in chats:
        assert chat.seqs == sorted(set(chat.seqs)) == list(range(1, len(chat.seqs) + 1)), chat.seqs
    moved = [chat for chat in chats if chat.n_connections > 1]
    assert len(moved) == N_CHATS // 2
    served_by_second = [city.id_of(each.number) in second.log("bot") for each in after]
    assert served_by_second == [True, True]
    one_more = await city.call(studio, tmp_path)
    assert (await one_more.task).outcome == "goal_reached"

    first.plug_in()
    await until(first.is_well)
    await until(lambda: _nothing_waits(city), 240)
    filed = city.rows(
        "select reference, conversation_id from reports where conversation_id <> :dead",
        dead=city.id_of(dead.number),
    )
    told = {city.id_of(number) for number in (*results, one_more.number)}
    assert len(filed) == len({conversation for _, conversation in filed}) == len(told) + N_CHATS
    assert told <= {conversation for _, conversation in filed}
    all_filed = {
        str(row[0]) for row in city.rows("select reference from reports where delivery = 'delivered'")
    }
    with city.backend.connect() as connection:
        received = [row[0] for row in connection.execute(text("select reference from service_requests"))]
    print(
        f"\ncut off: 1 call lost, new calls answered within {answered_s:.1f} s of the cut (n={len(after)}); "
        f"{len(moved)} chats moved, longest wait {max(chat.longest_wait_s for chat in moved):.1f} s; "
        f"{len(filed)} reports promised, {len(received)} at the city's, load {os.getloadavg()[0]:.1f}"
    )
    assert sorted(received) == sorted(all_filed)


def _nothing_waits(city: City) -> bool:
    return city.rows("select count(*) from outbox where state <> 'delivered'") == [(0,)]
