"""Numbers, times, phone numbers, references and spellings, as callers say them; figures with `pytest -s`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from integrations.city import City, load_city
from integrations.spoken_french import (
    find_email,
    find_phone_number,
    find_reference_digits,
    normalise,
    parse_house_number,
    spell_out,
)

ROOT = Path(__file__).parents[2]
READERS: dict[str, Callable[[str], str]] = {
    "phone": find_phone_number,
    "reference": find_reference_digits,
    "house_number": parse_house_number,
    "spelled": spell_out,
    "email": find_email,
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT / "city" / "nimes")


def test_at_least_95_percent_of_what_callers_say_is_read(city: City) -> None:
    sections = yaml.safe_load((ROOT / "tests" / "data" / "numbers.yml").read_text(encoding="utf-8"))
    failures = []
    n_cases = 0
    for section, cases in sections.items():
        for case in cases:
            n_cases += 1
            wanted = case.get("written", case.get("is"))
            got = normalise(case["said"], city) if section == "normalise" else READERS[section](case["said"])
            if got != wanted:
                failures.append(f"{section}: {case['said']!r}: {got!r}, not {wanted!r}")
    print(f"read right: {n_cases - len(failures)}/{n_cases}", *failures, sep="\n")
    assert n_cases >= 200
    assert len(failures) <= 0.05 * n_cases


@pytest.mark.parametrize(
    "said",
    [
        "il y a un trou",
        "c'est un vélo neuf",
        "une place en crèche",
        "la rue est défoncée",
        "le lampadaire de ma rue",
        "un chemin est bloqué",
    ],
)
def test_words_that_look_like_numbers_or_streets_stay(city: City, said: str) -> None:
    assert normalise(said, city) == said


def test_what_is_already_written_stays(city: City) -> None:
    written = "Il y a un trou devant le 12 bis rue de la République, à 9h30, appelez le 06 12 34 56 78."
    assert normalise(written, city) == written
    assert normalise(normalise(written, city), city) == written


def test_a_wrong_reference_is_read_as_it_was_said() -> None:
    assert find_reference_digits("la référence vingt-six zéro quatre cent douze neuf") == "2604129"


def test_a_number_of_the_right_length_is_no_reference_by_chance() -> None:
    assert find_reference_digits("deux mille sept cent quatre-vingt-trois route de courbessac") == ""


def test_a_phone_number_is_no_reference_and_the_reverse() -> None:
    assert find_reference_digits("06 12 34 56 78") == ""
    assert find_phone_number("NIM 26 0412 8") == ""


def test_an_empty_text_reads_as_nothing(city: City) -> None:
    assert normalise("", city) == ""
    assert [reader("") for reader in READERS.values()] == [""] * len(READERS)


def test_a_long_run_of_digits_is_read_in_bounded_time() -> None:
    assert find_phone_number("quatre vingt dix " * 60) == ""
