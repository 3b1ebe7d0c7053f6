"""The pattern of a list of names finds what a list of alternatives finds, the longest first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rasa_env.name_examples import listed_names
from bot.rasa_env.names_pattern import names_pattern

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
words = st.text("ab '-.(", min_size=1, max_size=6)


def found(pattern: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def alternatives(names: list[str]) -> str:
    """As Rasa makes them of a lookup table."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(rf"\b{re.escape(name)}\b" for name in longest_first)


@given(st.lists(words, min_size=1, max_size=8), st.text("abAB '-.(", max_size=20))
def test_it_finds_what_the_alternatives_find(names: list[str], text: str) -> None:
    assert found(names_pattern(names), text) == found(alternatives(names), text)


@pytest.mark.parametrize("text", ["12 rue de la République", "rue de la républiques", "au RUE NATIONALE et"])
def test_it_finds_the_streets_of_a_city(text: str) -> None:
    lines = (NLU_DATA / "lookups" / "streets.txt").read_text(encoding="utf-8").splitlines()
    streets = listed_names("street", [line.strip() for line in lines if line.strip()])
    assert found(names_pattern(streets), text) == found(alternatives(streets), text)
