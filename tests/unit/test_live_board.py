"""Who follows conversations in progress is told the newest, in order, and never keeps anybody waiting."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.call.commands import Transfer, TransferToAgent
from bot.call.events import (
    AgentTookOver,
    CallerSpoke,
    EmergencyHeard,
    Event,
    HungUp,
    RecognitionFailed,
    TransferEnded,
)
from bot.live.board import MAX_LINES, Follower, LiveBoard
from bot.live.calls import LiveJournal, live_call
from bot.live.chats import LiveChat
from bot.live.types import Kind, Line, Live, Over, Refusal, Standing, Update
from tests.fakes.memory_call import MemoryRecords
from tests.fakes.virtual_call import partly, spoke

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
CALL = live_call("c1", "0612345678", NOW)


def board_with_a_call() -> tuple[LiveBoard, list[Event]]:
    board, told = LiveBoard(("4217",)), list[Event]()
    board.open(CALL, told.append)
    return board, told


async def only(follower: Follower) -> Update:
    (news,) = await follower.next()
    assert isinstance(news, Update)
    return news


def texts(update: Update) -> list[str]:
    return [line.text for line in update.lines]


async def test_who_comes_later_sees_everything_in_progress_then_only_what_is_new() -> None:
    board, _ = board_with_a_call()
    board.add("c1", Line("caller", "bonjour"))
    board.open(Live("chat-1", Kind.CHAT, NOW))
    follower = board.subscribe()
    first = await follower.next()
    assert [(news.live.id, texts(news)) for news in first if isinstance(news, Update)] == [
        ("c1", ["bonjour"]),
        ("chat-1", []),
    ]
    board.add("c1", Line("bot", "Bonjour."))
    update = await only(follower)
    assert (update.first, texts(update)) == (1, ["Bonjour."])


async def test_a_slow_follower_gets_one_update_for_many_changes() -> None:
    board, _ = board_with_a_call()
    follower = board.subscribe()
    await follower.next()
    for n in range(1000):
        board.change("c1", partial=f"mot {n}")
    for n in range(3):
        board.add("c1", Line("bot", f"phrase {n}"))
    update = await only(follower)
    assert update.live.partial == "mot 999"
    assert texts(update) == ["phrase 0", "phrase 1", "phrase 2"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await follower.next()


async def test_what_is_too_much_to_read_is_left_to_the_record() -> None:
    board, _ = board_with_a_call()
    follower = board.subscribe()
    await follower.next()
    for n in range(MAX_LINES + 50):
        board.add("c1", Line("caller", f"phrase {n}"))
    update = await only(follower)
    assert (update.first, len(update.lines), update.lines[0].text) == (50, MAX_LINES, "phrase 50")


async def test_a_conversation_that_comes_back_is_told_whole() -> None:
    board, _ = board_with_a_call()
    board.add("c1", Line("caller", "un"))
    follower = board.subscribe()
    await follower.next()
    board.close("c1")
    board.open(CALL)
    board.add("c1", Line("caller", "deux"))
    update = await only(follower)
    assert (update.first, texts(update)) == (0, ["deux"])
    board.close("c1")
    assert await follower.next() == [Over("c1")]


def test_who_left_is_told_nothing_more() -> None:
    board, _ = board_with_a_call()
    follower = board.subscribe()
    follower.close()
    board.close("c1")
    assert board.current() == ()


async def test_a_call_is_put_through_once_and_only_to_a_desk_of_the_city() -> None:
    board, told = board_with_a_call()
    assert await board.take_call("c1", "zoe", "Zoé", "0899123456") is Refusal.NO_DESK
    assert await board.take_call("c1", "zoe", "Zoé", "") is Refusal.NO_DESK
    assert await board.take_call("c2", "zoe", "Zoé", "4217") is Refusal.GONE
    assert told == []
    assert await board.take_call("c1", "zoe", "Zoé", "4217") is None
    assert await board.take_call("c1", "paul", "Paul", "4217") is Refusal.TAKEN
    assert told == [AgentTookOver("4217")]
    live = board.get("c1")
    assert live is not None
    assert (live.standing, live.login, live.agent) == (Standing.TAKING, "zoe", "Zoé")


async def test_a_chat_is_no_call() -> None:
    board = LiveBoard(("4217",))
    board.open(Live("chat-1", Kind.CHAT, NOW))
    assert await board.take_call("chat-1", "zoe", "Zoé", "4217") is Refusal.GONE


class FollowedCall:
    """A call's journal on a board."""

    def __init__(self) -> None:
        self.board, _ = board_with_a_call()
        self.journal = LiveJournal("c1", MemoryRecords(), self.board)

    @property
    def live(self) -> Live:
        live = self.board.get("c1")
        assert live is not None
        return live


def test_captions_grow_and_are_settled() -> None:
    call = FollowedCall()
    call.journal.saw(partly("il y a"), 100)
    assert call.live.partial == "il y a"
    call.journal.saw(spoke("il y a un trou"), 900)
    assert call.live.partial == ""
    for end in (spoke(""), RecognitionFailed()):
        call.journal.saw(partly("euh"), 1000)
        call.journal.saw(end, 1100)
        assert call.live.partial == ""
    update = call.board.since("c1", 0)
    assert isinstance(update, Update)
    assert update.lines == (Line("caller", "il y a un trou"),)


def test_what_the_bot_says_is_shown_when_it_is_heard() -> None:
    from bot.call.commands import Say

    call = FollowedCall()
    call.journal.did(Say(1, "Bonjour."), 0)
    assert call.board.since("c1", 0) == Update(call.live, 0, ())
    call.journal.first_audio(1, 200)
    assert call.board.since("c1", 0) == Update(call.live, 0, (Line("bot", "Bonjour."),))


def test_a_danger_is_shown() -> None:
    call = FollowedCall()
    call.journal.saw(EmergencyHeard("fire", "call 18"), 100)
    assert call.live.emergency == "fire"


@pytest.mark.parametrize("outcome", ["busy", "refused", "no_answer", "failed"])
async def test_a_take_over_that_comes_to_nothing_says_why(outcome: str) -> None:
    call = FollowedCall()
    await call.board.take_call("c1", "zoe", "Zoé", "4217")
    call.journal.did(TransferToAgent("4217"), 100)
    assert call.live.standing is Standing.TAKING
    call.journal.saw(TransferEnded(outcome), 200)  # type: ignore[arg-type]
    assert (call.live.standing, call.live.agent, call.live.problem) == (Standing.BOT, "", outcome)
    assert await call.board.take_call("c1", "zoe", "Zoé", "4217") is None
    assert call.live.problem == ""


async def test_a_service_that_is_being_called_is_left_alone() -> None:
    call = FollowedCall()
    call.journal.did(Transfer("voirie"), 100)
    assert await call.board.take_call("c1", "zoe", "Zoé", "4217") is Refusal.TAKEN
    call.journal.saw(TransferEnded("busy"), 200)
    assert (call.live.standing, call.live.problem) == (Standing.BOT, "")


def test_a_call_that_is_over_is_gone() -> None:
    call = FollowedCall()
    call.journal.saw(HungUp("caller"), 100)
    assert call.board.current() == ()
    call.journal.saw(CallerSpoke(spoke("trop tard").utterance), 200)
    assert call.board.current() == ()


def said(author: str, text: str, images: tuple[str, ...] = ()) -> dict[str, object]:
    return {"event": "message", "author": author, "text": text, "images": [{"url": url} for url in images]}


def holder(mode: str, agent: str = "", login: str = "") -> dict[str, object]:
    return {"mode": mode, "agent": agent, "agent_login": login, "waiting_since": None}


def test_a_chat_is_shown_once_somebody_writes_with_what_was_said_before() -> None:
    board = LiveBoard()
    chat = LiveChat(board, "chat-1", NOW)
    chat.told(said("bot", "Bonjour"))
    chat.told({"event": "typing", "on": True})
    assert board.current() == ()
    chat.told(said("visitor", "il y a un trou", ("/chat/photos/a", "https://exemple.fr/suivi.png")))
    chat.told({"event": "caption", "text": "rue de"})
    update = board.since("chat-1", 0)
    assert isinstance(update, Update)
    assert texts(update) == ["Bonjour", "il y a un trou"]
    # Only pictures that are kept here are shown: others would tell their owners who reads.
    assert update.lines[1].images == ("/chat/photos/a",)
    assert update.live.partial == "rue de"
    chat.told({"event": "erased"})
    assert board.current() == ()


def test_a_chat_is_shown_as_it_stands() -> None:
    board = LiveBoard()
    chat = LiveChat(board, "chat-1", NOW)
    chat.held(holder("waiting"))
    assert board.current()[0].standing is Standing.WAITING
    chat.held(holder("agent", "Zoé", "zoe"))
    assert (board.current()[0].standing, board.current()[0].agent) == (Standing.AGENT, "Zoé")
    chat.warned("fire")
    assert board.current()[0].emergency == "fire"
    chat.held(holder("left"))
    assert board.current() == ()
