"""What Whisper writes although nobody said it, and how it is told apart from speech."""

from __future__ import annotations

import re
import unicodedata
import zlib
from difflib import SequenceMatcher

from bot.speech.whisper_decoder import Decoded

# Subtitlers' credits and video sign-offs: Whisper writes them over silence and noise; no caller says them.
_INVENTIONS = (
    *("sous titre", "sous titrage", "amara org", "st 501", "radio canada", "merci d avoir regarde"),
    *("abonnez vous", "n oubliez pas de vous abonner", "merci de votre ecoute a tous", "cette video"),
    *("transcription par", "traduit par", "prochaine video", "www ", "soustitreur", "sous titreur"),
)
MIN_LOG_PROBABILITY = -1.1
# The model's own opinion counts only together with its doubt about the words: alone it loses "Non merci".
# Measured: speech at most 0.27 and at least -0.9, noise and tones at least 0.3 and at most -0.7.
NO_SPEECH = 0.4
DOUBTFUL_LOG_PROBABILITY = -0.6
# "de la de la de la…": speech compresses to about half, loops to far less.
MAX_COMPRESSION = 2.4
# Nobody says more than this; hints read back from the prompt do.
MAX_WORDS_PER_S = 5.5
# "Bonjour madame" and "s'il vous plaît" are in the stage and in callers' mouths.
MIN_ECHO_WORDS = 4
ECHO_SHARE = 0.8


def is_invention(decoded: Decoded) -> bool:
    """Whether the words are noise, not what a caller said."""
    plain = plain_words(decoded.text)
    if not plain or any(words in plain for words in _INVENTIONS):
        return True
    if decoded.log_probability < MIN_LOG_PROBABILITY:
        return True
    if decoded.no_speech > NO_SPEECH and decoded.log_probability < DOUBTFUL_LOG_PROBABILITY:
        return True
    return is_loop(plain)


def is_loop(text: str) -> bool:
    """Whether a text says the same over and over."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > MAX_COMPRESSION


def is_echo(text: str, stage: str, phrases: tuple[str, ...], duration_s: float) -> bool:
    """Whether a text may repeat what the model was told beforehand instead of what was said.

    stage: what sets the scene; a run of its words is suspect. phrases: what the caller is likely to say; one
    of them is an answer, several in a row or more than fits into the time are suspect.
    """
    words = plain_words(text).split()
    n_shared = _n_shared(words, plain_words(stage).split())
    if len(words) >= MIN_ECHO_WORDS and n_shared > ECHO_SHARE * len(words):
        return True
    rest, n_found = " ".join(words), 0
    for phrase in sorted(filter(None, map(plain_words, phrases)), key=len, reverse=True):
        rest, n_replaced = re.subn(rf"\b{re.escape(phrase)}\b", "", rest, count=1)
        n_found += n_replaced
    is_too_fast = len(words) > MAX_WORDS_PER_S * duration_s + 2
    is_made_of_hints = n_found > 1 and len(rest.split()) <= (1 - ECHO_SHARE) * len(words)
    return is_made_of_hints or (is_too_fast and n_found > 0)


def _n_shared(words: list[str], others: list[str]) -> int:
    """Return how many words both hold in the same order, in runs of three and more."""
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 3)


def plain_words(text: str) -> str:
    """Return lower-case words without accents or punctuation, one space between them."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9œæ]+", letters))
