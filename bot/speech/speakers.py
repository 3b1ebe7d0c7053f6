"""Synthetic callers: as many different voices as a test needs, all speaking understandable French.

Kokoro has one French voice; its others, fed with French phonemes, have a strong foreign accent. A blend of
style vectors, more than half of it French, shifted in pitch by resampling, sounds like another person and
is recognised about as well as people are. What is rendered once is kept on disk.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.call.types import SAMPLE_RATE_HZ, AudioFrame
from bot.speech.phrase_cache import read_phrase, write_phrase
from bot.speech.resample import Samples, resample, to_float, to_pcm
from bot.speech.synthesizer_kokoro import FRENCH_VOICE, RATE_HZ, REVISION, KokoroModel, load_style
from bot.speech.text_for_voice import text_for_voice
from bot.speech.voice import trim_silence
from tts_voices.installed import resolve_model


@dataclass(frozen=True, slots=True)
class Speaker:
    """One synthetic person. french_share: of the French style vector, the rest is `other`'s.

    pitch: 1 leaves it; 0.9 makes the voice lower and slower by a tenth.
    """

    name: str
    other: str = FRENCH_VOICE
    french_share: float = 1.0
    pitch: float = 1.0


SPEAKERS = {
    speaker.name: speaker
    for speaker in (
        Speaker("Claire"),
        Speaker("Nadia", "af_bella", 0.6, 0.97),
        Speaker("Jeanne", "bf_emma", 0.6, 0.88),
        Speaker("Manon", "af_heart", 0.65, 1.08),
        Speaker("Sofia", "if_sara", 0.55, 1.0),
        Speaker("Karim", "am_michael", 0.55, 0.93),
        Speaker("Louis", "bm_george", 0.6, 0.88),
        Speaker("Marcel", "im_nicola", 0.55, 0.85),
        Speaker("Hugo", "am_adam", 0.6, 1.0),
        Speaker("Diego", "em_alex", 0.55, 0.95),
    )
}


class Studio:
    """Renders speakers. models_dir: holds `kokoro-82m` and `kokoro-speakers`; raises ModelError without.

    cache_dir: where recordings are kept; they are test data, so nothing personal is among them.
    """

    def __init__(self, models_dir: Path, cache_dir: Path, n_threads: int = 2) -> None:
        self._main = resolve_model(models_dir, "kokoro-82m").folder
        self._others = resolve_model(models_dir, "kokoro-speakers").folder
        self._cache_dir = cache_dir
        self._n_threads = n_threads
        self._model: KokoroModel | None = None

    def render(self, text: str, speaker_name: str, snr_db: float | None = None) -> AudioFrame:
        """Say a text as one of `SPEAKERS`, without silence around it; blocks for about the speech's length.

        snr_db: level of the voice above steady background noise added to it, None for none.
        Raises KeyError, SynthesisError.
        """
        speaker = SPEAKERS[speaker_name]
        key = hashlib.sha256(f"{speaker}\0{REVISION}\0{text}".encode()).hexdigest()
        pcm = read_phrase(self._cache_dir / key)
        if pcm is None:
            pcm = to_pcm(self._say(text_for_voice(text), speaker))
            write_phrase(self._cache_dir / key, pcm)
        return AudioFrame(pcm if snr_db is None else to_pcm(add_noise(to_float(pcm), snr_db)))

    def _say(self, text: str, speaker: Speaker) -> Samples:
        if self._model is None:
            self._model = KokoroModel(self._main, self._n_threads)
        style = speaker.french_share * load_style(self._main, FRENCH_VOICE)
        if speaker.other != FRENCH_VOICE:
            style = style + (1 - speaker.french_share) * load_style(self._others, speaker.other)
        samples = trim_silence(self._model.synthesize(text, style.astype(np.float32)), RATE_HZ)
        return resample(samples, round(RATE_HZ * speaker.pitch), SAMPLE_RATE_HZ)


def add_noise(samples: Samples, snr_db: float, seed: int = 1) -> Samples:
    """Add noise shaped like a street's (falling 3 dB per octave), `snr_db` below the speech's mean power.

    The same seed gives the same noise.
    """
    generator = np.random.default_rng(seed)
    spectrum = np.fft.rfft(generator.standard_normal(len(samples)))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, len(samples))
    gain = np.sqrt(np.mean(samples**2) / np.mean(noise**2) / 10 ** (snr_db / 10))
    return np.asarray(samples + gain * noise, dtype=np.float32)
