"""What is said first when the voice is slow, on a line in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from bot.call.events import Event, PlaybackEnded, SpeechStarted
from bot.call.mouth import Mouth
from bot.call.types import USUAL_DELIVERY, AudioFrame, Delivery
from tests.fakes.engines import LOUD, MemoryLine, ToneSynthesizer


class LateSynthesizer(ToneSynthesizer):
    """Has no sound for "late" until `may_speak` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_speak = asyncio.Event()

    async def speak(self, text: str, delivery: Delivery = USUAL_DELIVERY) -> AsyncIterator[AudioFrame]:
        if text == "late":
            await self.may_speak.wait()
        async for frame in super().speak(text, delivery):
            yield frame


class Speaking:
    """A mouth at a line, and what came of it."""

    def __init__(self) -> None:
        self.voice, self.line = LateSynthesizer(), MemoryLine()
        self.events: list[Event] = []
        self.first_audio: list[int] = []
        self.mouth = Mouth(self.voice, self.line, self.events.append, self.first_audio.append)

    def sayings(self) -> Iterator[str]:
        return (sent for sent in self.line.sent if sent.startswith("mark say"))


@asynccontextmanager
async def speaking() -> AsyncIterator[Speaking]:
    spoken = Speaking()
    task = asyncio.create_task(spoken.mouth.run())
    async with asyncio.timeout(5):
        yield spoken
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_short_text_is_said_before_one_that_has_no_sound_yet() -> None:
    async with speaking() as spoken:
        spoken.mouth.say(2, "late", USUAL_DELIVERY)
        spoken.mouth.say_first(-2, "wait", USUAL_DELIVERY)
        await spoken.line.has_sent("mark say--2")
        assert spoken.events == []
        spoken.voice.may_speak.set()
        await spoken.line.has_sent("mark say-2")
    assert spoken.first_audio == [-2, 2]
    assert spoken.line.n_audio_bytes == len(LOUD) * len("waitlate")
    spoken.mouth.played("say--2")
    assert spoken.events[-1] == PlaybackEnded(-2)


async def test_nothing_comes_before_what_is_heard_already() -> None:
    async with speaking() as spoken:
        spoken.mouth.say(2, "now", USUAL_DELIVERY)
        await spoken.line.has_sent("mark say-2")
        spoken.mouth.say_first(-2, "wait", USUAL_DELIVERY)
        spoken.mouth.say(3, "then", USUAL_DELIVERY)
        await spoken.line.has_sent("mark say-3")
    assert list(spoken.sayings()) == ["mark say-2", "mark say-3"]
    assert [event.say_id for event in spoken.events if isinstance(event, SpeechStarted)] == [2, 3]


async def test_stopped_it_says_neither() -> None:
    async with speaking() as spoken:
        spoken.mouth.say(2, "late", USUAL_DELIVERY)
        spoken.mouth.say_first(-2, "wait", USUAL_DELIVERY)
        spoken.mouth.stop()
        spoken.voice.may_speak.set()
        spoken.mouth.say(3, "then", USUAL_DELIVERY)
        await spoken.line.has_sent("mark say-3")
    assert list(spoken.sayings()) == ["mark say-3"]
