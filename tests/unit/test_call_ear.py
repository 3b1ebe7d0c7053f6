"""The ears hand each turn, and only turns, to the recogniser."""

import asyncio

from bot.call.ear import Ear
from bot.call.errors import RecognitionError
from bot.call.events import CallerSpoke, CallerStarted, Event, RecognitionFailed
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import Expect, Hints
from tests.fakes.engines import LOUD, QUIET, LevelDetector, ScriptedRecognizer

ONE_TURN = QUIET * 50 + LOUD * 50 + QUIET * 50


async def hear(pcm: bytes, recognizer: ScriptedRecognizer, n_events: int) -> list[Event]:
    events: asyncio.Queue[Event] = asyncio.Queue()
    ear = Ear(LevelDetector(), recognizer, TurnTakingSettings(), events.put_nowait)
    ear.hints = Hints(Expect.YES_NO)
    running = asyncio.create_task(ear.run())
    for start in range(0, len(pcm), 640):
        ear.hear(pcm[start : start + 640])
    found = [await asyncio.wait_for(events.get(), 5) for _ in range(n_events)]
    running.cancel()
    assert events.empty()
    return found


async def test_a_turn_is_recognised_with_what_came_just_before_it() -> None:
    recognizer = ScriptedRecognizer("oui")
    started, spoke = await hear(ONE_TURN, recognizer, 2)
    assert isinstance(started, CallerStarted)
    assert isinstance(spoke, CallerSpoke)
    # Speech lies from 1 s to 2 s; bounds are those of the activity detector's 32 ms chunks.
    assert abs(started.at_sample - 16_000) <= 512
    assert abs(spoke.utterance.start_sample - 16_000) <= 512
    assert abs(spoke.utterance.end_sample - 32_000) <= 512
    first, last, hints = recognizer.heard[0]
    assert started.at_sample - first >= 16_000 * 0.25
    assert last > spoke.utterance.end_sample
    assert hints == Hints(Expect.YES_NO)


async def test_silence_reaches_nobody() -> None:
    recognizer = ScriptedRecognizer()
    assert await hear(QUIET * 500, recognizer, 0) == []
    assert recognizer.heard == []


async def test_turns_stay_in_order() -> None:
    events = await hear(ONE_TURN * 2, ScriptedRecognizer("un", "deux"), 4)
    assert [event.utterance.text for event in events if isinstance(event, CallerSpoke)] == ["un", "deux"]


async def test_a_broken_recogniser_is_reported_and_the_next_turn_still_heard() -> None:
    broken = RecognitionError("out of memory", retryable=True)
    events = await hear(ONE_TURN * 2, ScriptedRecognizer(broken, "allô"), 4)
    ends = [event for event in events if not isinstance(event, CallerStarted)]
    assert isinstance(ends[0], RecognitionFailed)
    assert isinstance(ends[1], CallerSpoke)


async def test_the_clock_is_what_was_heard() -> None:
    ear = Ear(LevelDetector(), ScriptedRecognizer(), TurnTakingSettings(), lambda event: None)
    ear.hear(QUIET[:100])
    assert ear.n_samples == 0
    ear.hear(QUIET * 8)
    assert ear.n_samples == 2560
