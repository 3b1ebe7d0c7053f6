"""What the ranking is measured with is not what it was given: no phrasing repeats a query."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from integrations.city import City, load_city
from integrations.city_procedures import load_procedures
from integrations.procedures_words import meaningful, plain, stem

ROOT = Path(__file__).parents[2]
# Closer than this, two texts are the same words with another ending or a small word more.
_NEARLY_EQUAL = 0.85


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT / "city" / "nimes")


@pytest.fixture(scope="module")
def queries() -> list[str]:
    text = (ROOT / "tests" / "data" / "procedures_queries.yml").read_text(encoding="utf-8")
    return [query["said"] for query in yaml.safe_load(text)]


@pytest.fixture(scope="module")
def phrasings(city: City) -> list[str]:
    return [each for procedure in load_procedures(city).values() for each in procedure.phrasings]


def in_any_order(text: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", plain(text.lower()))))


def content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in meaningful(text).split())


def n_nearly_equal(texts: list[str], queries: list[str]) -> int:
    alike = cdist(
        [in_any_order(text) for text in texts],
        [in_any_order(query) for query in queries],
        scorer=Indel.normalized_similarity,
        score_cutoff=_NEARLY_EQUAL,
    )
    return int(alike.any(axis=1).sum())


def test_nearly_equal_texts_are_seen() -> None:
    assert n_nearly_equal(["refaire mon passeport"], ["refaire mon passeports"]) == 1
    assert n_nearly_equal(["mon passeport, le refaire"], ["le refaire mon passeport"]) == 1
    assert n_nearly_equal(["une place en crèche"], ["refaire mon passeport"]) == 0


def test_no_phrasing_nearly_equals_a_query(phrasings: list[str], queries: list[str]) -> None:
    assert n_nearly_equal(phrasings, queries) == 0


def test_no_phrasing_says_a_query_with_other_small_words(phrasings: list[str], queries: list[str]) -> None:
    """Key words alone, "passeport", are anybody's; two words of content together are not."""
    asked = {content(query) for query in queries}
    same = [text for text in phrasings if len(content(text)) > 1 and content(text) in asked]
    assert len(same) == 0


def test_no_answer_of_an_authority_nearly_equals_a_query(city: City, queries: list[str]) -> None:
    answers = [answer for authority in city.authorities.values() for answer in authority.answers]
    assert n_nearly_equal(answers, queries) == 0
