"""Text to phonemes with the espeak-ng that piper-tts carries."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from piper.phonemize_espeak import EspeakPhonemizer

# espeak-ng keeps its state in globals: one voice of the whole process speaks at a time.
_LOCK = threading.Lock()


@cache
def _espeak() -> EspeakPhonemizer:
    # Once per process: a second initialisation leaves the tables of the first voice in freed memory, and
    # what is spoken after it is noise ("Invalid instruction … for phoneme" on standard error).
    return EspeakPhonemizer()


def espeak_sentences(
    voice: str, text: str, vowel_clusters: set[tuple[str, ...]] | None = None
) -> list[list[str]]:
    """Return the phonemes of each sentence, with the text's punctuation. voice: espeak-ng's, e.g. "fr"."""
    with _LOCK:
        sentences: list[list[str]] = _espeak().phonemize(voice, text, vowel_clusters)
    return sentences


class Phonemizer:
    """Phonemes of one language. language: an espeak-ng voice, e.g. "fr"."""

    def __init__(self, language: str) -> None:
        self._language = language

    def phonemes(self, text: str) -> str:
        """Return IPA symbols with the text's punctuation, composed (NFC)."""
        sentences = espeak_sentences(self._language, text)
        return unicodedata.normalize("NFC", " ".join("".join(sentence) for sentence in sentences))
