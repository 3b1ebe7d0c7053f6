"""The little language in which emergencies are described, and its translation to regular expressions.

A phrase is words in their order: "PERSON ..3 respire (plus|pas)".
`(a|b c)` one of these, `[a|b]` one of these or nothing, `..3` up to three words but no "pas", "plus" or
"sans", `...3` those too, `!(a|b)` at the end: not followed by one of these, `^` and `$` the ends of a
sentence; in capitals a list of `emergency_vocabulary`; in a word `*` any ending, `~` a silent one (e, s, es,
x).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogue.emergency_vocabulary import VOCABULARY

_TOKEN = re.compile(r"\.{2,3}\d+|\[[^\]]*\]|!\([^)]*\)|\([^)]*\)|\S+")
_BROKEN_LINE = re.compile(r"(?<=[|(])\s*\n\s*|\s*\n\s*(?=[|)])")
_NAME = re.compile(r"[A-Z]+$")
_SHORTEST_STEM = 3
# A sentence begins after its greetings.
_GREETINGS = "allo|oui|non|bonjour|bonsoir|madame|monsieur|alors|euh|voila|ecoutez|vite|mon dieu"
_START = rf"(?:^|(?<=\. ))(?:(?:{_GREETINGS}) )*"
_END = r"(?=$|\. )"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say something.

    pattern: for a text that ends in a space. stems: it cannot match a text that holds none of them.
    """

    pattern: re.Pattern[str]
    stems: tuple[str, ...]


def phrases(text: str) -> tuple[Phrase, ...]:
    """Read phrases, one a line; a line may be broken after a bar or a parenthesis."""
    whole = _BROKEN_LINE.sub("", text)
    return tuple(_phrase(line.strip()) for line in whole.splitlines() if line.strip())


def words(text: str) -> re.Pattern[str]:
    """A pattern for one of several words or runs of words, separated by bars; it knows the vocabulary."""
    return re.compile(rf"\b(?:{_group(text)})\b")


def _phrase(line: str) -> Phrase:
    tokens = _TOKEN.findall(line)
    pieces: list[str] = []
    after = ""
    for token in tokens:
        if token.startswith("!("):
            after = rf"(?!(?:{_group(token[2:-1])})\b)"
        elif token.startswith("..."):
            pieces.append(rf"(?:\w+ ){{0,{token[3:]}}}")
        elif token.startswith(".."):
            # Words that would turn the meaning round are no gap.
            pieces.append(rf"(?:(?!(?:pas|plus|aucune?|jamais|sans) )\w+ ){{0,{token[2:]}}}")
        elif token.startswith("["):
            pieces.append(f"(?:(?:{_group(token[1:-1])}) )?")
        elif token in {"^", "$"}:
            pieces.append(_START if token == "^" else _END)
        else:
            pieces.append(f"(?:{_group(token.strip('()'))}) ")
    return Phrase(re.compile(rf"\b{''.join(pieces)}{after}"), _stems(tokens))


@lru_cache(maxsize=1024)
def _group(text: str) -> str:
    # Longer words first: an alternative that is the start of another would hide it.
    return "|".join(sorted({_word(word) for word in _alternatives(text)}, key=len, reverse=True))


def _alternatives(text: str) -> Iterator[str]:
    for part in text.replace("\n", "|").split("|"):
        word = part.strip()
        if _NAME.match(word) and word in VOCABULARY:
            yield from _alternatives(VOCABULARY[word])
        elif word:
            yield word


def _word(word: str) -> str:
    return word.replace("*", r"\w*").replace("~", "(?:es|e|s|x)?")


def _stems(tokens: list[str]) -> tuple[str, ...]:
    """The stems of the token that is the most telling: its shortest alternative is the longest."""
    best: tuple[str, ...] = ()
    for token in tokens:
        if token[:2] in {"!(", ".."} or token[0] in "[^$":
            continue
        stems = tuple(re.split(r"[*~]", word)[0] for word in _alternatives(token.strip("()")))
        # A long list says little: only its name made it short.
        if len(stems) > 40:
            continue
        if min(map(len, stems)) > min(map(len, best), default=_SHORTEST_STEM - 1):
            best = stems
    return best
