"""A transfer from the caller's key, or an agent's click, to the agent's key.

The real call, real SIP and the console's own routes; engines that are fakes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.call.types import ActionType, Reply
from bot.chat.handover import HandOver
from bot.console.routes_live import Following
from bot.live.board import Follower
from bot.live.types import Line, Standing, Update
from bot.settings import Settings
from bot.store.models import Conversation
from bot.store.models_accounts import AccountRow
from integrations.database import open_database, writing
from tests.calls.sipp.lab import phone, worker
from tests.fakes.chat_desk import running_desk
from tests.fakes.console_site import PASSWORD, console_beside
from tests.fakes.media_peer import MediaCall, media_peer, stay_silent
from tests.unit.test_media_gateway import TOKEN, Door, listening
from wire import media

pytestmark = pytest.mark.sip

TRANSFER = Reply("Je vous passe.", action=ActionType.TRANSFER, service="voirie", summary="Un trou")
GOODBYE = Reply("Au revoir.", action=ActionType.HANGUP)
# The fake voice says 20 ms of a constant per character.
WHISPER_S = 0.02 * len("whisper Un trou.")


def _loud_s(call: MediaCall) -> float:
    """How long anything was heard. A constant passes A-law, but the line's filters take its level down."""
    samples = np.frombuffer(bytes(call.heard), dtype="<i2")
    return int(np.count_nonzero(np.abs(samples.astype(np.int32)) > 300)) / media.SAMPLE_RATE_HZ


async def _ask_for_a_person(call: MediaCall) -> None:
    # The opening is never cut short, but a key pressed into it is kept.
    await call.send(media.Dtmf("0"))


@pytest.mark.parametrize(
    ("key", "outcome", "asked"),
    [
        ("1", "transferred", ["/talk_to_agent", "/hang_up"]),
        ("2", "goodbye", ["/talk_to_agent", '/request_callback{"service": "voirie"}', "/hang_up"]),
    ],
)
async def test_an_agent_hears_the_summary_and_decides(
    tmp_path: Path, key: str, outcome: str, asked: list[str]
) -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.until(lambda: _loud_s(call) > 0.7 * WHISPER_S)
        await call.send(media.Dtmf(key))
        if key == "1":
            await call.hears(0.5)
            await call.send(media.Hangup("done"))

    async with media_peer(agent_script) as agent_mind, worker(agent_mind.url) as agent:
        door = Door(tmp_path, TRANSFER, GOODBYE, transfer_targets={"voirie": agent.uri})
        async with (
            listening(door),
            media_peer(_ask_for_a_person) as caller_mind,
            worker(
                f"ws://127.0.0.1:{door.port}/media", internal_token=TOKEN, transfer_targets=agent.uri
            ) as telephony,
            phone(telephony.uri, caller_mind.url) as dial,
        ):
            assert await dial.ends() == 0, dial.output
    with Session(door.engine) as session:
        conversation = session.scalars(select(Conversation)).one()
    assert conversation.outcome == outcome
    assert door.dialogue.asked == asked


@pytest.mark.parametrize(
    ("key", "outcome", "is_back"), [("1", "transferred", False), ("2", "caller_hung_up", True)]
)
async def test_a_call_is_taken_over_from_the_console(
    tmp_path: Path, key: str, outcome: str, is_back: bool
) -> None:
    async def agent_script(call: MediaCall) -> None:
        await call.until(lambda: _loud_s(call) > 0.2)
        await call.send(media.Dtmf(key))
        if key == "1":
            await call.hears(0.5)
            await call.send(media.Hangup("done"))

    async with media_peer(agent_script) as agent_mind, worker(agent_mind.url) as agent:
        door = Door(tmp_path, agent_targets={"4217": agent.uri})
        async with (
            running_desk(tmp_path / "chats") as chats,
            served_beside(door, tmp_path, chats.hand_over) as agents_browser,
            media_peer(stay_silent) as caller_mind,
            worker(
                f"ws://127.0.0.1:{door.port}/media", internal_token=TOKEN, transfer_targets=agent.uri
            ) as telephony,
            phone(telephony.uri, caller_mind.url) as dial,
        ):
            follower = door.live.subscribe()
            call_id = (await _news_until(follower, lambda news: True)).live.id
            assert (await agents_browser.post(f"/console/live/calls/{call_id}/take")).status_code == 204
            assert (await agents_browser.post(f"/console/live/calls/{call_id}/take")).status_code == 409
            if is_back:
                back = await _news_until(follower, lambda news: bool(news.live.problem))
                assert (back.live.standing, back.live.problem) == (Standing.BOT, "refused")
                await _news_until(follower, lambda news: any(_is_back(line, door) for line in news.lines))
                await (await caller_mind.call()).send(media.Hangup("done"))
            assert await dial.ends() == 0, dial.output
    with Session(door.engine) as session:
        conversation = session.scalars(select(Conversation)).one()
    assert conversation.outcome == outcome
    # The machine's questions were not answered by anybody: the dialogue was never asked.
    assert door.dialogue.asked == []


def _is_back(line: Line, door: Door) -> bool:
    return line.text.startswith(door.editions.current.script.agent_not_there)


async def _news_until(follower: Follower, is_so: Callable[[Update], bool]) -> Update:
    async with asyncio.timeout(30):
        while True:
            for news in await follower.next():
                if isinstance(news, Update) and is_so(news):
                    return news


@asynccontextmanager
async def served_beside(door: Door, tmp_path: Path, hand_over: HandOver) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the console on the door of calls; yields the browser of an agent who has a desk."""
    desk_database = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    settings = Settings(var_dir=tmp_path, public_port=door.port)
    following = Following(door.live, hand_over)
    console = console_beside(settings, door.editions, door.engine, desk_database, following)
    console.install(door.app)
    for router in console.routers:
        door.app.include_router(router)
    with writing(door.engine) as session:
        session.execute(update(AccountRow).values(extension="4217"))
    async with listening(door), httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.port}") as browser:
        await browser.post("/console/sign-in", data={"login": "agent", "password": PASSWORD})
        page = (await browser.get("/console/live/")).text
        browser.headers["x-csrf-token"] = page.partition('"X-CSRF-Token": "')[2].partition('"')[0]
        yield browser
    desk_database.dispose()
