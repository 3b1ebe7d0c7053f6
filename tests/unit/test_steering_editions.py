"""A version that is put into force reaches who calls next, and leaves who is calling with theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.steering.editions import Editions
from bot.steering.feed import SteeringFeed, new_sentences
from integrations.city import load_city
from integrations.database import migrate, open_database, writing
from integrations.messages import load_messages
from integrations.steering import MessageEdit, Notice, OpeningSwitch, Steering
from integrations.steering_store import SteeringStore, SteeringVersion
from integrations.wiring import DESK_MIGRATIONS

CITY = Path("city/nimes")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MARKET = Steering(announcement=Notice(text="Le marché est annulé."))
ROBOT = MessageEdit(voice=("Bonjour, ici le robot de la mairie.",), chat=("Bonjour, ici le robot.",))


class MemoryWarmer:
    def __init__(self) -> None:
        self.warmed: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()

    async def warm(self, texts: Iterable[str]) -> int:
        self.warmed.put_nowait(tuple(texts))
        return 0


@pytest.fixture
def editions() -> Editions:
    return Editions(load_city(CITY), load_messages(CITY))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    return engine


def test_a_call_keeps_the_version_that_it_began_with(editions: Editions) -> None:
    with editions.bound("earlier") as earlier:
        editions.change_to(SteeringVersion(1, MARKET.but(texts={"call_opening": ROBOT})))
        with editions.bound("later") as later:
            assert earlier.script_at(NOW).first_question == "Comment puis-je vous aider ?"
            assert later.script_at(NOW).first_question == "Le marché est annulé. Comment puis-je vous aider ?"
            assert later.opening("voice") == ROBOT.voice[0]
            assert editions.of("earlier") is earlier
            assert editions.of("later") is editions.of("a chat") is later
    assert editions.of("earlier").id == 1


def test_what_is_said_follows_its_moments(editions: Editions) -> None:
    banner = Notice(text="Le Vistre déborde.", ends_at=NOW)
    editions.change_to(SteeringVersion(1, Steering(banner=banner, asks_satisfaction=True)))
    before, after = (editions.current.script_at(at) for at in (NOW.replace(hour=8), NOW))
    assert before.greeting.startswith("Le Vistre déborde. Bonjour")
    assert after.greeting.startswith("Bonjour")
    assert "appuyez sur 1" in after.rating


def test_callers_are_not_asked_to_rate_unless_switched_on(editions: Editions) -> None:
    assert editions.current.script_at(NOW).rating == ""


def test_hours_are_those_of_the_citys_clock(editions: Editions) -> None:
    nothing = OpeningSwitch(days=(None,) * 7)
    editions.change_to(SteeringVersion(1, Steering(opening=nothing)))
    assert not editions.current.takes("call-1", NOW)


def test_only_what_is_new_is_rendered(editions: Editions) -> None:
    before = editions.change_to(SteeringVersion(1, MARKET.but(texts={"call_opening": ROBOT})))
    assert new_sentences(before, editions.current) == (
        "Le marché est annulé.",
        "Bonjour, ici le robot de la mairie.",
    )


async def test_what_is_saved_is_in_force_at_once_and_rendered(editions: Editions, engine: Engine) -> None:
    store, warmer = SteeringStore(engine), MemoryWarmer()
    feed = SteeringFeed(editions, store, warmer, poll_s=3600)
    heard: list[int] = []
    feed.listeners.append(lambda edition: heard.append(edition.id))
    running = asyncio.create_task(feed.run())
    store.save(MARKET, 0, "saïd", "", NOW)
    feed.wake()
    assert await asyncio.wait_for(warmer.warmed.get(), 30) == ("Le marché est annulé.",)
    assert (editions.current.id, heard) == (1, [1])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_broken_database_leaves_what_was_known(editions: Editions, engine: Engine) -> None:
    store = SteeringStore(engine)
    feed = SteeringFeed(editions, store, None)
    store.save(MARKET, 0, "saïd", "", NOW)
    await feed.refresh()
    with writing(engine) as session:
        session.execute(
            text("INSERT INTO steering_versions VALUES (2, '2026-11-25', 'x', '', '{\"no\": 1}')")
        )
    await feed.refresh()
    assert editions.current.id == 1
    with writing(engine) as session:
        session.execute(text("DROP TABLE steering_versions"))
    await feed.refresh()
    assert editions.current.steering == MARKET
