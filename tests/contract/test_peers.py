"""Two bots on one database and one Redis: each chat is answered once, each call shown everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.call.events import AgentTookOver, Event
from bot.chat.handover import WAIT, Agent, HandOverError
from bot.chat.rooms import LEFT_AFTER, NOBODY_ELSE
from bot.chat.wiring import Among
from bot.live.types import Kind, Line, Live, Over, Refusal, Standing, Update
from bot.peers.bus import Bus
from bot.peers.chats import AskedBots, EveryonesDesk
from bot.peers.live import GONE_AFTER_S, EveryonesBoard
from bot.store.chats import ALIVE
from bot.store.leases import Leases
from tests.fakes.chat_desk import Desk, Tab, chatting, running_desk, settled
from tests.fakes.databases import fresh_database
from tests.fakes.redis import redis_server

NADIA = Agent("nadia", "Nadia")
WITHIN_S = 15
SINCE = datetime(2026, 11, 25, 9, tzinfo=UTC)


class Bot:
    """One of two bots, in this process but with nothing in common save the database and Redis."""

    def __init__(self, desk: Desk, bus: Bus | None) -> None:
        self.desk = desk
        self.bus = bus
        self.now_s = 0.0
        self.tasks: list[asyncio.Task[None]] = []
        if bus is not None:
            self.board = EveryonesBoard(desk.live, bus, lambda: self.now_s)
            self.chats = EveryonesDesk(desk.hand_over, desk.rooms, self.board, bus)

    async def fall_silent(self) -> None:
        """Tell the others nothing more."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def shows(self, standing: Standing, conversation_id: str) -> Live:
        """Wait until its page shows a conversation so."""
        follower = self.board.subscribe()
        async with asyncio.timeout(WITHIN_S):
            while True:
                for live in self.board.current():
                    if (live.id, live.standing) == (conversation_id, standing):
                        return live
                await follower.next()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with fresh_database("postgresql", tmp_path) as url:
        yield url


@asynccontextmanager
async def a_bot(name: str, folder: Path, database_url: str, redis_url: str) -> AsyncIterator[Bot]:
    bus = Bus(redis_url, name) if redis_url else None
    others = AskedBots(bus) if bus is not None else NOBODY_ELSE
    async with running_desk(folder / name, database_url, Among(name, others)) as desk:
        Leases(desk.database, name).hold(ALIVE + name, desk.now, timedelta(days=1))
        bot = Bot(desk, bus)
        if bus is not None:
            is_joined = asyncio.Event()

            async def join() -> None:
                is_joined.set()

            bus.joined.append(join)
            bot.tasks = [asyncio.create_task(bus.run()), asyncio.create_task(bot.board.run())]
            async with asyncio.timeout(WITHIN_S):
                await is_joined.wait()
        try:
            yield bot
        finally:
            await bot.fall_silent()


@pytest.fixture
async def pair(tmp_path: Path, database_url: str, redis_url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(a_bot("first", tmp_path, database_url, redis_url))
        second = await stack.enter_async_context(a_bot("second", tmp_path, database_url, redis_url))
        yield first, second


async def back(bot: Bot, key: str, last_seq: int = 0) -> tuple[object, Tab]:
    """A browser comes to a bot with the secret of its chat."""
    room = await bot.desk.rooms.find(key)
    assert room is not None
    tab = Tab()
    await room.log.join(tab, last_seq, {"event": "welcome"})
    return room, tab


async def test_a_chat_goes_on_at_another_bot_after_what_is_being_answered(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    async with chatting(first.desk) as (room, tab, key):
        await room.take("message-1", _words("il y a un trou"))
        taken, there = await back(second, key)
        # The first bot has answered, then let go; its tab is told to come back.
        assert tab.closed.is_set()
        assert there.texts()[-1].startswith("Trou dans la chaussée")
        await second.desk.send(taken, there, "et encore")
        assert there.seqs() == list(range(1, len(there.seqs()) + 1))
        assert first.desk.dialogue.asked[-1][1] == "il y a un trou"
        assert [text for _, text, _ in second.desk.dialogue.asked] == ["et encore"]
        assert first.desk.live.current() == ()


async def test_a_bot_that_is_cut_off_cannot_write_to_a_chat_that_was_taken_from_it(
    tmp_path: Path, database_url: str
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(a_bot("first", tmp_path, database_url, ""))
        second = await stack.enter_async_context(a_bot("second", tmp_path, database_url, ""))
        async with chatting(first.desk) as (room, tab, key):
            await first.desk.send(room, tab, "il y a un trou")
            taken, there = await back(second, key)
            # It does not know yet: what it would write is refused, and it lets go.
            room.do(lambda: room.say(_words("Je suis encore là.")))
            async with asyncio.timeout(WITHIN_S):
                await tab.closed.wait()
            await second.desk.send(taken, there, "douze rue de la République")
            assert there.seqs() == list(range(1, len(there.seqs()) + 1))
            assert "Je suis encore là." not in there.texts()


async def test_both_write_at_once_and_no_number_is_given_twice(pair: tuple[Bot, Bot]) -> None:
    first, _ = pair
    async with chatting(first.desk) as (room, _, _):
        store = first.desk.services.store
        entry = _words("Bonjour.").entry("bot")

        def many(store: object) -> None:
            for _ in range(20):
                store.add(room.id, [entry], first.desk.now)

        await asyncio.gather(asyncio.to_thread(many, store), asyncio.to_thread(many, store))
        rows = first.desk.rows(f"select seq from chat_entries where session_id = '{room.id}' order by seq")
        assert [seq for (seq,) in rows] == list(range(1, len(rows) + 1))


async def test_a_visitor_who_left_is_told_goodbye_by_one_bot(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    async with chatting(first.desk) as (room, tab, _):
        await first.desk.send(room, tab, "il y a un trou")
        room.log.leave(tab)
        for bot in pair:
            bot.desk.now += LEFT_AFTER + timedelta(minutes=1)
        await asyncio.gather(first.desk.rooms.sweep(), second.desk.rooms.sweep())
        await settled(room)
        said = [text for bot in pair for _, text, _ in bot.desk.dialogue.asked]
        assert said.count("/hang_up") == 1


async def test_what_a_dead_bot_carried_is_looked_after_by_another(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    async with chatting(first.desk) as (room, tab, _):
        await first.desk.send(room, tab, "il y a un trou")
        second.desk.now += LEFT_AFTER + timedelta(minutes=1)
        await second.desk.rooms.sweep()
        assert second.desk.dialogue.asked == []
        Leases(first.desk.database, "first").let_go(ALIVE + "first")
        await second.desk.rooms.sweep()
        adopted = await second.desk.rooms.get(room.id)
        assert adopted is not None
        await settled(adopted)
        assert [text for _, text, _ in second.desk.dialogue.asked] == ["/hang_up"]


async def test_a_person_at_one_bot_answers_a_chat_of_another(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    async with chatting(first.desk) as (room, tab, _):
        await second.chats.is_here("nadia")
        await first.desk.hand_over.sweep()
        assert first.desk.presence.is_somebody_there(first.desk.now)
        room.do(room.call_person)
        await second.shows(Standing.WAITING, room.id)
        await second.chats.take(room.id, NADIA)
        live = await second.shows(Standing.AGENT, room.id)
        assert (live.agent, live.login) == ("Nadia", "nadia")
        for _ in range(2):  # sent twice by a page on a bad line
            await second.chats.write(room.id, NADIA, "Bonjour.", "a-message-1")
        assert tab.texts().count("Bonjour.") == 1
        with pytest.raises(HandOverError) as refusal:
            await second.chats.write(room.id, Agent("paul", "Paul"), "Moi aussi.", "a-message-2")
        assert refusal.value.status == 409
        # Whose page is open at another machine is not absent.
        first.desk.now += WAIT
        await second.desk.hand_over.is_here("nadia")
        await first.desk.hand_over.sweep()
        await second.chats.end(room.id, NADIA)
        await second.shows(Standing.BOT, room.id)
        assert not tab.closed.is_set()


async def test_a_call_of_another_bot_is_followed_and_taken_over(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    told: list[Event] = []
    first.desk.live.open(Live("c1", Kind.CALL, SINCE, "0612345678"), told.append)
    first.desk.live.add("c1", Line("bot", "Bonjour."))
    first.desk.live.change("c1", partial="il y a un tr")
    assert (await second.shows(Standing.BOT, "c1")).caller == "0612345678"
    first.desk.live.add("c1", Line("caller", "Il y a un trou."))
    follower = second.board.subscribe()
    lines: list[str] = []
    async with asyncio.timeout(WITHIN_S):
        while len(lines) < 2:
            for news in await follower.next():
                assert isinstance(news, Update)
                lines[news.first :] = [line.text for line in news.lines]
    assert lines == ["Bonjour.", "Il y a un trou."]
    assert await second.board.take_call("c1", "nadia", "Nadia", "0899123456") is Refusal.NO_DESK
    assert await second.board.take_call("c1", "nadia", "Nadia", "4217") is None
    assert told == [AgentTookOver("4217")]
    assert await second.board.take_call("c1", "paul", "Paul", "4217") is Refusal.TAKEN
    await second.shows(Standing.TAKING, "c1")
    first.desk.live.close("c1")
    await is_over(second, "c1")
    assert await second.board.take_call("c1", "paul", "Paul", "4217") is Refusal.GONE


async def test_a_bot_that_begins_later_is_told_of_what_goes_on(
    pair: tuple[Bot, Bot], tmp_path: Path, database_url: str, redis_url: str
) -> None:
    first, _ = pair
    first.desk.live.open(Live("c1", Kind.CALL, SINCE), lambda event: None)
    first.desk.live.add("c1", Line("bot", "Bonjour."))
    async with a_bot("third", tmp_path, database_url, redis_url) as third:
        await third.shows(Standing.BOT, "c1")


async def test_calls_of_a_machine_that_falls_silent_are_shown_no_longer(pair: tuple[Bot, Bot]) -> None:
    first, second = pair
    first.desk.live.open(Live("c1", Kind.CALL, SINCE), lambda event: None)
    await second.shows(Standing.BOT, "c1")
    await first.fall_silent()
    second.now_s += GONE_AFTER_S + 1
    await is_over(second, "c1")


async def is_over(bot: Bot, conversation_id: str) -> None:
    """Wait until its page shows a conversation no longer."""
    follower = bot.board.subscribe()
    async with asyncio.timeout(WITHIN_S):
        while conversation_id in {live.id for live in bot.board.current()}:
            assert all(isinstance(each, Update | Over) for each in await follower.next())


async def test_without_redis_a_bot_serves_its_own(tmp_path: Path, database_url: str) -> None:
    """What passes between bots fails; calls and chats do not."""
    async with running_desk(tmp_path, database_url, Among("first", NOBODY_ELSE)) as desk:
        bus = Bus(f"unix://{tmp_path / 'nobody.sock'}", "first")
        bot = Bot(desk, bus)
        tasks = [asyncio.create_task(each) for each in (bus.run(), bot.board.run())]
        async with chatting(desk) as (room, tab, _):
            await desk.send(room, tab, "il y a un trou")
            await bot.shows(Standing.BOT, room.id)
            await bot.chats.take(room.id, NADIA)
            await bot.shows(Standing.AGENT, room.id)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _words(text: str):  # type: ignore[no-untyped-def]
    from bot.chat.session import Content

    return Content(text)
