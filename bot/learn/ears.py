"""Wiring: the recogniser that is installed listens to tests of hearing. Importing this loads the engines."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Sequence
from pathlib import Path

from bot.call.errors import ModelError, RecognitionError
from bot.call.protocols import Recognizer
from bot.learn.hearing import Clip, Heard, Hearing
from bot.speech.corpus import Recording, read_wav
from bot.speech.doctor import recognise
from bot.speech.factory import build_recognizer
from bot.speech.inference import InferenceQueue
from tts_voices.installed import resolve_models

NO_RECOGNIZER = "aucune reconnaissance vocale n'est installée ici"


class InstalledEars:
    """models_dir: where the speech models lie."""

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir

    def hear(self, clips: Sequence[Clip]) -> Hearing:
        """See `bot.learn.hearing.Ears`; blocks. The model is loaded when there is something to hear."""
        if not clips:
            return Hearing("", ())
        try:
            return asyncio.run(self._hear(clips))
        except ModelError:
            return Hearing("", (), NO_RECOGNIZER)

    async def _hear(self, clips: Sequence[Clip]) -> Hearing:
        models = await asyncio.to_thread(resolve_models, self._models_dir)
        queue = InferenceQueue()
        try:
            recognizer = build_recognizer(models.recognizer, queue)
            heard = [Heard(clip, await _listen(recognizer, clip)) for clip in clips]
            return Hearing(recognizer.name, heard)
        finally:
            queue.close()


async def _listen(recognizer: Recognizer, clip: Clip) -> str | None:
    """Each by itself and without hints: what the machine then expected is not kept."""
    try:
        pcm = await asyncio.to_thread(read_wav, clip.wav)
        return await recognise(recognizer, Recording(clip.review, clip.said, pcm))
    except (OSError, EOFError, ValueError, wave.Error, RecognitionError):
        return None
