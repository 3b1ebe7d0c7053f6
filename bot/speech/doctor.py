"""Measures the engines that are installed on this machine, as a caller would notice them."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.call.protocols import Recognizer, Synthesizer
from bot.call.types import AudioFrame, Hints
from bot.speech.corpus import Recording, frames, load_recordings, word_error_rate
from bot.speech.factory import build_recognizer, build_synthesizer
from bot.speech.inference import InferenceQueue
from tts_voices.installed import resolve_models

SENTENCES = (
    "Bonjour, vous êtes bien à la mairie de Nîmes.",
    "Votre signalement est enregistré, sa référence est NIM 26 0412 7.",
    "Le service de l'état civil est ouvert du lundi au vendredi, de 8 h 30 à 17 h.",
)
# Slower than this, callers wait: a recogniser that does not keep up, a voice with gaps between its clauses.
MAX_RECOGNITION_FACTOR = 0.5
MAX_SYNTHESIS_FACTOR = 0.8
MAX_FIRST_AUDIO_S = 1.0
MAX_WORD_ERROR_RATE = 0.35


@dataclass(frozen=True, slots=True)
class RecognitionFigures:
    """factor: time spent per second of speech. latency_s: median time to the text, audio being all there."""

    engine: str
    word_error_rate: float
    factor: float
    latency_s: float


@dataclass(frozen=True, slots=True)
class SynthesisFigures:
    """first_audio_s: median time to the first sound, nothing being cached."""

    engine: str
    factor: float
    first_audio_s: float


def run_speech_doctor(models_dir: Path, recordings_dir: Path, console: Console, n_threads: int = 2) -> bool:
    """Measure both engines, print a table, and return whether they are good enough to answer calls.

    Raises ModelError if there are none.
    """
    heard, spoken = asyncio.run(_measure(models_dir, load_recordings(recordings_dir), n_threads))
    table = Table("engine", "measure", "here", "wanted", title="Speech on this machine")
    checks = [
        (heard.engine, "word error rate", heard.word_error_rate, MAX_WORD_ERROR_RATE, "{:.0%}"),
        (heard.engine, "time per second of speech", heard.factor, MAX_RECOGNITION_FACTOR, "{:.2f} s"),
        (spoken.engine, "time per second of speech", spoken.factor, MAX_SYNTHESIS_FACTOR, "{:.2f} s"),
        (spoken.engine, "first sound after", spoken.first_audio_s, MAX_FIRST_AUDIO_S, "{:.2f} s"),
    ]
    for engine, measure, here, wanted, unit in checks:
        style = "green" if here <= wanted else "bold red"
        table.add_row(engine, measure, f"[{style}]{unit.format(here)}[/]", f"≤ {unit.format(wanted)}")
    table.add_row(heard.engine, "text after the last word", f"{heard.latency_s:.2f} s", "")
    console.print(table)
    return all(here <= wanted for _, _, here, wanted, _ in checks)


async def measure_recognition(recognizer: Recognizer, recordings: list[Recording]) -> RecognitionFigures:
    """Recognise every recording, one after the other."""
    pairs, spent_s = [], []
    for recording in recordings:
        started_s = time.perf_counter()
        text = await recognise(recognizer, recording)
        spent_s.append(time.perf_counter() - started_s)
        pairs.append((recording.text, text))
    total_s = sum(recording.duration_s for recording in recordings)
    return RecognitionFigures(
        recognizer.name, word_error_rate(pairs), sum(spent_s) / total_s, statistics.median(spent_s)
    )


async def recognise(recognizer: Recognizer, recording: Recording, hints: Hints | None = None) -> str:
    """Return the final text of one recording, handed over at once."""
    text = ""
    async for utterance in recognizer.stream(_stream(frames(recording.pcm)), hints or Hints()):
        text = utterance.text
    return text


async def measure_synthesis(synthesizer: Synthesizer, sentences: tuple[str, ...]) -> SynthesisFigures:
    """Say every sentence, one after the other; what is cached would not be measured."""
    first_s, spent_s, spoken_s = [], 0.0, 0.0
    for sentence in sentences:
        started_s = time.perf_counter()
        is_first = True
        async for frame in synthesizer.speak(sentence):
            if is_first:
                first_s.append(time.perf_counter() - started_s)
                is_first = False
            spoken_s += frame.duration_s
        spent_s += time.perf_counter() - started_s
    return SynthesisFigures(synthesizer.name, spent_s / spoken_s, statistics.median(first_s))


async def _measure(
    models_dir: Path, recordings: list[Recording], n_threads: int
) -> tuple[RecognitionFigures, SynthesisFigures]:
    models = await asyncio.to_thread(resolve_models, models_dir)
    queue = InferenceQueue(n_threads)
    try:
        recognizer = build_recognizer(models.recognizer, queue, n_threads)
        synthesizer = build_synthesizer(models.synthesizer, queue, None)
        # The first inference of each engine also prepares its memory; callers come later.
        await recognise(recognizer, recordings[0])
        await measure_synthesis(synthesizer, ("Bonjour.",))
        return (
            await measure_recognition(recognizer, recordings),
            await measure_synthesis(synthesizer, SENTENCES),
        )
    finally:
        queue.close()


async def _stream(items: list[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for item in items:
        yield item
