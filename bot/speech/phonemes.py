"""Text to phonemes with the espeak-ng that piper-tts carries."""

from __future__ import annotations

import threading
import unicodedata

from piper.phonemize_espeak import EspeakPhonemizer

# espeak-ng keeps its state in globals: one voice of the whole process speaks at a time.
ESPEAK_LOCK = threading.Lock()


class Phonemizer:
    """Phonemes of one language. language: an espeak-ng voice, e.g. "fr"."""

    def __init__(self, language: str) -> None:
        self._language = language
        with ESPEAK_LOCK:
            self._espeak = EspeakPhonemizer()

    def phonemes(self, text: str) -> str:
        """Return IPA symbols with the text's punctuation, composed (NFC)."""
        with ESPEAK_LOCK:
            sentences = self._espeak.phonemize(self._language, text)
        return unicodedata.normalize("NFC", " ".join("".join(sentence) for sentence in sentences))
