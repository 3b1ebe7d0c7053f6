"""Ordinary sentences name no street, however much their words sound like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.addresses_gazetteer import Gazetteer, Verdict, verdict
from integrations.city import City, load_city
from integrations.city_procedures import load_procedures

NIMES = Path(__file__).parents[2] / "city" / "nimes"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


@pytest.fixture(scope="module")
def gazetteer(city: City) -> Gazetteer:
    return Gazetteer(city)


@pytest.fixture(scope="module")
def sentences(city: City) -> list[str]:
    """What people say of procedures and problems, without saying where."""
    said = [phrase for procedure in load_procedures(city).values() for phrase in procedure.phrasings]
    return said + [phrase for problem in city.problem_types.values() for phrase in problem.spoken]


def test_no_street_is_written_into_them(gazetteer: Gazetteer, sentences: list[str]) -> None:
    assert [sentence for sentence in sentences if gazetteer.streets_in(sentence)] == []


def test_hardly_any_street_is_taken_from_them(gazetteer: Gazetteer, sentences: list[str]) -> None:
    taken = []
    # Every third of them: all together take a minute and tell no more.
    sentences = sentences[::3]
    for sentence in sentences:
        candidates = gazetteer.match(sentence)
        if verdict(candidates) is Verdict.TAKE and not candidates[0].place.landmark:
            taken.append((sentence, candidates[0].place.street or candidates[0].place.district))
    print(f"streets taken from ordinary sentences: {len(taken)}/{len(sentences)}", *taken, sep="\n")
    assert len(sentences) > 2_000
    assert len(taken) <= 0.015 * len(sentences)


@pytest.mark.parametrize(
    "sentence",
    ["un tournage bloque ma rue demain", "la rue est sale", "poubelle de rue pleine", "ma rue haute"],
)
def test_the_word_for_a_street_alone_names_none(gazetteer: Gazetteer, sentence: str) -> None:
    assert gazetteer.streets_in(sentence) == []
