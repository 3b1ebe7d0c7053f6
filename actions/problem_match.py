"""Grounds the caller's words for a problem on the city's problem types."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from integrations.city_models import ProblemType

# Words that say nothing of the problem: articles, pronouns, politeness, "there is", "in front of my house".
_EMPTY_WORDS = """
a ai alors au aussi autre aux avec avez bah ben bon bonjour c ca car ce cela cest cet cette chez
chose choses comme d dans de depuis des devant donc du elle elles en entre est et etre euh eux fait faut fois
gros grosse ici il ils j je juste l la le les leur lui m ma madame mais me mes moi mon monsieur n ne
nos notre nous on ont ou par parce pas plus pour pres probleme qu quand que quelque quelqu qui quoi
rue s sa sais se ses si signaler signale son sont suis sur t ta truc trucs terre tout toute toutes tous tres
trop tu un une va vais veux voila voulais voudrais vous votre y
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_WORD = re.compile(r"[a-z0-9]+")
# Below this likeness two words are different words, not two spellings of one.
_SAME_WORD = 82.0
# In a shorter word one wrong letter makes another word: "trou" and "roue".
_LONG_ENOUGH_TO_BEND = 6
# Where it lies, more often than what it is.
_PLACES = frozenset({"trottoir", "rout", "chausse", "mur", "plac", "sol"})
_WEIGHT_OF_A_PLACE = 0.4
# Share of a phrase's weight that must be found in what was said.
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class ProblemMatch:
    """A problem type that the words may mean. score: 0 to 1, how much of its phrase was said."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    code: str
    words: tuple[str, ...]


class ProblemMatcher:
    """Finds the problem type whose way of being said is nearest to what was said."""

    def __init__(self, problem_types: Mapping[str, ProblemType]) -> None:
        self._phrases = tuple(
            _Phrase(problem.code, words)
            for problem in problem_types.values()
            for phrase in (problem.name, *problem.spoken)
            if (words := _content_words(phrase))
        )
        self._typical = {
            code: _typicality([phrase.words for phrase in self._phrases if phrase.code == code])
            for code in problem_types
        }
        types_with = Counter(word for typical in self._typical.values() for word in typical)
        self._weight = {
            word: math.log(1 + len(self._typical) / n) * (_WEIGHT_OF_A_PLACE if word in _PLACES else 1.0)
            for word, n in types_with.items()
        }

    def match(self, said: str) -> ProblemMatch | None:
        """Return the likeliest type, or None when nothing said names a problem of the city."""
        heard = self._heard(_content_words(said))
        if not heard:
            return None
        total = sum(self._weight[word] for word in heard)
        explained = {
            code: sum(self._weight[word] * typical.get(word, 0.0) for word in heard) / total
            for code, typical in self._typical.items()
        }
        best_rank = 0.0
        best: ProblemMatch | None = None
        for phrase in self._phrases:
            found = sum(self._weight[word] * heard.get(word, 0.0) for word in phrase.words)
            share = found / sum(self._weight[word] for word in phrase.words)
            # Of two phrases said in full the longer one says more; words that the type never uses
            # count against it.
            rank = share**2 * math.sqrt(found) * explained[phrase.code]
            if share >= _ENOUGH and rank > best_rank:
                best_rank = rank
                best = ProblemMatch(phrase.code, share)
        return best

    def _heard(self, said: tuple[str, ...]) -> dict[str, float]:
        """Words of the city's phrases that were said, and how like them, 0 to 1, what was said is."""
        heard: dict[str, float] = {}
        for word in self._weight:
            if word in said:
                heard[word] = 1.0
            elif len(word) >= _LONG_ENOUGH_TO_BEND:
                ratio = max((fuzz.ratio(word, other) for other in said), default=0.0)
                if ratio >= _SAME_WORD:
                    heard[word] = ratio / 100
        return heard


def _typicality(phrases: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """Each word of a type's phrases, and 0.7 to 1: 1 when every phrase has it."""
    counts = Counter(word for words in phrases for word in set(words))
    return {word: 0.7 + 0.3 * count / len(phrases) for word, count in counts.items()}


def _content_words(text: str) -> tuple[str, ...]:
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return tuple(_stem(word) for word in _WORD.findall(plain) if word not in _EMPTY)


def _stem(word: str) -> str:
    """Drop the marks of plural and feminine, which a recogniser cannot hear."""
    for ending in ("ees", "ee", "es", "er", "ez", "s", "x", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
