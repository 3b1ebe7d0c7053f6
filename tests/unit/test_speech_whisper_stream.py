"""When Whisper is asked, and what is made of its answers; a person's recording, a scripted model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.call.errors import RecognitionError
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame, Hints, Utterance
from bot.speech.corpus import load_recordings
from bot.speech.inference import InferenceQueue
from bot.speech.recognizer_whisper import WhisperRecognizer
from bot.speech.resample import Samples, to_pcm
from bot.speech.whisper_decoder import Decoded

FRAME_BYTES = 1024
QUIET_400_MS = bytes(2 * SAMPLE_RATE_HZ * 4 // 10)
SPEECH = next(
    item
    for item in load_recordings(Path(__file__).parents[1] / "audio")
    if item.name == "june-queue-thankyou"
).pcm


def sure(text: str) -> Decoded:
    return Decoded(text, log_probability=-0.2, no_speech=0.01)


class ScriptedDecoder:
    """Gives the answers one after the other and notes how much it was given, and under which prompt."""

    def __init__(self, *answers: Decoded | RecognitionError) -> None:
        self._answers = list(answers)
        self.durations_s: list[float] = []
        self.prompts: list[str] = []

    def decode(self, samples: Samples, prompt: str = "") -> Decoded:
        self.durations_s.append(len(samples) / SAMPLE_RATE_HZ)
        self.prompts.append(prompt)
        answer = self._answers.pop(0)
        if isinstance(answer, RecognitionError):
            raise answer
        return answer


async def hear(
    decoder: ScriptedDecoder,
    *parts: bytes,
    hints: Hints | None = None,
    after: Callable[[int], bool] = lambda _: True,
) -> list[Utterance]:
    """Stream the parts as a call would, letting the queue work after each frame for which `after` holds."""
    queue = InferenceQueue()
    pcm = b"".join(parts)

    async def frames() -> AsyncIterator[AudioFrame]:
        for start in range(0, len(pcm), FRAME_BYTES):
            yield AudioFrame(pcm[start : start + FRAME_BYTES], start_sample=start // 2)
            if after(start):
                await settle(queue)

    recognizer = WhisperRecognizer("scripted", decoder, queue)
    try:
        return [utterance async for utterance in recognizer.stream(frames(), hints or Hints())]
    finally:
        queue.close()


async def settle(queue: InferenceQueue) -> None:
    """Let tasks start, then wait for all work that they gave to the queue."""
    for _ in range(3):
        await asyncio.sleep(0)
    await queue.idle()
    for _ in range(3):
        await asyncio.sleep(0)


def texts(utterances: Iterable[Utterance]) -> list[tuple[str, bool]]:
    return [(utterance.text, utterance.is_final) for utterance in utterances]


async def test_a_pause_is_used_to_decode_and_the_answer_is_there_when_the_turn_ends() -> None:
    decoder = ScriptedDecoder(sure("Merci de votre patience."))
    utterances = await hear(decoder, SPEECH, QUIET_400_MS)
    assert texts(utterances) == [("Merci de votre patience.", False), ("Merci de votre patience.", True)]
    assert len(decoder.durations_s) == 1


async def test_who_goes_on_after_a_pause_is_decoded_again_as_a_whole() -> None:
    decoder = ScriptedDecoder(sure("Merci."), sure("Merci. Merci."))
    utterances = await hear(decoder, SPEECH, QUIET_400_MS, SPEECH, QUIET_400_MS)
    assert texts(utterances)[0] == ("Merci.", False)
    assert texts(utterances)[-1] == ("Merci. Merci.", True)
    assert decoder.durations_s[1] > 2 * decoder.durations_s[0]


async def test_a_sentence_that_the_model_left_out_behind_a_pause_is_decoded_by_itself() -> None:
    decoder = ScriptedDecoder(sure("Je récapitule."), sure("Je récapitule,"), sure("Est-ce exact ?"))
    utterances = await hear(decoder, SPEECH, QUIET_400_MS, SPEECH, QUIET_400_MS)
    assert texts(utterances)[-1] == ("Je récapitule, Est-ce exact ?", True)
    assert decoder.durations_s[2] < decoder.durations_s[1] - decoder.durations_s[0] + 0.5


async def test_what_was_left_out_may_be_no_words() -> None:
    decoder = ScriptedDecoder(sure("Merci."), sure("Merci."), sure("Sous-titrage Société Radio-Canada"))
    utterances = await hear(decoder, SPEECH, QUIET_400_MS, SPEECH, QUIET_400_MS)
    assert texts(utterances)[-1] == ("Merci.", True)


async def test_over_the_bots_voice_first_words_are_looked_for_without_a_pause() -> None:
    decoder = ScriptedDecoder(sure("Non."), *[sure("Non, attendez.")] * 4)
    utterances = await hear(decoder, SPEECH, hints=Hints(is_urgent=True))
    assert texts(utterances)[0] == ("Non.", False)
    assert decoder.durations_s[0] < 0.9
    assert all(later - earlier < 0.6 for earlier, later in pairwise(decoder.durations_s))


async def test_without_a_pause_there_is_one_decoding_at_the_end() -> None:
    decoder = ScriptedDecoder(sure("Merci."))
    assert texts(await hear(decoder, SPEECH[: len(SPEECH) // 2])) == [("Merci.", True)]


async def test_long_silence_after_the_voice_is_not_decoded() -> None:
    decoder = ScriptedDecoder(sure("Merci."))
    await hear(decoder, SPEECH, QUIET_400_MS * 5)
    assert decoder.durations_s[0] < len(SPEECH) / 2 / SAMPLE_RATE_HZ + 0.3


async def test_an_early_decoding_that_fails_is_done_again() -> None:
    decoder = ScriptedDecoder(RecognitionError("busy", retryable=True), sure("Merci."))
    assert texts(await hear(decoder, SPEECH, QUIET_400_MS)) == [("Merci.", True)]


async def test_a_last_decoding_that_fails_is_told() -> None:
    decoder = ScriptedDecoder(RecognitionError("broken", retryable=False))
    with pytest.raises(RecognitionError):
        await hear(decoder, SPEECH[: len(SPEECH) // 2])


async def test_the_place_in_the_call_is_that_of_the_speech() -> None:
    (final,) = await hear(ScriptedDecoder(sure("Merci.")), SPEECH, QUIET_400_MS, after=lambda _: False)
    assert final.start_sample == 0
    assert final.end_sample == pytest.approx(len(SPEECH) // 2, abs=SAMPLE_RATE_HZ // 2)


@pytest.mark.parametrize(
    "sound",
    [
        b"",
        QUIET_400_MS,
        to_pcm(0.1 * np.random.default_rng(1).standard_normal(16_000).astype(np.float32)),
        to_pcm(
            (0.2 * np.sin(np.arange(16_000) * 0.17) * (np.arange(16_000) % 8000 < 4000)).astype(np.float32)
        ),
    ],
    ids=["nothing", "silence", "noise", "busy tone"],
)
async def test_what_is_no_speech_never_reaches_the_model(sound: bytes) -> None:
    decoder = ScriptedDecoder()
    heard = texts(await hear(decoder, sound, QUIET_400_MS if sound else b""))
    assert heard[-1] == ("", True)
    assert {text for text, _ in heard} == {""}
    assert decoder.durations_s == []


async def test_an_invention_is_no_text() -> None:
    decoder = ScriptedDecoder(sure("Sous-titrage Société Radio-Canada"))
    (final,) = await hear(decoder, SPEECH[: len(SPEECH) // 2])
    assert (final.text, final.confidence) == ("", 0.0)


@pytest.mark.parametrize(
    "suspect",
    [
        "Oui, j'appelle la mairie, s'il vous plaît.",
        "rue de l'Aspic, rue Nationale",
        "c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est",
    ],
)
async def test_what_repeats_the_prompt_is_decoded_again_without_it(suspect: str) -> None:
    decoder = ScriptedDecoder(sure(suspect), sure("Merci."))
    hints = Hints(phrases=("rue de l'Aspic", "rue Nationale"))
    assert texts(await hear(decoder, SPEECH[: len(SPEECH) // 2], hints=hints)) == [("Merci.", True)]
    assert "rue Nationale" in decoder.prompts[0]
    assert decoder.prompts[1] == ""


async def test_a_refused_decoding_is_a_recognition_error_worth_retrying() -> None:
    queue = InferenceQueue()
    queue.close()
    recognizer = WhisperRecognizer("scripted", ScriptedDecoder(), queue)

    async def frames() -> AsyncIterator[AudioFrame]:
        yield AudioFrame(SPEECH)

    with pytest.raises(RecognitionError) as refused:
        [utterance async for utterance in recognizer.stream(frames(), Hints())]
    assert refused.value.retryable
