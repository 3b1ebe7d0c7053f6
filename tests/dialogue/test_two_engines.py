"""Two Rasas on one PostgreSQL and one Redis: a sender's turns are answered one by one and in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from redis import Redis
from sqlalchemy import create_engine, text

from bot.dialogue.nlg import nlg_router
from bot.rasa_env.serve import serve_command, serve_environment
from bot.store.trackers import open_trackers, read_tracker
from integrations.messages import load_messages
from tests.dialogue.engine import RASA_PYTHON, ROOT, process, running_actions, trained_model, wait_for
from tests.fakes.databases import fresh_database
from tests.fakes.nlg_server import serving
from tests.fakes.ports import free_ports
from tests.fakes.redis import redis_server

pytestmark = [pytest.mark.machines, pytest.mark.rasa, pytest.mark.timeout(900)]
# Long enough for the turns that come meanwhile to wait for it.
WORDING_S = 1.0


@dataclass(frozen=True)
class Pair:
    """urls: of both servers. database_url: of their trackers. redis: where they agree on whose turn it is."""

    urls: tuple[str, ...]
    database_url: str
    redis: Redis

    async def has_taken(self, n_turns: int) -> None:
        """Wait until so many turns have come in at either server: only then is there an order among them."""
        while self._n_taken() < n_turns:  # noqa: ASYNC110 - it is told by another process
            await asyncio.sleep(0.02)

    def _n_taken(self) -> int:
        return int(self.redis.info("commandstats").get("cmdstat_rpush", {"calls": 0})["calls"])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("pair")
    nlg_port, actions_port, nobody_port, *rasa_ports = free_ports(5)
    with ExitStack() as stack:
        nlg_url = stack.enter_context(serving(_slow_wording(), nlg_port))
        actions_url = stack.enter_context(running_actions(folder, actions_port, nobody_port, ""))
        database_url = stack.enter_context(fresh_database("postgresql", folder))
        redis_url = stack.enter_context(redis_server())
        environment = serve_environment(
            folder,
            actions_url=actions_url,
            nlg_url=f"{nlg_url}/nlg",
            database_url=database_url,
            redis_url=redis_url,
        )
        model = trained_model()
        for port in rasa_ports:
            command = serve_command(ROOT, RASA_PYTHON, model, port)
            stack.enter_context(process(command, environment, folder / f"rasa{port}.log"))
            # One after the other: the first makes the tables.
            wait_for(f"http://127.0.0.1:{port}/webhooks/rest/", folder / f"rasa{port}.log")
        urls = tuple(f"http://127.0.0.1:{port}" for port in rasa_ports)
        yield Pair(urls, database_url, stack.enter_context(Redis.from_url(redis_url)))


def _slow_wording() -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def wait(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        await asyncio.sleep(WORDING_S)
        return await answer(request)

    catalogue = load_messages(ROOT / "city" / "nimes")
    app.include_router(nlg_router(lambda sender_id: catalogue))
    return app


async def test_turns_of_one_sender_at_both_servers_are_taken_one_by_one(pair: Pair) -> None:
    said = [f"bonjour, c'est le message {number}" for number in range(6)]
    async with httpx.AsyncClient(timeout=60) as client:
        answers = []
        for number, words in enumerate(said):
            body = {
                "sender": "visitor",
                "message": words,
                "input_channel": "chat",
                "metadata": {"caller": ""},
            }
            post = client.post(f"{pair.urls[number % 2]}/webhooks/rest/webhook", json=body)
            answers.append(asyncio.create_task(post))
            async with asyncio.timeout(60):
                await pair.has_taken(number + 1)
        for answer in await asyncio.gather(*answers):
            assert answer.json(), "a turn came to nothing"
    trackers = open_trackers(pair.database_url)
    assert [turn.text for turn in read_tracker(trackers, "visitor")] == said
    trackers.dispose()
    kinds = _events(pair.database_url, "visitor")
    # Each turn ends, with the engine listening again, before the next begins.
    turns = "".join(kinds).split("u")[1:]
    assert len(turns) == len(said)
    assert all(turn.endswith("l") for turn in turns), kinds


def _events(url: str, sender: str) -> list[str]:
    """What happened, in the order in which it was written: u a turn begins, l it is over, s a sentence."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT type_name, data FROM events WHERE sender_id = :sender ORDER BY id")
        rows = connection.execute(query, {"sender": sender}).all()
    engine.dispose()
    marks = []
    for kind, data in rows:
        if kind == "user":
            marks.append("u")
        elif kind == "action" and json.loads(data)["name"] == "action_listen":
            marks.append("l")
        elif kind == "bot":
            marks.append("s")
    return marks
