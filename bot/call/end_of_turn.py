"""How patient to be with a caller who has just fallen silent: it depends on the question and on the words.

Pure. What is known of the words comes from the recogniser's hypotheses; see docs/decisions/0007.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.call.settings import EndOfTurnSettings
from bot.call.types import Expect
from bot.call.words import phrases, plain_words, vocabulary

# Nobody ends a sentence with these: articles, prepositions, conjunctions, pronouns before a verb.
_CALL_FOR_MORE = vocabulary(
    "a au aux avec ce ces cet cette chez comme d dans de depuis des devant donc du elle en entre est et il",
    "ils j je jusqu l la le les leur ma mais mes mon n ne ni nos notre on ont ou par parce pour pres puis qu",
    "quand que quel quelle qui s sa sans ses si son sont sous sur ta tes ton tres un une vers vos votre y",
    "rue avenue boulevard place chemin impasse allee route square numero angle cote voudrais aimerais veux",
    "dois savoir euh heu hum ben bah alors enfin",
)
# Ends of sentences all the same: "c'est à côté", "je ne sais pas où c'est", "il n'y a plus de place".
_WHOLE_ENDINGS = (
    *(("a", "cote"), ("pas", "ou"), ("ou", "c", "est"), ("sur", "place"), ("c", "est", "la")),
    *(("pas", "le", "numero"), ("pas", "de", "numero"), ("pas", "la", "rue"), ("plus", "de", "place")),
    *(("pas", "de", "place"), ("ma", "rue"), ("la", "place"), ("notre", "rue"), ("la", "rue")),
    *(("bonne", "rue"), ("meme", "rue"), ("quelqu", "un")),
)
# Answers that are whole by themselves.
_WHOLE = phrases(
    "oui merci|non merci|oui c est ca|c est ca|c est bien ca|d accord",
    "oui c est bien ca|oui tout a fait|tout a fait|exactement|oui exactement|absolument|c est exact|stop",
    "oui c est exact|oui s il vous plait|s il vous plait|oui je veux bien|je veux bien|bien sur|parfait",
    "oui bien sur|pas du tout|non pas du tout|c est bon|oui c est bon|merci|au revoir|merci au revoir",
    "non merci au revoir|merci beaucoup|non c est tout|c est tout|non ca ira|ca ira|je ne sais pas",
    "aucune idee",
)
# Said first, with the matter still to come.
_OPENINGS = vocabulary(
    "allo bonjour bonsoir madame monsieur messieurs dames oui alors voila donc euh bon ben s il vous plait",
    "excusez moi pardon",
)
# A bare no is often followed by what is right instead, a bare yes by more about it.
_NO = phrases("non|non non")
_YES = phrases("oui|si|ouais|oui oui|ok")
# How many digits are asked for, where nothing tells whether they are the right ones.
_N_DIGITS = {Expect.DIGITS: 10, Expect.REFERENCE: 7}
_TRAILS_OFF = re.compile(r"(?:,|…|\.\.\.|-|:)\s*$")
# Where a street with its number says all, or nearly.
_WITH_PLACE = frozenset({Expect.ADDRESS, Expect.OPEN})
_HOUSE_NUMBERS = vocabulary("bis ter quater")
_SAID_DIGITS = re.compile(
    r"\d|\b(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingt|trente|quarante|cinquante|soixante|cent)s?\b"
)
MIN_SENTENCE_WORDS = 4


class EndOfTurn:
    """Judges silences. is_answer: whether a text holds all that a question asks for."""

    def __init__(self, settings: EndOfTurnSettings, is_answer: Callable[[Expect, str], bool]) -> None:
        self._settings = settings
        self._is_answer = is_answer

    def patience_ms(self, expect: Expect, text: str | None) -> int:
        """Return how much silence ends a turn. text: what was said before it, None if not known yet."""
        settings = self._settings
        if text is None:
            return settings.unheard_ms
        words = plain_words(text)
        if not words:
            return min(settings.by_expect_ms[expect], settings.by_expect_ms[Expect.OPEN])
        if words in _YES:
            return settings.yes_ms
        if words in _WHOLE or (expect in _N_DIGITS and self._is_answer(expect, text)):
            return settings.complete_ms
        if expect in _WITH_PLACE and self._is_answer(Expect.ADDRESS, text):
            return settings.place_ms
        if is_unfinished(text) or (set(words) <= _OPENINGS and expect is Expect.OPEN):
            return settings.unfinished_ms
        if expect is Expect.ADDRESS and (words[-1].isdigit() or words[-1] in _HOUSE_NUMBERS):
            return settings.unfinished_ms
        return self._in_doubt_ms(expect, text, words)

    def talked_over_ms(self, expect: Expect, text: str | None) -> int:
        """Return how much silence ends a turn while the bot goes on speaking."""
        patience_ms = self.patience_ms(expect, text)
        return patience_ms if text is None else min(patience_ms, self._settings.talked_over_ms)

    def _in_doubt_ms(self, expect: Expect, text: str, words: tuple[str, ...]) -> int:
        settings = self._settings
        if words in _NO:
            return settings.sentence_ms
        if expect in _N_DIGITS and _SAID_DIGITS.search(" ".join(words)):
            is_enough = sum(letter.isdigit() for letter in text) >= _N_DIGITS[expect]
            return settings.sentence_ms if is_enough else settings.dictated_ms
        if expect in _N_DIGITS and len(words) >= MIN_SENTENCE_WORDS:
            return settings.sentence_ms
        return settings.by_expect_ms[expect]


def is_unfinished(text: str) -> bool:
    """Whether a text calls for more words."""
    words = plain_words(text)
    if not words or _ends_whole(words):
        return False
    return words[-1] in _CALL_FOR_MORE or _TRAILS_OFF.search(text) is not None


def _ends_whole(words: tuple[str, ...]) -> bool:
    return any(words[-len(ending) :] == ending for ending in _WHOLE_ENDINGS)
