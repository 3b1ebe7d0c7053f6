"""Two machines behind one front, and one of them is cut off in mid-traffic: what is lost, and what is not."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from bot.settings import Settings
from bot.simulate.run import CallerEngines, CallResult, simulate_call
from bot.simulate.script import load_script
from bot.simulate.session import render
from bot.simulate.store_ears import CallRecord, SoundLevel, StoreEars
from bot.speech.speakers import Studio
from bot.supervise.kamailio import FrontSettings, front_process
from integrations.database import open_database
from tests.calls.conftest import ROOT, START_S, wait_until
from tests.fakes.machines import FRONT, NETWORK, WITH_US, Machine, machine, network, why_not
from tests.fakes.postgres import start_for
from tests.fakes.redis import redis_server

SCRIPT = Path(__file__).parent / "report_pothole.yml"
PUBLIC_URL = "https://bot.example.fr"
N_CHATS = 6
WITHIN_S = 120.0
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


@dataclass
class City:
    """Both machines, and what is on the front's side of the cable."""

    machines: list[Machine]
    conversations: Engine
    backend: Engine
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        """Rows of the database of conversations and of the desk."""
        with self.conversations.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    async def call(self, studio: Studio, folder: Path) -> Placed:
        """Have a citizen report a pothole by phone."""
        number = f"063998{next(self.numbers):04d}"
        script = load_script(SCRIPT).model_copy(update={"number": number})
        spoken = {words: render(studio, words, "Nadia", None) for words in script.sentences()}
        engines = CallerEngines(StoreEars(CallRecord(self.conversations, number)), SoundLevel)
        wav = folder / f"{number}.wav"
        task = asyncio.create_task(
            simulate_call(script, "Nadia", spoken, b"", engines, f"sip:mairie@{FRONT}:5060", wav)
        )
        return Placed(number, task, wav)

    def id_of(self, number: str) -> str:
        """The conversation of a number, "" before it has begun."""
        found = self.rows("select id from conversations where caller like :like", like=f"%{number[1:]}")
        return str(found[0][0]) if found else ""

    def has_spoken(self, number: str) -> bool:
        """Whether the bot has understood something of this caller."""
        return bool(
            self.rows(
                "select 1 from turns where speaker = 'caller' and conversation_id = :id",
                id=self.id_of(number),
            )
        )


@dataclass(frozen=True)
class Placed:
    """A call under way."""

    number: str
    task: asyncio.Task[CallResult]
    wav: Path


class Chat:
    """A browser that comes back, to the other machine if need be, and sends again what was not taken."""

    def __init__(self, machines: list[Machine], street: str) -> None:
        self._machines = machines
        self.street = street
        self._socket: ClientConnection | None = None
        self._session = ""
        self._ids = itertools.count(1)
        self._unseen: dict[str, str] = {}
        self.seqs: list[int] = []
        self.texts: list[str] = []
        self.n_connections = 0
        self.longest_wait_s = 0.0

    async def say(self, words: str) -> str:
        """Write, and return the machine's answer, however long it takes to get it."""
        name = f"message-{next(self._ids):04d}"
        self._unseen[name] = words
        began_s = time.monotonic()
        async with asyncio.timeout(WITHIN_S):
            while True:
                try:
                    answer = await self._answer_to(name, words)
                    self.longest_wait_s = max(self.longest_wait_s, time.monotonic() - began_s)
                    return answer
                except (OSError, TimeoutError, WebSocketException):
                    self._machines.append(self._machines.pop(0))
                    self.leave()

    def leave(self) -> None:
        """Drop the connection without waiting for the other side, which may not be there."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    async def _answer_to(self, name: str, words: str) -> str:
        if self._socket is None:
            await self._open()
        assert self._socket is not None
        if name in self._unseen:
            await self._send({"event": "say", "id": name, "text": words})
        while True:
            # A browser notices a dead connection when the web front does; here after this.
            event = await asyncio.wait_for(self._event(), 15)
            is_answer = event["event"] == "message" and event["author"] == "bot" and event["tone"] == ""
            if is_answer and name not in self._unseen:
                return str(event["text"])

    async def _event(self) -> dict[str, object]:
        assert self._socket is not None
        event: dict[str, object] = json.loads(await self._socket.recv())
        if event["event"] == "welcome":
            self._session = str(event["session"])
        if event["event"] == "message":
            self.seqs.append(int(str(event["seq"])))
            self.texts.append(str(event["text"]))
            self._unseen.pop(str(event["id"]), None)
        return event

    async def _open(self) -> None:
        self.n_connections += 1
        url = self._machines[0].url.replace("http", "ws") + "/chat"
        self._socket = await connect(
            url, origin=Origin(PUBLIC_URL), proxy=None, open_timeout=3, ping_interval=None, close_timeout=1
        )
        last_seq = max(self.seqs, default=0)
        await self._send({"event": "hello", "version": 1, "session": self._session, "last_seq": last_seq})
        while (await asyncio.wait_for(self._event(), 15))["event"] != "welcome":
            pass

    async def _send(self, message: dict[str, object]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    async def report(self, before_place: asyncio.Event, go_on: asyncio.Event) -> str:
        """Report a pothole; returns the sentence that holds the reference."""
        await self.say("il y a un trou dans la chaussée")
        before_place.set()
        await go_on.wait()
        answer = await self.say(f"devant le 12 {self.street}")
        for _ in range(10):
            if "référence" in answer:
                break
            is_no = "même problème" in answer or "numéro" in answer
            answer = await self.say("non" if is_no else "oui")
        self.leave()
        return answer


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
