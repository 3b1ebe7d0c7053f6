"""People of the city in the chat: who waits, who answers, what happens when nobody comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.handover import ABSENT_AFTER, WAIT, HandOverError
from bot.chat.protocol import Person
from bot.chat.session import Content, Mode
from tests.fakes.chat_desk import Desk, chatting, running_desk, settled


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running_desk(tmp_path) as running:
        yield running


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
        await desk.records.drain()
        assert desk.rows("select was_transferred from conversations") == [(1,)]


async def test_when_nobody_comes_a_call_back_is_offered(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.hand_over.chats()
        await room.take("by-button", Content("Parler à une personne", payload="/talk_to_agent"))
        await settled(room)
        assert room.mode is Mode.WAITING
        await desk.records.drain()
        assert desk.rows("select service, was_transferred from conversations") == [("accueil", 0)]
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


async def test_nobody_may_touch_a_chat_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(HandOverError) as refusal:
        await desk.hand_over.take("chat-nothing", "Nadia")
    assert refusal.value.status == 404
