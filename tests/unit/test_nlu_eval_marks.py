"""The marks of the test sentences are sound.

Only line numbers are shown: whoever writes training data must not read the sentences here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.learn.domain import read_domain
from bot.learn.marks import Mark, MarkError, checked, from_rasa, to_rasa

ROOT = Path(__file__).parents[2]
EVALUATION = ROOT / "nlu_data" / "tests" / "nlu_eval.yml"
DOMAIN = read_domain(ROOT)
ARTICLE = r"(?:le|la|les|du|des|au|aux)\b|[ld]'|un\b|une\b"
BEGINS_WITH_ARTICLE = re.compile(rf"(?:{ARTICLE})", re.I)
ENDS_WITH_ARTICLE = re.compile(rf"(?:^|\s)(?:{ARTICLE})$", re.I)
# "une semaine", "un mois": there it counts.
COUNTED = {"date"}


def _examples() -> Iterator[tuple[int, str]]:
    """Line numbers and examples; called in tests, as the value of a fixture would be shown."""
    for number, line in enumerate(EVALUATION.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("      - "):
            yield number, line.strip()


def _is_sound(line: str) -> bool:
    """Whether it reads and writes back the same, with no mark nested, unknown or blank at an end."""
    text, marks = from_rasa(line)
    try:
        same = checked(text, marks, DOMAIN.entities) == marks
    except MarkError:
        return False
    return same and to_rasa(text, marks) == " ".join(line.removeprefix("- ").split())


def _has_article(text: str, mark: Mark) -> bool:
    words = text[mark.start : mark.end]
    # A recogniser can write "une avenue" as "une la venue": an article stands before the mark already.
    is_second = re.search(rf"(?:{ARTICLE})\s+$", text[: mark.start], re.I)
    begins = BEGINS_WITH_ARTICLE.match(words) and not is_second and mark.entity not in COUNTED
    return bool(begins or ENDS_WITH_ARTICLE.search(words))


def test_every_mark_is_whole() -> None:
    assert len(list(_examples())) > 1000
    assert [number for number, line in _examples() if not _is_sound(line)] == []


def test_no_mark_begins_or_ends_with_an_article() -> None:
    read = [(number, *from_rasa(line)) for number, line in _examples()]
    assert [n for n, text, marks in read if any(_has_article(text, mark) for mark in marks)] == []


def test_an_aspect_has_one_of_the_values_that_the_domain_lists() -> None:
    aspects = [
        (number, mark.value or text[mark.start : mark.end])
        for number, line in _examples()
        for text, marks in [from_rasa(line)]
        for mark in marks
        if mark.entity == "procedure_aspect"
    ]
    assert [number for number, value in aspects if value not in DOMAIN.values["procedure_aspect"]] == []


def test_faults_are_seen() -> None:
    assert not _is_sound("- un [gros [trou](problem_type)](problem_type)")
    assert not _is_sound("- un [trou ](problem_type)")
    assert not _is_sound("- un [trou](problem)")
    text, (mark,) = from_rasa("- c'est [la rue dorée](street)")
    assert _has_article(text, mark)
