"""Wires simulated calls: voices for the caller, ears to understand the bot, one SIP phone per call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.call.types import SAMPLE_RATE_HZ
from bot.settings import Settings
from bot.simulate.run import CallerEngines, CallResult, simulate_call
from bot.simulate.script import PAUSE, CallerScript, load_script
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from bot.speech.resample import to_float, to_pcm
from bot.speech.speakers import SPEAKERS, Studio, add_noise
from bot.speech.vad_silero import SileroDetector
from tts_voices.installed import resolve_models

NOISE_S = 10


async def simulate_scripts(
    settings: Settings,
    scripts: Sequence[tuple[Path, str]],
    to: str,
    record: Path | None = None,
    at_once: int = 1,
) -> list[CallResult]:
    """Place one call after the other, or so many at once.

    scripts: script and speaker; an empty speaker is the script's own, else the first of all. All
    sentences are rendered before the first call. Raises ModelError, and KeyError for an unknown speaker.
    """
    studio = Studio(settings.models_path, settings.var_dir / "speakers")
    calls = []
    for path, speaker in scripts:
        script = load_script(path)
        voice = speaker or script.speaker or next(iter(SPEAKERS))
        rendered = {text: render(studio, text, voice, script.snr_db) for text in script.sentences()}
        calls.append((script, voice, rendered))
    queue = InferenceQueue(settings.inference_threads)
    with contextlib.closing(queue):
        recognizer = build_recognizer(resolve_models(settings.models_path).recognizer, queue)
        engines = CallerEngines(recognizer, SileroDetector)
        lines = asyncio.Semaphore(at_once)

        async def place(script: CallerScript, voice: str, rendered: dict[str, bytes]) -> CallResult:
            noise = background_noise(script, rendered)
            async with lines:
                return await simulate_call(script, voice, rendered, noise, engines, to, record)

        async with asyncio.TaskGroup() as callers:
            placed = [callers.create_task(place(*call)) for call in calls]
        return [call.result() for call in placed]


def render(studio: Studio, text: str, voice: str, snr_db: float | None) -> bytes:
    """Say a sentence of a script with its pauses, which are as noisy as its words; 16-bit at 16 kHz."""
    pieces = PAUSE.split(text)
    pcm = b"".join(
        studio.render(piece, voice).pcm if index % 2 == 0 else _silence(float(piece))
        for index, piece in enumerate(pieces)
        if piece
    )
    return pcm if snr_db is None else to_pcm(add_noise(to_float(pcm), snr_db))


def _silence(duration_s: float) -> bytes:
    return bytes(2 * round(duration_s * SAMPLE_RATE_HZ))


def background_noise(script: CallerScript, rendered: dict[str, bytes]) -> bytes:
    """Return background noise as loud as the one in the caller's sentences, b"" for a clean line."""
    if script.snr_db is None or not rendered:
        return b""
    speech = to_float(next(iter(rendered.values())))
    level = np.full(SAMPLE_RATE_HZ * NOISE_S, np.sqrt(np.mean(speech**2)), dtype=np.float32)
    return to_pcm(np.asarray(add_noise(level, script.snr_db) - level, dtype=np.float32))
