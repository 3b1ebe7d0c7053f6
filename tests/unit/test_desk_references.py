"""References: the check digit, and what callers say of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.references import is_valid, make_reference
from integrations.references_spoken import spoken_references

NUMBERS = st.integers(min_value=1, max_value=999_999)
YEARS = st.integers(min_value=2026, max_value=2099)
UNITS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def digits_of(reference: str) -> str:
    return reference.removeprefix("NIM ").replace(" ", "")


def test_a_reference_is_short_and_always_written_alike() -> None:
    assert make_reference("NIM", 2026, 1) == "NIM 26 0001 7"
    assert make_reference("NIM", 2026, 412) == "NIM 26 0412 8"
    assert make_reference("NIM", 2100, 12345) == "NIM 00 12345 9"


@given(YEARS, NUMBERS, st.data())
def test_every_wrong_digit_is_caught(year: int, number: int, data: st.DataObject) -> None:
    digits = digits_of(make_reference("NIM", year, number))
    position = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[position]]))

    assert is_valid(digits)
    assert not is_valid(digits[:position] + wrong + digits[position + 1 :])


@given(YEARS, NUMBERS, st.data())
def test_every_swap_of_neighbours_is_caught(year: int, number: int, data: st.DataObject) -> None:
    digits = digits_of(make_reference("NIM", year, number))
    position = data.draw(st.integers(0, len(digits) - 2))
    left, right = digits[position : position + 2]

    swapped = digits[:position] + right + left + digits[position + 2 :]
    assert is_valid(swapped) == (left == right)


@given(YEARS, NUMBERS)
def test_spelled_digit_by_digit_it_is_found_alone(year: int, number: int) -> None:
    reference = make_reference("NIM", year, number)
    spelled = " ".join(UNITS[int(digit)] for digit in digits_of(reference))

    assert spoken_references(spelled, "NIM") == [reference]


@pytest.mark.parametrize(
    "said",
    [
        "NIM 26 0412 8",
        "nim2604128",
        "26-0412-8",
        "2604128",
        "la référence NIM-26-0412-8.",
        "vingt-six zéro quatre douze huit",
        "Nîmes, vingt-six, zéro quatre cent douze, huit",
        "c'est le n i m deux six, zéro quatre, un deux, euh, huit s'il vous plaît",
        "vingt six tiret zéro quatre cent douze tiret huit",
        "26 04 12 huit",
        "un signalement, numéro vingt-six zéro quatre un deux huit",
        "de si zéro quatre un deux huit",
        "deux six zéro quatre un deux oui",
    ],
)
def test_ways_of_saying_it(said: str) -> None:
    assert "NIM 26 0412 8" in spoken_references(said, "NIM")


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("vingt-six quatre-vingt-douze douze quatre", "NIM 26 9212 4"),
        ("vingt-six soixante et onze quatre-vingt-dix-sept huit", "NIM 26 7197 8"),
        ("vingt six quatre vingt douze douze quatre", "NIM 26 9212 4"),
        ("vingt six mille deux cent trente quatre un", "NIM 26 1234 1"),
        ("vingt-six-zéro-quatre-douze-huit", "NIM 26 0412 8"),
        ("vingt-six nonante-sept septante-deux cinq", "NIM 26 9772 5"),
        ("vingt-six mille deux cent trente-quatre un", "NIM 26 1234 1"),
    ],
)
def test_numbers_that_french_builds_of_several(said: str, reference: str) -> None:
    assert spoken_references(said, "NIM")[0] == reference


@pytest.mark.parametrize(
    "said",
    [
        "",
        "bonjour je voudrais savoir où en est mon signalement",
        "NIM",
        "06 39 98 00 01",
        "zéro six trente-neuf quatre-vingt-dix-huit zéro zéro zéro un",
        "NIM 26 0412 7",
        "NIM 26 0421 8",
        "il y a deux trous",
        "un " * 40,
        "²⁶ ٠٤١٢ ٨",
    ],
)
def test_what_is_no_reference(said: str) -> None:
    assert spoken_references(said, "NIM") == ()


@given(st.text())
def test_whatever_is_said_it_answers(said: str) -> None:
    for reference in spoken_references(said, "NIM"):
        assert is_valid(digits_of(reference))
