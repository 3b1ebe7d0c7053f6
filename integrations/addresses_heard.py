"""A spoken address taken apart: its words, the runs of words that may be a name, its house number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.addresses_words import (
    ANNOUNCING,
    ARTICLES,
    CROSSING_WORDS,
    FEMININE_KINDS,
    NOT_A_NAME,
    NUMBER_LEADS,
    NUMBER_SUFFIXES,
    POSSESSIVES,
    SMALL_NUMBERS,
    UNITS,
    kind_at,
)

_MAX_NAME_WORDS = 7
# "du onze novembre mille neuf cent dix-huit"
_MAX_TYPED_WORDS = 9
_MAX_HOUSE_NUMBER = 9_999
_MONTHS = frozenset(
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
)


@dataclass(frozen=True, slots=True)
class Window:
    """A run of words that may be a place: [start, end) among the words heard.

    kind: the kind of street said just before, which the run leaves out; "" when none was.
    is_cut: the words next to the run could belong to a longer name.
    """

    text: str
    start: int
    end: int
    kind: str = ""
    is_cut: bool = False


def typed_windows(words: list[str]) -> Iterator[Window]:
    """The runs of words that follow a kind of street. `start` is that of the kind."""
    for index in range(len(words)):
        kind, n_words = kind_at(words, index)
        if not kind or _is_somebodys(words, index) or (index and kind_at(words, index - 1)[1] > 1):
            continue
        first = index + n_words
        if first < len(words) and words[first] in NOT_A_NAME - ARTICLES:
            continue
        for end in range(first + 1, min(len(words), first + _MAX_TYPED_WORDS) + 1):
            if words[end - 1] in ARTICLES and end < len(words):
                continue
            yield Window(" ".join(words[first:end]), index, end, kind, _goes_on(words, end))
            if kind_at(words, end)[0] in {"rue", "avenue", "boulevard"}:
                break


def free_windows(words: list[str]) -> Iterator[Window]:
    """Every run of words that may be a name with or without its kind of street."""
    for start in range(len(words)):
        if words[start] in ARTICLES - {"à", "a"} or words[start].isdecimal() or _is_somebodys(words, start):
            continue
        for end in range(start + 1, min(len(words), start + _MAX_NAME_WORDS) + 1):
            if words[end - 1] in ARTICLES or words[end - 1] in NOT_A_NAME - {"et", "est"}:
                continue
            is_cut = _goes_on(words, end) or _comes_from(words, start)
            yield Window(" ".join(words[start:end]), start, end, "", is_cut)


def _is_somebodys(words: list[str], index: int) -> bool:
    """Whether the word is a kind of street that names nothing: "ma rue", "cette place"."""
    return index > 0 and words[index - 1] in POSSESSIVES and bool(kind_at(words, index)[0])


def _goes_on(words: list[str], end: int) -> bool:
    return end < len(words) and not _is_border(words[end])


def _comes_from(words: list[str], start: int) -> bool:
    index = start - 1
    while index >= 0 and words[index] in ARTICLES:
        index -= 1
    return index >= 0 and not _is_border(words[index])


def _is_border(word: str) -> bool:
    return word in NOT_A_NAME or word.isdecimal()


def house_number(words: list[str], start: int, end: int) -> str:
    """The house number said before `start` or after `end` of a name, "12 bis"; "" when there is none."""
    return _number_before(words, start) or _number_after(words, end)


def _number_before(words: list[str], start: int) -> str:
    index = start - 1
    while (
        index >= 0
        and words[index] in ARTICLES
        and not (_suffix(words[index]) and words[index - 1].isdecimal())
    ):
        index -= 1
    suffix = _suffix(words[index]) if index >= 1 else ""
    if suffix:
        index -= 1
    if index < 0:
        return ""
    if index >= 1 and len(words[index]) == 3 and words[index - 1].isdecimal() and len(words[index - 1]) == 1:
        return _written(words[index - 1] + words[index], suffix)
    if words[index] in SMALL_NUMBERS and index == start - 1:
        is_article = words[index] == "un" and kind_at(words, start)[0] not in FEMININE_KINDS
        led = (index == 0 and not is_article) or (index > 0 and words[index - 1] in NUMBER_LEADS)
        return _written(SMALL_NUMBERS[words[index]], suffix) if led else ""
    return _written(words[index], suffix)


def _number_after(words: list[str], end: int) -> str:
    index = end
    while index < len(words) and words[index] in NUMBER_LEADS:
        index += 1
    if index == len(words):
        return SMALL_NUMBERS["un"] if words[end:] and words[-1] == "un" and words[-2] in NUMBER_LEADS else ""
    suffix = _suffix(words[index + 1]) if index + 1 < len(words) else ""
    return _written(SMALL_NUMBERS.get(words[index], words[index]), suffix)


def _suffix(word: str) -> str:
    is_letter = len(word) == 1 and word in "abcdef"
    return word.upper() if is_letter else NUMBER_SUFFIXES.get(word, "")


def _written(number: str, suffix: str) -> str:
    if not number.isdecimal() or not 0 < int(number) <= _MAX_HOUSE_NUMBER:
        return ""
    return f"{int(number)} {suffix}".strip()


def announced_number(words: list[str]) -> str:
    """The number of a bare answer, or after "au": "4 bis" of "c'est au 4 bis"; "" when there is none."""
    for index, word in enumerate(words):
        following = words[index + 1 : index + 2]
        is_announced = index == 0 or words[index - 1] in ANNOUNCING
        if word.isdecimal() and is_announced and not set(following) & UNITS:
            return _written(word, _suffix(following[0]) if following else "")
    return ""


def name_end(words: list[str], start: int) -> int:
    """Where a street's name that starts at `start` gives way to its house number.

    A number belongs to the name after an article ("du 11 novembre") and after a month ("novembre 1918").
    """
    for index in range(start, len(words)):
        if words[index] in {"numéro", "au"}:
            return index
        if words[index].isdecimal() and words[index - 1] not in ARTICLES | _MONTHS:
            return index
    return len(words)


def split_crossing(words: list[str]) -> tuple[list[str], list[str]] | None:
    """The two streets of "à l'angle de la rue X et de la rue Y", None when no crossing is said.

    The word for the crossing may be misheard: two kinds of street joined by "et" are enough.
    """
    kinds = [index for index in range(len(words)) if kind_at(words, index)[0]]
    lead = next((index + 1 for index, word in enumerate(words) if word in CROSSING_WORDS), None)
    for second in kinds[1:]:
        link = second - 1
        while link >= 0 and words[link] in ARTICLES:
            link -= 1
        if link > kinds[0] and words[link] in {"et", "avec"}:
            return words[lead or kinds[0] : link], words[second:]
    if lead is None:
        return None
    rest = words[lead:]
    links = [index for index, word in enumerate(rest) if word in {"et", "avec"} and 0 < index < len(rest) - 1]
    if links:
        return rest[: links[0]], rest[links[0] + 1 :]
    second_kind = next((index for index in kinds[1:] if index > lead), None)
    return (words[lead:second_kind], words[second_kind:]) if second_kind else None
