"""Addresses with a house number: where somebody lives. A street alone is a public name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from integrations.addresses_words import (
    ARTICLES,
    NOT_A_NAME,
    NUMBER_LEADS,
    NUMBER_SUFFIXES,
    kind_at,
    words_of,
)
from integrations.personal_data_types import Kind, Span
from integrations.phonetics import word_spans

_NUMBER_WORDS = words_of(
    """
    un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt
    vingts trente quarante cinquante soixante cent cents
    """
)
_MAX_NAME_WORDS = 5
_APART = re.compile(r"[,.;:!?]")

_Words = list[tuple[str, int, int]]


def find_addresses(text: str) -> Iterator[Span]:
    """Each house number with its street, whichever of the two is said first."""
    spans = word_spans(text)
    words = [word for word, _, _ in spans]
    index = 0
    while index < len(words):
        n_words = 0 if words[index] in NOT_A_NAME else kind_at(words, index)[1]
        if not n_words:
            index += 1
            continue
        end = _name_end(text, spans, index + n_words)
        first, last = _number_before(words, index), _number_after(words, end)
        has_name = end > index + n_words
        if has_name and (first < index or last > end):
            yield Span(spans[first][1], spans[last - 1][2], Kind.ADDRESS)
        index = max(last, index + 1)


def _name_end(text: str, spans: _Words, start: int) -> int:
    """Where the name that follows a kind of street ends; a comma ends it."""
    words = [word for word, _, _ in spans]
    end = index = start
    while index < len(words) and index - start < _MAX_NAME_WORDS:
        word = words[index]
        if index > start and _APART.search(text[spans[index - 1][2] : spans[index][1]]):
            break
        if word in ARTICLES:
            index += 1
            continue
        if word in NOT_A_NAME or word.isdecimal() or kind_at(words, index)[1]:
            break
        index += 1
        end = index
    return end


def _number_before(words: list[str], kind: int) -> int:
    """The index of the first word of the house number before a kind of street; `kind` when there is none."""
    index = kind
    while index and words[index - 1] in ARTICLES:
        index -= 1
    if index and words[index - 1] in NUMBER_SUFFIXES:
        index -= 1
    first = _start_of_number(words, index)
    return first if first < index else kind


def _start_of_number(words: list[str], end: int) -> int:
    index = end
    if index and words[index - 1].isdecimal():
        return index - 1
    while index and (words[index - 1] in _NUMBER_WORDS or (index < end and words[index - 1] == "et")):
        index -= 1
    return index + 1 if words[index : index + 1] == ["et"] else index


def _number_after(words: list[str], end: int) -> int:
    """Where the house number after a name ends; `end` when there is none."""
    index = end
    while index < len(words) and words[index] in NUMBER_LEADS - {"un"}:
        index += 1
    first = index
    while index < len(words) and (words[index].isdecimal() or words[index] in _NUMBER_WORDS):
        index += 1
    if index == first:
        return end
    return index + 1 if index < len(words) and words[index] in NUMBER_SUFFIXES else index
