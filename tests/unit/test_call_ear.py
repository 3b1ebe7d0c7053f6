"""The ears hand each turn, and only turns, to the recogniser."""

import asyncio
from collections.abc import AsyncIterator

from bot.call.ear import Ear
from bot.call.end_of_turn import EndOfTurn
from bot.call.errors import RecognitionError
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    CallerStopped,
    CallerWentOn,
    Event,
    PartlyHeard,
    RecognitionFailed,
)
from bot.call.settings import EndOfTurnSettings
from bot.call.turn_taking import TurnTakingSettings
from bot.call.types import AudioFrame, Expect, Hints, Utterance
from tests.fakes.engines import LOUD, QUIET, LevelDetector, ScriptedRecognizer

ONE_TURN = QUIET * 50 + LOUD * 50 + QUIET * 50


class Listening:
    """Ears at work, and what they told; how a turn goes on is told apart."""

    def __init__(self, recognizer: ScriptedRecognizer, end_of_turn: EndOfTurn | None = None) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.went_on: list[int] = []
        self.ear = Ear(LevelDetector(), recognizer, TurnTakingSettings(), self._emit, end_of_turn)
        self.ear.hints = Hints(Expect.YES_NO)
        self.running = asyncio.create_task(self.ear.run())

    def _emit(self, event: Event) -> None:
        if isinstance(event, CallerWentOn):
            self.went_on.append(event.speech_ms)
        else:
            self.events.put_nowait(event)

    async def hear(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), 640):
            self.ear.hear(pcm[start : start + 640])
            await asyncio.sleep(0)

    async def told(self, n_events: int) -> list[Event]:
        found = [await asyncio.wait_for(self.events.get(), 5) for _ in range(n_events)]
        assert self.events.empty()
        return found


async def hear(pcm: bytes, recognizer: ScriptedRecognizer, n_events: int) -> list[Event]:
    listening = Listening(recognizer)
    await listening.hear(pcm)
    found = await listening.told(n_events)
    listening.running.cancel()
    return found


async def test_a_turn_is_recognised_with_what_came_just_before_it() -> None:
    recognizer = ScriptedRecognizer("oui")
    started, stopped, spoke = await hear(ONE_TURN, recognizer, 3)
    assert isinstance(started, CallerStarted)
    assert stopped == CallerStopped()
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
    events = await hear(ONE_TURN * 2, ScriptedRecognizer("un", "deux"), 6)
    assert [event.utterance.text for event in events if isinstance(event, CallerSpoke)] == ["un", "deux"]


async def test_a_broken_recogniser_is_reported_and_the_next_turn_still_heard() -> None:
    broken = RecognitionError("out of memory", retryable=True)
    events = await hear(ONE_TURN * 2, ScriptedRecognizer(broken, "allô"), 6)
    ends = [event for event in events if isinstance(event, RecognitionFailed | CallerSpoke)]
    assert isinstance(ends[0], RecognitionFailed)
    assert isinstance(ends[1], CallerSpoke)


async def test_it_is_told_how_long_a_turn_goes_on() -> None:
    listening = Listening(ScriptedRecognizer("oui"))
    await listening.hear(ONE_TURN)
    listening.running.cancel()
    assert listening.went_on[:3] == [128, 256, 384]
    assert listening.went_on[-1] <= 1024


class SupposingRecognizer(ScriptedRecognizer):
    """Supposes a text as soon as 100 ms of silence follow speech, as engines do at a pause."""

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        text, n_quiet, end_sample = str(self._texts.pop(0)), 0, 0
        async for frame in frames:
            n_quiet = n_quiet + 1 if frame.pcm == bytes(len(frame.pcm)) else 0
            end_sample = end_sample if n_quiet else frame.start_sample + frame.n_samples
            if end_sample and n_quiet == 3:
                yield Utterance(text, 0.5, 0, end_sample, is_final=False)
        yield Utterance(text, 0.9, 0, end_sample)


async def silence_that_ends(text: str, expect: Expect) -> float:
    """How many seconds of silence end a turn of these words, at most 3."""
    judge = EndOfTurn(EndOfTurnSettings(), lambda expect, text: text == "06 12 34 56 78")
    listening = Listening(SupposingRecognizer(text), judge)
    listening.ear.hints = Hints(expect)
    await listening.hear(LOUD * 80)
    began = listening.ear.n_samples
    while listening.ear.n_samples < began + 48_000:
        await listening.hear(QUIET)
        found = [listening.events.get_nowait() for _ in range(listening.events.qsize())]
        if CallerStopped() in found:
            break
    listening.running.cancel()
    return (listening.ear.n_samples - began) / 16_000


async def test_how_much_silence_ends_a_turn_depends_on_question_and_words() -> None:
    settings = EndOfTurnSettings()
    for text, expect, expected_ms in (
        ("oui", Expect.YES_NO, settings.yes_ms),
        ("06 12 34 56 78", Expect.DIGITS, settings.complete_ms),
        ("06 12 34", Expect.DIGITS, settings.dictated_ms),
        ("au 12 rue de la", Expect.ADDRESS, settings.unfinished_ms),
    ):
        silence_s = await silence_that_ends(text, expect)
        assert expected_ms <= silence_s * 1000 < expected_ms + 64


async def test_a_turn_over_the_bots_voice_ends_soon() -> None:
    judge = EndOfTurn(EndOfTurnSettings(), lambda expect, text: False)
    listening = Listening(SupposingRecognizer("Stop."), judge)
    listening.ear.hints = Hints(Expect.OPEN, is_urgent=True)
    await listening.hear(LOUD * 50 + QUIET * 20)
    assert CallerStopped() in await listening.told(4)
    listening.running.cancel()


async def test_a_turn_without_known_words_is_waited_for_but_not_for_ever() -> None:
    judge = EndOfTurn(EndOfTurnSettings(), lambda expect, text: False)
    listening = Listening(ScriptedRecognizer("oui"), judge)
    await listening.hear(LOUD * 50 + QUIET * 40)
    assert [type(event) for event in await listening.told(1)] == [CallerStarted]
    await listening.hear(QUIET * 20)
    assert CallerStopped() in await listening.told(2)
    listening.running.cancel()


async def test_a_turn_that_is_cut_is_recognised_though_the_sound_goes_on() -> None:
    listening = Listening(ScriptedRecognizer("allô"))
    await listening.hear(LOUD * 50)
    listening.ear.cut_turn()
    events = await listening.told(3)
    listening.running.cancel()
    assert [type(event) for event in events] == [CallerStarted, CallerStopped, CallerSpoke]


class HangingRecognizer(ScriptedRecognizer):
    """Never ends its first utterance."""

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        if not self.heard:
            self.heard.append((0, 0, hints))
            await asyncio.Event().wait()
        async for utterance in super().stream(frames, hints):
            yield utterance


async def test_ears_that_are_restarted_hear_the_next_turn() -> None:
    listening = Listening(HangingRecognizer("allô"))
    await listening.hear(ONE_TURN)
    await listening.told(2)
    listening.ear.restart()
    await listening.hear(ONE_TURN)
    events = await listening.told(3)
    listening.running.cancel()
    assert isinstance(events[-1], CallerSpoke)
    assert events[-1].utterance.text == "allô"


async def test_a_hypothesis_is_told() -> None:
    listening = Listening(SupposingRecognizer("au feu"))
    await listening.hear(ONE_TURN)
    events = await listening.told(4)
    listening.running.cancel()
    assert [event.utterance.text for event in events if isinstance(event, PartlyHeard)] == ["au feu"]


async def test_the_clock_is_what_was_heard() -> None:
    ear = Ear(LevelDetector(), ScriptedRecognizer(), TurnTakingSettings(), lambda event: None)
    ear.hear(QUIET[:100])
    assert ear.n_samples == 0
    ear.hear(QUIET * 8)
    assert ear.n_samples == 2560


async def test_who_is_gone_is_not_heard() -> None:
    listening = Listening(ScriptedRecognizer())
    await listening.hear(QUIET * 8)
    listening.running.cancel()
    await asyncio.wait({listening.running})
    await listening.hear(LOUD * 50)
    assert listening.ear.n_samples == 2560
    assert listening.events.empty()


async def test_what_is_being_heard_at_the_end_is_recognised() -> None:
    listening = Listening(ScriptedRecognizer("au revoir"))
    await listening.hear(LOUD * 50)
    await asyncio.wait_for(listening.ear.finish(), 5)
    listening.running.cancel()
    ends = [event for event in await listening.told(3) if isinstance(event, CallerSpoke)]
    assert [event.utterance.text for event in ends] == ["au revoir"]
    await asyncio.wait_for(listening.ear.finish(), 5)


class KeepingRecognizer(ScriptedRecognizer):
    """Keeps the frames of its last turn."""

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        self.frames = [frame async for frame in frames]
        yield Utterance("oui", 0.9, 0, 1)


async def test_the_recogniser_is_told_where_the_detector_heard_nobody() -> None:
    recognizer = KeepingRecognizer()
    await hear(ONE_TURN, recognizer, 3)
    is_voice = [frame.is_voice for frame in recognizer.frames]
    assert is_voice == [LOUD[:2] in frame.pcm for frame in recognizer.frames]
    assert {True, False} == set(is_voice)
