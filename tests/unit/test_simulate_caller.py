"""How a simulated caller behaves on the phone: answers, interrupts, shows that it listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

from websockets.asyncio.server import ServerConnection

from bot.call.turn_taking import TurnTakingSettings
from bot.simulate.caller import SimulatedCaller
from bot.simulate.script import CallerScript
from tests.fakes.engines import LOUD, QUIET, LevelDetector, ScriptedRecognizer
from wire import media

SENTENCE = [LOUD] * 50 + [QUIET] * 60


class Phone:
    """Plays what is put in and remembers what it was sent."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[bytes | str] = asyncio.Queue()
        self.sent: list[bytes | str] = []

    async def send(self, message: bytes | str) -> None:
        self.sent.append(message)

    def __aiter__(self) -> AsyncIterator[bytes | str]:
        return self

    async def __anext__(self) -> bytes | str:
        return await self.incoming.get()

    def bot_says(self, frames: list[bytes]) -> None:
        for frame in frames:
            self.incoming.put_nowait(frame)


def script(**then: Any) -> CallerScript:
    answers = [
        {"hears": "aider", "says": "un trou", **then},
        {"hears": "où", "says": "rue X", "times": 9},
        {"hears": "revoir", "hangs_up": True},
    ]
    return CallerScript.model_validate({"name": "n", "goal": "revoir", "answers": answers})


async def until(is_so: Callable[[], bool]) -> None:
    """Let the other tasks run, as fast as they can, until it is so."""
    while not is_so():  # noqa: ASYNC110 - no time passes
        await asyncio.sleep(0)


async def call(caller_script: CallerScript, *heard: str) -> SimulatedCaller:
    """Have the bot say so many sentences, one after the other."""
    phone = Phone()
    rendered = dict.fromkeys(caller_script.sentences(), QUIET * 2)
    caller = SimulatedCaller(
        caller_script, rendered, b"", ScriptedRecognizer(*heard), LevelDetector(), TurnTakingSettings()
    )
    serving = asyncio.create_task(caller.serve(cast(ServerConnection, phone)))
    async with asyncio.timeout(5):
        for n_heard in range(1, len(heard) + 1):
            phone.bot_says(SENTENCE)
            await until(lambda n=n_heard: sum(turn.who == "bot" for turn in caller.turns) == n)
        await until(lambda: media.encode(media.Hangup("done")) in phone.sent)
        phone.incoming.put_nowait(media.encode(media.Hangup("bot")))
        await serving
    return caller


def said(caller: SimulatedCaller) -> list[tuple[str, str]]:
    return [(turn.text, turn.why) for turn in caller.turns if turn.who == "caller"]


async def test_it_answers_what_it_hears_until_it_has_reached_its_goal() -> None:
    caller = await call(script(), "Puis-je vous aider ?", "Où est-ce ?", "Au revoir.")
    assert said(caller) == [("un trou", "answer"), ("rue X", "answer")]
    assert caller.has_reached_goal


async def test_who_interrupts_does_not_answer_what_was_cut_short() -> None:
    interrupting = script(then_interrupts={"after_s": 0, "says": "non"})
    caller = await call(interrupting, "Puis-je vous aider ?", "Où", "Où est-ce ?", "Au revoir.")
    assert said(caller) == [("un trou", "answer"), ("non", "interruption"), ("rue X", "answer")]


async def test_who_shows_that_he_listens_still_answers() -> None:
    listening = script(then_acknowledges={"after_s": 0, "says": "hum"})
    caller = await call(listening, "Puis-je vous aider ?", "Où est-ce ?", "Au revoir.")
    assert said(caller) == [("un trou", "answer"), ("hum", "acknowledgement"), ("rue X", "answer")]


async def test_the_last_sentence_is_understood_though_the_bot_hangs_up_right_after_it() -> None:
    phone = Phone()
    caller_script = script()
    rendered = dict.fromkeys(caller_script.sentences(), QUIET)
    caller = SimulatedCaller(
        caller_script, rendered, b"", ScriptedRecognizer("Au revoir."), LevelDetector(), TurnTakingSettings()
    )
    phone.bot_says([LOUD] * 50)
    phone.incoming.put_nowait(media.encode(media.Hangup("bot")))
    await asyncio.wait_for(caller.serve(cast(ServerConnection, phone)), 5)
    assert caller.has_reached_goal
