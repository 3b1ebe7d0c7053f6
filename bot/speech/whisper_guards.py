"""What Whisper writes although nobody said it, and how it is told apart from speech."""

from __future__ import annotations

import re
import unicodedata
import zlib

from bot.speech.whisper_decoder import Decoded

# Subtitlers' credits and video sign-offs: Whisper writes them over silence and noise; no caller says them.
_INVENTIONS = (
    *("sous titre", "sous titrage", "amara org", "st 501", "radio canada", "merci d avoir regarde"),
    *("abonnez vous", "n oubliez pas de vous abonner", "merci de votre ecoute a tous", "cette video"),
    *("transcription par", "traduit par", "prochaine video", "www ", "soustitreur", "sous titreur"),
)
MIN_LOG_PROBABILITY = -1.1
# The model's own opinion counts only together with its doubt about the words: alone it loses "Non merci".
NO_SPEECH = 0.75
DOUBTFUL_LOG_PROBABILITY = -0.7
# "de la de la de la…": speech compresses to about half, loops to far less.
MAX_COMPRESSION = 2.4
# Nobody says more than this; hints read back from the prompt do.
MAX_WORDS_PER_S = 5.5


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


def is_echo(text: str, phrases: tuple[str, ...], duration_s: float) -> bool:
    """Whether a text repeats the hints instead of what was said: several of them in a row, or too fast."""
    plain = plain_words(text)
    known = [plain_words(phrase) for phrase in phrases]
    is_too_fast = len(plain.split()) > MAX_WORDS_PER_S * duration_s + 2
    rest, n_found = plain, 0
    for phrase in sorted(filter(None, known), key=len, reverse=True):
        if re.search(rf"\b{re.escape(phrase)}\b", rest):
            rest = re.sub(rf"\b{re.escape(phrase)}\b", "", rest, count=1)
            n_found += 1
    is_made_of_hints = n_found > 1 and len(rest.split()) <= len(plain.split()) // 5
    return is_made_of_hints or (is_too_fast and n_found > 0)


def plain_words(text: str) -> str:
    """Return lower-case words without accents or punctuation, one space between them."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9œæ]+", letters))
