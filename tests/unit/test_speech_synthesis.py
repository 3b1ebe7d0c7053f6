"""Speaking clause by clause through the cache, with a voice whose samples are known."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.call.errors import SynthesisError
from bot.speech.clause_synthesizer import ClauseSynthesizer
from bot.speech.inference import InferenceQueue
from bot.speech.phrase_cache import MEMORY_BYTES, PASSING_BYTES, PhraseCache

SAMPLES_PER_LETTER = 100


class LetterVoice:
    """Says 100 samples per letter, notes what it was asked, and waits where it is told to."""

    name = "letters"

    def __init__(self, fingerprint: str = "letters/1", broken: str = "") -> None:
        self.fingerprint = fingerprint
        self.said: list[str] = []
        self.has_begun = threading.Event()
        self.may_speak = threading.Event()
        self.may_speak.set()
        self._broken = broken

    def render(self, clause: str) -> bytes:
        self.said.append(clause)
        self.has_begun.set()
        self.may_speak.wait()
        if self._broken and self._broken in clause:
            raise SynthesisError("no voice", retryable=False)
        return b"\1\0" * SAMPLES_PER_LETTER * len(clause)


@pytest.fixture
async def queue() -> AsyncIterator[InferenceQueue]:
    queue = InferenceQueue()
    yield queue
    queue.close()


def stored_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def durations(synthesizer: ClauseSynthesizer, text: str) -> list[int]:
    return [frame.n_samples async for frame in synthesizer.speak(text)]


async def test_each_clause_is_a_frame_with_the_pause_that_follows_it(queue: InferenceQueue) -> None:
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(None), queue)
    assert await durations(synthesizer, "Bonjour. C'est ici.") == [
        100 * len("Bonjour.") + 320 * 16,
        100 * len("C'est ici."),
    ]


async def test_the_voice_is_given_words_not_digits(queue: InferenceQueue) -> None:
    voice = LetterVoice()
    await durations(ClauseSynthesizer(voice, PhraseCache(None), queue), "Au 12 bis.")
    assert voice.said == ["Au douze bis."]


@pytest.mark.parametrize("text", ["", "  ", "?!", "« … »"])
async def test_punctuation_alone_is_not_said(text: str, queue: InferenceQueue) -> None:
    voice = LetterVoice()
    assert await durations(ClauseSynthesizer(voice, PhraseCache(None), queue), text) == []
    assert voice.said == []


async def test_what_was_said_once_is_not_rendered_again(queue: InferenceQueue) -> None:
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(None), queue)
    assert await durations(synthesizer, "Un instant.") == await durations(synthesizer, "Un instant.")
    assert voice.said == ["Un instant."]


async def test_only_what_is_known_in_advance_reaches_the_disk(queue: InferenceQueue, tmp_path: Path) -> None:
    synthesizer = ClauseSynthesizer(LetterVoice(), PhraseCache(tmp_path), queue)
    assert await synthesizer.warm(["Bonjour. Au revoir.", "Bonjour."]) == 2
    assert len(stored_in(tmp_path)) == 2
    await durations(synthesizer, "Vous êtes madame Roux.")
    assert len(stored_in(tmp_path)) == 2


async def test_a_new_start_finds_known_phrases_on_disk(queue: InferenceQueue, tmp_path: Path) -> None:
    await ClauseSynthesizer(LetterVoice(), PhraseCache(tmp_path), queue).warm(["Bonjour."])
    voice = LetterVoice()
    restarted = ClauseSynthesizer(voice, PhraseCache(tmp_path), queue)
    assert await restarted.warm(["Bonjour."]) == 0
    assert await durations(restarted, "Bonjour.") == [800]
    assert voice.said == []


async def test_another_voice_renders_anew(queue: InferenceQueue, tmp_path: Path) -> None:
    await ClauseSynthesizer(LetterVoice(), PhraseCache(tmp_path), queue).warm(["Bonjour."])
    assert await ClauseSynthesizer(LetterVoice("letters/2"), PhraseCache(tmp_path), queue).warm(["Bonjour."])


async def test_a_damaged_phrase_is_rendered_again(queue: InferenceQueue, tmp_path: Path) -> None:
    await ClauseSynthesizer(LetterVoice(), PhraseCache(tmp_path), queue).warm(["Bonjour."])
    (stored,) = stored_in(tmp_path)
    stored.write_bytes(stored.read_bytes()[:-2])
    assert await ClauseSynthesizer(LetterVoice(), PhraseCache(tmp_path), queue).warm(["Bonjour."]) == 1


async def test_a_disk_that_refuses_costs_only_the_disk_copy(queue: InferenceQueue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(tmp_path / "file"), queue)
    assert await synthesizer.warm(["Bonjour."]) == 1
    await durations(synthesizer, "Bonjour.")
    assert voice.said == ["Bonjour."]


async def test_warming_goes_on_past_a_clause_that_fails(queue: InferenceQueue) -> None:
    synthesizer = ClauseSynthesizer(LetterVoice(broken="non"), PhraseCache(None), queue)
    assert await synthesizer.warm(["Oui.", "Certes non.", "Bien."]) == 2


async def test_a_voice_that_fails_is_a_synthesis_error(queue: InferenceQueue) -> None:
    synthesizer = ClauseSynthesizer(LetterVoice(broken="Oui"), PhraseCache(None), queue)
    with pytest.raises(SynthesisError):
        await durations(synthesizer, "Oui.")


async def test_too_much_waiting_work_is_a_synthesis_error_worth_retrying() -> None:
    queue = InferenceQueue(n_threads=1, max_waiting=0)
    voice = LetterVoice()
    voice.may_speak.clear()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(None), queue)
    first = asyncio.create_task(durations(synthesizer, "Un."))
    try:
        await asyncio.to_thread(voice.has_begun.wait)
        with pytest.raises(SynthesisError) as refused:
            await durations(synthesizer, "Deux.")
        assert refused.value.retryable
    finally:
        voice.may_speak.set()
    assert await first == [300]
    queue.close()


async def test_nothing_is_rendered_for_whoever_stopped_listening(queue: InferenceQueue) -> None:
    voice = LetterVoice()
    speaking = ClauseSynthesizer(voice, PhraseCache(None), queue).speak("Bonjour. C'est ici. Au revoir.")
    await anext(speaking)
    await speaking.aclose()
    queue.close()
    assert voice.said == ["Bonjour."]


async def test_what_was_foreseen_is_not_rendered_anew(queue: InferenceQueue, tmp_path: Path) -> None:
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(tmp_path), queue)
    await synthesizer.prepare(["Au 12 bis.", "C'est ici."])
    assert await durations(synthesizer, "C'est ici.") == [100 * len("C'est ici.")]
    assert voice.said == ["Au douze bis.", "C'est ici."]
    assert not stored_in(tmp_path)


async def test_what_is_being_rendered_ahead_is_waited_for(queue: InferenceQueue) -> None:
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(None), queue)
    voice.may_speak.clear()
    preparing = asyncio.create_task(synthesizer.prepare(["C'est ici.", "Au revoir."]))
    await asyncio.to_thread(voice.has_begun.wait)
    saying = asyncio.create_task(durations(synthesizer, "C'est ici."))
    await asyncio.sleep(0)
    preparing.cancel()
    voice.may_speak.set()
    assert await saying == [100 * len("C'est ici.")]
    assert voice.said == ["C'est ici."]


async def test_what_was_foreseen_and_not_begun_is_rendered_as_urgently_as_it_is_needed(
    queue: InferenceQueue,
) -> None:
    voice = LetterVoice()
    synthesizer = ClauseSynthesizer(voice, PhraseCache(None), queue)
    voice.may_speak.clear()
    other = asyncio.create_task(durations(synthesizer, "Bonjour."))
    await asyncio.to_thread(voice.has_begun.wait)
    preparing = asyncio.create_task(synthesizer.prepare(["C'est ici.", "Au revoir."]))
    await asyncio.sleep(0)
    voice.has_begun.clear()
    saying = asyncio.create_task(durations(synthesizer, "C'est ici."))
    await asyncio.to_thread(voice.has_begun.wait)
    assert voice.said == ["Bonjour.", "C'est ici."]
    voice.may_speak.set()
    await asyncio.gather(other, saying, preparing)
    assert voice.said == ["Bonjour.", "C'est ici.", "Au revoir."]


async def test_what_cannot_be_rendered_ahead_is_left(queue: InferenceQueue) -> None:
    synthesizer = ClauseSynthesizer(LetterVoice(broken="ici"), PhraseCache(None), queue)
    await synthesizer.prepare(["C'est ici.", "Au revoir."])
    assert await durations(synthesizer, "Au revoir.") == [100 * len("Au revoir.")]
    with pytest.raises(SynthesisError):
        await durations(synthesizer, "C'est ici.")


def test_memory_forgets_the_oldest_passing_phrases_first() -> None:
    cache = PhraseCache(None)
    half = bytes(PASSING_BYTES // 2)
    for text in ("old", "middle"):
        cache.remember("voice", text, half)
    assert cache.get("voice", "old") is not None
    cache.remember("voice", "new", half)
    assert cache.get("voice", "middle") is None
    assert cache.get("voice", "old") is not None


async def test_known_phrases_are_not_pushed_out_by_passing_ones() -> None:
    cache = PhraseCache(None)
    await cache.store("voice", "known", b"\1\0")
    for number in range(MEMORY_BYTES // PASSING_BYTES + 2):
        cache.remember("voice", str(number), bytes(PASSING_BYTES))
    assert cache.get("voice", "known") == b"\1\0"
