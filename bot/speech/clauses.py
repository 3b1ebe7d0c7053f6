"""Cuts a text into clauses that are synthesized one after the other.

The first clause is short, so that speech starts early; each of the next may be about twice as long as the
one before it, since it is synthesized while that one plays. A cut is made only where a speaker would
breathe: at punctuation, or in a long run without any before a number to note down or a word that opens a
new group. What a colon announces is always a clause of its own: the announcement is often known in advance,
and plays while the rest is synthesized.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from bot.speech.text_for_voice import DOTTED_ABBREVIATIONS

FIRST_WEIGHT = 30
GROWTH = 2
MAX_WEIGHT = 160
# Kokoro takes 510 symbols, about one per letter.
LONGEST_WEIGHT = 320
# A number's digit is said with about four letters.
DIGIT_WEIGHT = 4
# A cut never leaves less than this on either side, except whole sentences ("Oui.").
MIN_WEIGHT = 8
PAUSES_MS = {".": 320, "!": 320, "?": 320, "…": 320, ":": 220, ";": 220, ",": 130}
PAUSE_WITHOUT_PUNCTUATION_MS = 40

_NUMBER_WORD = (
    r"(?:zéro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante|cinquante|soixante|cents?|mille|\d+)"
)
_IN_A_NUMBER = re.compile(rf"(?:\b|-){_NUMBER_WORD}, (?={_NUMBER_WORD}\b)", re.IGNORECASE)
_HOUSE_NUMBER = re.compile(r"\b\d+(?: ?(?:bis|ter|quater|[A-D]))?, $")
_NOTED_NUMBER = r"\+?\d[\d .]{6,}\d"
_OPENERS = re.compile(
    r" (?=(?:et|ou|mais|car|donc|qui|que|qu'|dont|où|quand|si|pour|afin|avec|sans|sous|sur|dans|depuis"
    r"|jusqu'|entre|chez|par|parce|lorsque)\b"
    # Never inside a number, whose groups are told apart only when it is said in one go.
    rf"|(?:le|au|du) {_NOTED_NUMBER}|(?<!\d )(?<!\ble )(?<!\bau )(?<!\bdu ){_NOTED_NUMBER})"
)
_SENTENCE_END = re.compile(r"[.!?…]+[»\"]? +(?=\S)")
_PAUSE_POINT = re.compile(r"[,;:] +(?=\S)| [–—] ")


@dataclass(frozen=True, slots=True)
class Clause:
    """A run of words with its punctuation. pause_ms: silence that follows it, 0 after the last one."""

    text: str
    pause_ms: int


def split_into_clauses(text: str) -> list[Clause]:
    """Cut a text; joined with spaces, the clauses are the text again."""
    text = " ".join(text.split())
    texts: list[str] = []
    limit = FIRST_WEIGHT
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if _ends(text, found)]
    for sentence in _cut_at(text, ends):
        for clause in _clauses_of(sentence, limit):
            texts.append(clause)
            limit = min(MAX_WEIGHT, max(FIRST_WEIGHT, GROWTH * weight(clause)))
    last = len(texts) - 1
    return [Clause(clause, 0 if i == last else _pause_ms(clause)) for i, clause in enumerate(texts)]


def weight(text: str) -> int:
    """How long a text takes to say, in letters."""
    return len(text) + (DIGIT_WEIGHT - 1) * sum(letter.isdigit() for letter in text)


def _ends(text: str, found: re.Match[str]) -> bool:
    """Whether a point ends a sentence, rather than an abbreviation or somebody's initial."""
    word = text[: found.end()].rsplit(maxsplit=1)[-1]
    is_initial = re.fullmatch(r"(?:.*[-'])?[A-ZÉ]\.", word) is not None
    if text[found.end()].isdigit() and word[:-1].isdigit():
        return False
    return not (word in DOTTED_ABBREVIATIONS or is_initial)


def _clauses_of(sentence: str, limit: int) -> list[str]:
    """Cut one sentence into clauses, the first within `limit` where that can be."""
    pieces = [
        short_enough
        for part in _cut_at(sentence, _pause_points(sentence))
        for piece in (_cut_long(part, limit) if weight(part) > 2 * limit else [part])
        for short_enough in _cut_anywhere(piece)
    ]
    clauses: list[str] = []
    for piece in pieces:
        if clauses and _goes_with(clauses[-1], piece, limit):
            clauses[-1] = f"{clauses[-1]} {piece}"
            continue
        if clauses:
            limit = min(MAX_WEIGHT, max(FIRST_WEIGHT, GROWTH * weight(clauses[-1])))
        clauses.append(piece)
    return clauses


def _goes_with(clause: str, piece: str, limit: int) -> bool:
    if weight(piece) < MIN_WEIGHT:
        return True
    return weight(f"{clause} {piece}") <= limit and not clause.endswith(":")


def _pause_points(sentence: str) -> list[int]:
    inside = {found.end() for found in _IN_A_NUMBER.finditer(sentence)}
    return [
        found.end()
        for found in _PAUSE_POINT.finditer(sentence)
        if found.end() not in inside
        and not _HOUSE_NUMBER.search(sentence[: found.end()])
        and weight(sentence[: found.end()]) >= MIN_WEIGHT
    ]


def _cut_long(part: str, limit: int) -> list[str]:
    """Cut a run without punctuation before an opening word: the last within `limit`, else the first."""
    points = [
        found.end()
        for found in _OPENERS.finditer(part)
        if weight(part[: found.end()]) >= MIN_WEIGHT and weight(part[found.end() :]) >= MIN_WEIGHT
    ]
    within = [point for point in points if weight(part[:point]) <= limit]
    point = within[-1] if within else min(points, default=0)
    if not point:
        return [part]
    rest = part[point:]
    return [part[:point].rstrip(), *(_cut_long(rest, 2 * limit) if weight(rest) > 4 * limit else [rest])]


def _cut_anywhere(piece: str) -> list[str]:
    """Cut between words what no voice could say in one go."""
    pieces: list[str] = []
    for word in piece.split():
        if pieces and weight(f"{pieces[-1]} {word}") <= LONGEST_WEIGHT:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces


def _cut_at(text: str, points: list[int]) -> list[str]:
    bounds = [0, *points, len(text)]
    pieces = (text[start:end].strip() for start, end in itertools.pairwise(bounds))
    return [piece for piece in pieces if piece]


def _pause_ms(clause: str) -> int:
    return PAUSES_MS.get(clause.rstrip(' »"')[-1:], PAUSE_WITHOUT_PUNCTUATION_MS)
