"""Whisper through CTranslate2, with a window only as long as the speech in it.

Whisper was trained on 30 s windows and its usual decoder pads every utterance to that. Most of what is
said on the telephone lasts under 10 s, and encoding 10 s costs a sixth of encoding 30 s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from bot.call.errors import RecognitionError
from bot.call.types import SAMPLE_RATE_HZ
from bot.speech.resample import Samples

FRAME_SAMPLES = SAMPLE_RATE_HZ // 100
MIN_FRAMES = 1000
MAX_FRAMES = 3000
MAX_SAMPLES = MAX_FRAMES * FRAME_SAMPLES
BEAM_SIZE = 5
# Fast French is about 7 syllables a second; a runaway decoder must not cost seconds of everybody's time.
TOKENS_PER_S = 12
MIN_TOKENS = 24
MAX_TOKENS = 220
MAX_PROMPT_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Decoded:
    """text: as written by the model. log_probability: mean over its symbols, 0 at best.

    no_speech: what the model itself thinks of there being no speech, 0 to 1; unreliable alone.
    """

    text: str
    log_probability: float
    no_speech: float

    @property
    def confidence(self) -> float:
        return math.exp(self.log_probability)

    def followed_by(self, more: Decoded) -> Decoded:
        """Both texts as one; as sure as the less sure of them."""
        return Decoded(
            f"{self.text} {more.text}",
            min(self.log_probability, more.log_probability),
            max(self.no_speech, more.no_speech),
        )


class WhisperDecoder:
    """One loaded model. Thread-safe.

    folder: CTranslate2 model with tokenizer.json. n_threads: processor threads of one decoding.
    n_parallel: how many decodings may run at once.
    """

    def __init__(self, folder: Path, language: str, n_threads: int, n_parallel: int) -> None:
        self._model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=n_threads, num_workers=n_parallel
        )
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer, multilingual=True, task="transcribe", language=language
        )

    def decode(self, samples: Samples, prompt: str = "", min_frames: int = MIN_FRAMES) -> Decoded:
        """Turn speech into text.

        samples: float32 at 16 kHz, at most 30 s. prompt: what is likely to be said, "" for nothing.
        min_frames: the shortest window, in frames of 10 ms. Raises RecognitionError.
        """
        if len(samples) > MAX_SAMPLES:
            raise ValueError(f"expected at most {MAX_SAMPLES} samples, got {len(samples)}")
        tokens = self._prompt_tokens(prompt)
        duration_s = len(samples) / SAMPLE_RATE_HZ
        max_tokens = min(MAX_TOKENS, MIN_TOKENS + round(TOKENS_PER_S * duration_s))
        try:
            encoded = self._model.encode(self._features(samples, min_frames))
            result = self._model.model.generate(
                encoded,
                [tokens],
                beam_size=BEAM_SIZE,
                max_length=len(tokens) + max_tokens,
                return_scores=True,
                return_no_speech_prob=True,
            )[0]
        except RuntimeError as error:
            raise RecognitionError(f"Whisper failed ({type(error).__name__})", retryable=True) from error
        found = result.sequences_ids[0]
        # The score is the mean over the symbols without the end mark, which is one more.
        mean = float(result.scores[0]) * len(found) / (len(found) + 1)
        return Decoded(self._tokenizer.decode(found).strip(), mean, float(result.no_speech_prob))

    def _features(self, samples: Samples, min_frames: int) -> Samples:
        """Return log-mel features [n_mels, n_frames], padded with what Whisper takes for silence."""
        features = self._model.feature_extractor(samples)
        n_frames = min(MAX_FRAMES, max(min_frames, math.ceil(features.shape[1] / 100) * 100))
        features = features[:, :n_frames]
        padding = n_frames - features.shape[1]
        return np.pad(features, ((0, 0), (0, padding))).astype(np.float32)

    def _prompt_tokens(self, prompt: str) -> list[int]:
        tokenizer = self._tokenizer
        tokens = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if not prompt:
            return tokens
        hints = tokenizer.encode(f" {prompt.strip()}")[:MAX_PROMPT_TOKENS]
        return [tokenizer.sot_prev, *hints, *tokens]
