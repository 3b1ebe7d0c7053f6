"""A chat behind its door: order, coming back, a process that stopped in between, people, erasing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from bot.chat.handover import ABSENT_AFTER, WAIT, HandOver, HandOverError, Presence
from bot.chat.protocol import Person, Say, read_request
from bot.chat.requests import Requests
from bot.chat.room import Room
from bot.chat.rooms import FORGOTTEN_AFTER, LEFT_AFTER, Rooms
from bot.chat.services import ChatServices
from bot.chat.session import Author, Content, Mode
from bot.chat.wiring import Engines, assemble
from bot.settings import Settings
from bot.store.conversations import MIGRATIONS, ConversationStore
from integrations.city import load_city
from integrations.database import migrate, open_database
from integrations.messages import load_messages
from tests.fakes.chat_site import CITY, WrittenDialogue, always_open


class Tab:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.closed = asyncio.Event()

    def send(self, event: Mapping[str, Any]) -> None:
        """See `bot.chat.log.Peer`."""
        self.events.append(event)

    def close(self) -> None:
        self.closed.set()

    def texts(self) -> list[str]:
        return [event["text"] for event in self.events if event["event"] == "message"]

    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events if event["event"] == "message"]


class Desk:
    """Everything behind the doors, with a clock that stands still until it is moved."""

    def __init__(self, tmp_path: Path) -> None:
        self.now = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
        self.dialogue = WrittenDialogue()
        self.settings = Settings(var_dir=tmp_path)
        self.database = open_database(self.settings.conversations_url)
        migrate(self.database, MIGRATIONS)
        self.records = ConversationStore(self.database)
        self._tasks: list[asyncio.Task[None]] = []
        self.presence = Presence()

    def start(self) -> None:
        """Begin, or begin again after a stop, as a new process would."""
        catalogue = load_messages(CITY)
        engines = Engines(self.dialogue, self.dialogue, None)
        chat = assemble(
            self.settings, always_open(load_city(CITY)), catalogue, self.database, self.records, engines
        )
        self.services: ChatServices = replace(
            chat.rooms.services,
            clock=lambda: self.now,
            is_staffed=self.presence.is_somebody_there,
        )
        self.rooms = Rooms(self.services)
        self.hand_over = HandOver(self.rooms, self.presence)
        self.requests = Requests(self.services, self.hand_over, clock_s=self.now_s)
        self._tasks = [asyncio.create_task(self.records.run())]

    def now_s(self) -> float:
        return self.now.timestamp()

    async def stop(self) -> None:
        await self.rooms.close()
        await self.records.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, room: Room, tab: Tab, text: str, name: str = "") -> None:
        """Send words as a browser does, and wait until all is answered."""
        await self.requests.handle(
            Say(event="say", id=name or f"message-{len(tab.events)}", text=text), room, tab, "192.0.2.1"
        )
        await settled(room)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.settings.var_dir / "conversations.db")) as connection:
            return connection.execute(query).fetchall()


async def settled(room: Room) -> None:
    """Wait until a room has done all it was asked for."""
    done = asyncio.Event()

    async def mark() -> None:
        done.set()

    room.do(mark)
    await asyncio.wait_for(done.wait(), 10)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    desk.start()
    yield desk
    await desk.stop()


@asynccontextmanager
async def chatting(desk: Desk) -> AsyncIterator[tuple[Room, Tab, str]]:
    room, key = await desk.rooms.open()
    tab = Tab()
    await room.log.join(tab, 0, {"event": "welcome"})
    yield room, tab, key


async def test_it_says_at_once_that_a_machine_answers(desk: Desk) -> None:
    async with chatting(desk) as (_, tab, _):
        assert "assistant automatique" in tab.texts()[0]
        assert tab.events[3]["buttons"][0] == "Signaler un problème"
        assert "payload" not in str(tab.events)


async def test_messages_are_numbered_answered_in_order_and_recorded(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        for number in range(3):
            await desk.requests.handle(
                Say(event="say", id=f"message-{number}", text=f"texte {number}"), room, tab, "192.0.2.1"
            )
        await settled(room)
        assert tab.seqs() == list(range(1, 10))
        assert [text for _, text, _ in desk.dialogue.asked] == ["texte 0", "texte 1", "texte 2"]
        await desk.records.drain()
        turns = desk.rows("select speaker, text, intent from turns order by position")
        assert turns[3:5] == [("caller", "texte 0", "inform"), ("bot", "Vous avez dit : texte 0", "")]
        assert desk.rows("select channel, caller from conversations") == [("chat", "")]


async def test_what_is_sent_twice_is_said_once(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.send(room, tab, "bonjour", "same-name")
        await desk.send(room, tab, "bonjour", "same-name")
        assert [text for _, text, _ in desk.dialogue.asked] == ["bonjour"]


async def test_who_comes_back_sees_what_was_missed_and_nothing_twice(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, key):
        await desk.send(room, tab, "premier")
        room.log.leave(tab)
        seen = tab.seqs()[-1]
        await room.take("unseen-message", Content("second"))
        await settled(room)
        again = await desk.rooms.find(key)
        assert again is room
        await room.log.join(tab, seen, {"event": "welcome"})
        assert tab.seqs() == sorted(set(tab.seqs()))
        assert tab.texts()[-2:] == ["second", "Vous avez dit : second"]


async def test_another_secret_opens_nothing_and_the_secret_is_nowhere_kept(desk: Desk) -> None:
    async with chatting(desk) as (room, _, key):
        assert await desk.rooms.find(key + "x") is None
        assert await desk.rooms.find(room.id) is None
        assert key not in str(desk.rows("select * from chat_sessions"))
        assert key not in room.id


async def test_a_message_that_a_stopped_process_never_asked_is_asked_by_the_next(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, key):
        seq = await left_behind(desk, room, "pas encore demandé", "new")
        await desk.stop()
        desk.start()
        again = await desk.rooms.find(key)
        assert again is not None
        await settled(again)
        await again.log.join(tab, seq, {"event": "welcome"})
        assert tab.texts()[-1] == "Vous avez dit : pas encore demandé"


async def test_a_message_that_may_have_been_acted_upon_is_not_asked_twice(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, key):
        seq = await left_behind(desk, room, "oui, envoyez", "asked")
        await desk.stop()
        desk.start()
        again = await desk.rooms.find(key)
        assert again is not None
        await settled(again)
        await again.log.join(tab, seq, {"event": "welcome"})
        assert tab.texts()[-1].startswith("J'ai été interrompu.")
        assert desk.dialogue.asked == []


async def left_behind(desk: Desk, room: Room, text: str, state: str) -> int:
    """Leave a message as a process that died would; returns the number before it."""
    entry = Content(text).entry(Author.VISITOR, "left-behind", state)
    (added,) = await asyncio.to_thread(desk.services.store.add, room.id, [entry], desk.now)
    return added.seq - 1


async def test_a_chat_that_cannot_be_written_is_let_go_and_taken_up_again(desk: Desk) -> None:
    async def fail() -> None:
        raise OperationalError("insert", {"content": "un secret"}, Exception("disk full"))

    async with chatting(desk) as (room, tab, key):
        with structlog.testing.capture_logs() as logged:
            room.do(fail)
            await asyncio.wait_for(tab.closed.wait(), 10)
        assert [line["event"] for line in logged] == ["chat_broke"]
        assert "secret" not in str(logged)
        again = await desk.rooms.find(key)
        assert again is not None
        assert again is not room
        await again.take("after-the-fault", Content("encore là"))
        await settled(again)
        assert desk.dialogue.asked[-1][1] == "encore là"


async def test_a_failing_engine_is_said_and_then_a_number_given(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        desk.dialogue.is_down = True
        await desk.send(room, tab, "bonjour")
        assert "souci technique" in tab.texts()[-1]
        await desk.send(room, tab, "bonjour")
        assert "04 65 71 30 00" in tab.texts()[-1]
        desk.dialogue.is_down = False
        await desk.send(room, tab, "bonjour")
        assert tab.texts()[-1] == "Vous avez dit : bonjour"


async def test_danger_is_told_first_flagged_and_said_once(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        for _ in range(2):
            await desk.send(room, tab, "mon mari est tombé il ne respire plus")
        alerts = [event for event in tab.events if event.get("tone") == "alert"]
        assert len(alerts) == 1
        assert "15" in alerts[0]["text"]
        assert tab.texts().index(alerts[0]["text"]) < tab.texts().index(tab.texts()[-1])
        await desk.records.drain()
        assert desk.rows("select emergency from conversations") == [("medical",)]


async def test_too_fast_is_refused_and_nothing_is_lost_by_waiting(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        for number in range(14):
            await desk.send(room, tab, f"texte {number}", f"message-{number:02}")
        refused = [event["id"] for event in tab.events if event["event"] == "refused"]
        assert refused == ["message-12", "message-13"]
        desk.now += timedelta(seconds=4)
        await desk.send(room, tab, "texte 12", "message-12")
        assert tab.texts()[-1] == "Vous avez dit : texte 12"


async def test_a_button_that_was_never_offered_is_refused(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        for seq, button in ((3, 9), (1, 0), (99, 0)):
            request = read_request(
                f'{{"event":"choose","id":"choice-{seq}-{button}","seq":{seq},"button":{button}}}'
            )
            await desk.requests.handle(request, room, tab, "192.0.2.1")
        assert [event["code"] for event in tab.events if event["event"] == "refused"] == ["unknown"] * 3
        assert desk.dialogue.asked == []


async def test_somebody_elses_photo_is_refused(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _), chatting(desk) as (other, _, _):
        name = await asyncio.to_thread(desk.services.photos.keep, b"jpeg")
        await asyncio.to_thread(desk.services.store.add_photo, name, other.id, desk.now)
        request = read_request(f'{{"event":"photo","id":"a-photo-1","photo":"{name}"}}')
        await desk.requests.handle(request, room, tab, "192.0.2.1")
        assert tab.events[-1] == {"event": "refused", "code": "unknown", "id": "a-photo-1"}


async def test_a_place_elsewhere_is_refused_and_its_name_is_the_citys_own(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        paris = '{"event":"place","id":"a-place-1","latitude":48.8566,"longitude":2.3522}'
        await desk.requests.handle(read_request(paris), room, tab, "192.0.2.1")
        assert tab.events[-1]["code"] == "outside"
        nimes = (
            '{"event":"place","id":"a-place-2","latitude":43.8349,"longitude":4.3596,"label":"<b>ici</b>"}'
        )
        await desk.requests.handle(read_request(nimes), room, tab, "192.0.2.1")
        await settled(room)
        assert "près de Arènes de Nîmes" in tab.texts()
        assert "<b>" not in str(tab.texts())


async def test_the_photo_of_a_filed_report_outlives_the_erased_chat(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        names = []
        for number, words in ((1, "un trou"), (2, "une autre")):
            name = await asyncio.to_thread(desk.services.photos.keep, b"jpeg")
            await asyncio.to_thread(desk.services.store.add_photo, name, room.id, desk.now)
            request = read_request(
                f'{{"event":"photo","id":"a-photo-{number}","photo":"{name}","text":"{words}"}}'
            )
            await desk.requests.handle(request, room, tab, "192.0.2.1")
            await settled(room)
            names.append(name)
            if number == 1:
                await room.take("confirming", Content("Oui", payload="/affirm"))
                await settled(room)
        await desk.rooms.erase(room)
        assert tab.events[-1] == {"event": "erased"}
        assert tab.closed.is_set()
        assert desk.services.photos.path(names[0]) is not None
        assert desk.services.photos.path(names[1]) is None
        assert desk.rows("select session_id from chat_photos") == [("",)]
        await desk.records.drain()
        for table in ("conversations", "turns", "chat_sessions", "chat_entries"):
            assert desk.rows(f"select count(*) from {table}") == [(0,)]


async def test_erasing_erases_the_dialogue_engines_memory(desk: Desk) -> None:
    trackers = desk.settings.var_dir / "rasa" / "trackers.db"
    trackers.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(trackers)) as connection:
        connection.execute("create table events (id integer primary key, sender_id text, data text)")
        async with chatting(desk) as (room, _, _):
            senders = (room.id, f"{room.id}.2", "chat-other", f"x{room.id}")
            connection.executemany("insert into events (sender_id) values (?)", [(each,) for each in senders])
            connection.commit()
            await desk.rooms.erase(room)
        left = connection.execute("select sender_id from events").fetchall()
    assert left == [("chat-other",), (f"x{room.id}",)]


async def test_who_has_left_is_as_who_hung_up_and_may_come_back(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, key):
        await desk.send(room, tab, "il y a un trou")
        desk.now += LEFT_AFTER + timedelta(minutes=1)
        await desk.rooms.sweep()
        await settled(room)
        assert desk.dialogue.asked[-1][1] == "/hang_up"
        assert room.mode is Mode.LEFT
        await desk.send(room, tab, "me revoilà")
        sender, text, _ = desk.dialogue.asked[-1]
        assert (sender, text) == (f"{room.id}.2", "me revoilà")
        desk.now += FORGOTTEN_AFTER + timedelta(minutes=1)
        await desk.rooms.sweep()
        assert await desk.rooms.find(key) is None
        await desk.records.drain()
        assert desk.rows("select count(*) from conversations") == [(1,)]  # until its own time is over


async def test_a_person_is_called_when_somebody_is_there(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        assert await desk.hand_over.chats() == []
        await desk.requests.handle(Person(event="person", id="a-person-1"), room, tab, "192.0.2.1")
        await settled(room)
        assert [chat.id for chat in await desk.hand_over.chats()] == [room.id]
        await desk.hand_over.take(room.id, "Nadia")
        with pytest.raises(HandOverError) as refusal:
            await desk.hand_over.take(room.id, "Paul")
        assert refusal.value.status == 409
        with pytest.raises(HandOverError):
            await desk.hand_over.write(room.id, "Paul", "bonjour", "a-message-1")
        for _ in range(2):  # sent twice by a page on a bad line
            await desk.hand_over.write(room.id, "Nadia", "Bonjour.", "a-message-1")
        assert tab.texts().count("Bonjour.") == 1
        await desk.hand_over.end(room.id, "Nadia")
        assert room.mode is Mode.BOT


async def test_when_nobody_comes_a_call_back_is_offered(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.hand_over.chats()
        await room.take("by-button", Content("Parler à une personne", payload="/talk_to_agent"))
        await settled(room)
        assert room.mode is Mode.WAITING
        desk.now += WAIT + timedelta(seconds=1)
        await desk.hand_over.sweep()
        await settled(room)
        assert room.mode is Mode.BOT
        assert tab.texts()[-2:] == [
            "Aucun agent n'est libre pour le moment.",
            "Je vous fais rappeler. C'est à quel sujet ?",
        ]


async def test_a_person_who_went_away_gives_the_chat_back(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.hand_over.chats()
        await room.call_person()
        await desk.hand_over.take(room.id, "Nadia")
        await desk.hand_over.sweep()
        assert room.mode is Mode.AGENT
        desk.now += ABSENT_AFTER + timedelta(seconds=1)
        await desk.hand_over.sweep()
        assert room.mode is Mode.BOT
        assert tab.texts()[-1] == "Puis-je faire autre chose pour vous ?"


async def test_looking_around_on_the_map_leaves_words_their_limit(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        look = read_request('{"event":"locate","latitude":43.83,"longitude":4.36}')
        for _ in range(31):
            await desk.requests.handle(look, room, tab, "192.0.2.1")
        assert [event["event"] for event in tab.events[-2:]] == ["places", "refused"]
        await desk.send(room, tab, "bonjour")
        assert tab.texts()[-1] == "Vous avez dit : bonjour"


async def test_nobody_may_touch_a_chat_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(HandOverError) as refusal:
        await desk.hand_over.take("chat-nothing", "Nadia")
    assert refusal.value.status == 404
