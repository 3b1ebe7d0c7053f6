"""Real calls over `/media` while what is said changes: the earlier keeps its own, the next has the new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from websockets.asyncio.client import ClientConnection

from bot.dialogue.nlg import nlg_router
from bot.steering.feed import SteeringFeed
from bot.store.models import Conversation
from integrations.database import migrate, open_database
from integrations.steering import MessageEdit, Notice, OpeningSwitch, Steering
from integrations.steering_store import SteeringStore
from integrations.wiring import DESK_MIGRATIONS
from tests.unit.test_media_gateway import Door, hears, listening
from wire import media

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MARKET = "Le marché de samedi est annulé."
WELCOME = MessageEdit(voice=("Je vous en prie, avec joie.",))
FALLBACK = {"": "sip:secours@127.0.0.1"}


class City:
    """A door of calls, and the people who steer."""

    def __init__(self, tmp_path: Path) -> None:
        self.door = Door(tmp_path, transfer_targets=FALLBACK)
        desk = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
        migrate(desk, DESK_MIGRATIONS)
        self._store = SteeringStore(desk)
        self._feed = SteeringFeed(self.door.editions, self._store, None)

    async def changes(self, steering: Steering) -> None:
        self._store.save(steering, self._store.newest_id(), "saïd", "", NOW)
        await self._feed.refresh()

    async def wording(self, call_id: str) -> str:
        """What Rasa is given for a call."""
        editions = self.door.editions
        app = FastAPI()
        app.include_router(nlg_router(lambda sender_id: editions.of(sender_id).catalogue))
        body = {"response": "utter_you_are_welcome", "arguments": {}, "tracker": {"sender_id": call_id}}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return str((await client.post("/nlg", json=body)).json()["text"])

    def said(self, call_id: str) -> tuple[int, list[str]]:
        """The version that a call is recorded with, and what it heard of the bot."""
        with Session(self.door.engine) as session:
            found = session.get(Conversation, call_id)
            assert found is not None
            return found.steering, [turn.text for turn in found.turns if turn.speaker == "bot"]


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    city = City(tmp_path)
    async with listening(city.door):
        yield city


@asynccontextmanager
async def calling(city: City, call_id: str) -> AsyncIterator[ClientConnection]:
    async with city.door.connect() as peer:
        await peer.send(media.encode(media.Start(call_id, "0612345678", "0466")))
        yield peer


async def test_a_call_in_progress_keeps_what_it_began_with(city: City) -> None:
    async with calling(city, "earlier") as earlier:
        await hears(earlier, lambda message: message == media.Mark("say-1"))
        steering = Steering(announcement=Notice(text=MARKET), texts={"utter_you_are_welcome": WELCOME})
        await city.changes(steering)
        async with calling(city, "later") as later:
            await hears(later, lambda message: message == media.Mark("say-2"))
            assert await city.wording("later") == WELCOME.voice[0]
            assert await city.wording("earlier") != WELCOME.voice[0]
        await hears(earlier, lambda message: message == media.Mark("say-2"))
    await later.wait_closed()
    await earlier.wait_closed()
    await city.door.store.drain()
    assert city.said("earlier") == (0, [*_greeting(city), "Comment puis-je vous aider ?"][:2])
    version, heard = city.said("later")
    assert version == 1
    assert heard[1].startswith(MARKET)


async def test_a_call_that_is_not_for_the_machine_is_passed_on(city: City) -> None:
    await city.changes(
        Steering(
            banner=Notice(text="Le Vistre déborde.", ends_at=datetime.now(UTC) + timedelta(hours=1)),
            opening=OpeningSwitch(share_percent=0),
        )
    )
    async with calling(city, "c1") as peer:
        order, _ = await hears(peer, lambda message: isinstance(message, media.Transfer))
        assert isinstance(order, media.Transfer)
        assert (order.to, order.kind) == (FALLBACK[""], "blind")
        await peer.send(media.encode(media.TransferStatus("accepted", 202)))
        await hears(peer, lambda message: isinstance(message, media.Hangup))
        await peer.send(media.encode(media.Hangup("bot")))
        await peer.wait_closed()
    await city.door.store.drain()
    assert city.door.conversation().outcome == "passed_on"
    assert city.said("c1")[1][0].startswith("Le Vistre déborde. Bonjour")


def _greeting(city: City) -> list[str]:
    return [city.door.editions.catalogue.variants("call_opening")[0]]
