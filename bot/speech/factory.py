"""Wiring: the engines for the models that are installed. The only module that names them all."""

from __future__ import annotations

import os
from pathlib import Path

from bot.speech.clause_synthesizer import ClauseSynthesizer
from bot.speech.inference import InferenceQueue
from bot.speech.phrase_cache import PhraseCache
from bot.speech.recognizer_vosk import VoskRecognizer
from bot.speech.recognizer_whisper import WhisperRecognizer
from bot.speech.synthesizer_kokoro import FRENCH_VOICE, KokoroModel, KokoroVoice, load_style
from bot.speech.synthesizer_piper import PiperVoice
from bot.speech.voice import Voice
from bot.speech.vosk_grammar import FOR_LANGUAGE, Foreseen
from bot.speech.whisper_decoder import WhisperDecoder
from tts_voices.installed import InstalledModel

# More threads than this make one short clause no faster.
MAX_ENGINE_THREADS = 4


def build_recognizer(
    installed: InstalledModel, queue: InferenceQueue, n_parallel: int = 2
) -> VoskRecognizer | WhisperRecognizer:
    """Load the recogniser of a verified model; takes a second. n_parallel: the queue's threads."""
    if installed.model.engine == "vosk":
        foreseen = FOR_LANGUAGE.get(installed.model.language, Foreseen())
        return VoskRecognizer(installed.model.name, installed.folder, queue, foreseen)
    decoder = WhisperDecoder(installed.folder, installed.model.language, engine_threads(), n_parallel)
    return WhisperRecognizer(installed.model.name, decoder, queue)


def build_voice(installed: InstalledModel) -> Voice:
    """Load the voice of a verified model."""
    if installed.model.engine == "piper":
        model = next(path for path in installed.model.files if path.endswith(".onnx"))
        return PiperVoice(installed.folder / model, engine_threads())
    style = load_style(installed.folder, FRENCH_VOICE)
    return KokoroVoice(KokoroModel(installed.folder, engine_threads()), style, FRENCH_VOICE)


def build_synthesizer(
    installed: InstalledModel, queue: InferenceQueue, cache_dir: Path | None
) -> ClauseSynthesizer:
    """Load a voice and put the cache before it. cache_dir: where known phrases are kept, None for nowhere."""
    return ClauseSynthesizer(build_voice(installed), PhraseCache(cache_dir), queue)


def engine_threads() -> int:
    """How many processor threads one recognition or one rendering uses."""
    return min(MAX_ENGINE_THREADS, os.cpu_count() or 1)
