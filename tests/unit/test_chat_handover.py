"""People of the city in the chat: who waits, who answers, what happens when nobody comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.handover import ABSENT_AFTER, WAIT, Agent, HandOverError
from bot.chat.protocol import Person, Say
from bot.chat.session import Content, Mode
from bot.live.board import LiveBoard
from bot.live.types import Standing, Update
from tests.fakes.chat_desk import Desk, chatting, running_desk, settled

NADIA = Agent("nadia", "Nadia")
# Names may be alike; accounts are not.
OTHER_NADIA = Agent("nadia2", "Nadia")
CAME = "Nadia vous répond maintenant. C'est une personne de la mairie."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with running_desk(tmp_path) as running:
        yield running


async def test_a_person_is_called_when_somebody_is_there(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.hand_over.is_here("nadia")
        await desk.requests.handle(Person(event="person", id="a-person-1"), room, tab, "192.0.2.1")
        await settled(room)
        assert [(live.id, live.standing) for live in desk.live.current()] == [(room.id, Standing.WAITING)]
        await desk.hand_over.take(room.id, NADIA)
        with pytest.raises(HandOverError) as refusal:
            await desk.hand_over.take(room.id, OTHER_NADIA)
        assert refusal.value.status == 409
        with pytest.raises(HandOverError):
            await desk.hand_over.write(room.id, OTHER_NADIA, "bonjour", "a-message-1")
        for _ in range(2):  # sent twice by a page on a bad line
            await desk.hand_over.write(room.id, NADIA, "Bonjour.", "a-message-1")
        assert tab.texts().count("Bonjour.") == 1
        await desk.hand_over.end(room.id, NADIA)
        assert room.mode is Mode.BOT
        await desk.records.drain()
        assert desk.rows("select was_transferred from conversations") == [(1,)]
        assert desk.live.current()[0].standing is Standing.BOT


async def test_a_chat_is_taken_from_the_machine_after_what_it_is_answering(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.requests.handle(
            Say(event="say", id="a-message-1", text="il y a un trou"), room, tab, "192.0.2.1"
        )
        await desk.hand_over.take(room.id, NADIA)
        assert tab.texts()[-3:] == [
            "il y a un trou",
            "Trou dans la chaussée, d'accord. À quelle adresse est-ce ?",
            CAME,
        ]
        # What is known of the report is filed, and the machine begins anew afterwards.
        assert desk.dialogue.asked[-1][:2] == (room.id, "/hang_up")
        assert room.log.saved.sender == f"{room.id}.2"
        await desk.send(room, tab, "c'est rue de la République")
        assert not any("République" in text for _, text, _ in desk.dialogue.asked)
        await desk.hand_over.take(room.id, NADIA)  # once more, by a second tab
        assert tab.texts().count(CAME) == 1


async def test_taking_a_chat_ends_its_microphone(desk: Desk) -> None:
    async with chatting(desk) as (room, _, _):
        ended: list[str] = []
        room.end_voice = lambda: ended.append("now")
        await desk.hand_over.take(room.id, NADIA)
        assert ended == ["now"]


async def test_after_a_restart_those_who_wait_are_shown_again(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.send(room, tab, "bonjour")
        await room.call_person()
    await desk.stop()
    desk.live = LiveBoard()
    desk.start()
    assert desk.live.current() == ()
    await desk.hand_over.is_here("nadia")
    (live,) = desk.live.current()
    assert (live.id, live.standing, live.waiting_since) == (room.id, Standing.WAITING, desk.now)
    news = await desk.live.subscribe().next()
    assert isinstance(news[0], Update)
    assert "bonjour" in [line.text for line in news[0].lines if line.author == "caller"]


async def test_when_nobody_comes_a_call_back_is_offered(desk: Desk) -> None:
    async with chatting(desk) as (room, tab, _):
        await desk.hand_over.is_here("nadia")
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
        await desk.hand_over.is_here("nadia")
        await room.call_person()
        await desk.hand_over.take(room.id, NADIA)
        await desk.hand_over.sweep()
        assert room.mode is Mode.AGENT
        desk.now += ABSENT_AFTER + timedelta(seconds=1)
        # A colleague who is there does not answer for her.
        await desk.hand_over.is_here("paul")
        await desk.hand_over.sweep()
        assert room.mode is Mode.BOT
        assert tab.texts()[-1] == "Puis-je faire autre chose pour vous ?"


async def test_nobody_may_touch_a_chat_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(HandOverError) as refusal:
        await desk.hand_over.take("chat-nothing", NADIA)
    assert refusal.value.status == 404
