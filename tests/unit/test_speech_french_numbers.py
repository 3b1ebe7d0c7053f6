"""Numbers in French words, checked against rules of grammar and against an independent reader."""

import pytest
from text_to_num import text2num

from bot.speech.french_numbers import MAX_NUMBER, cardinal, digit_by_digit, feminine, ordinal, pair


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (16, "seize"),
        (21, "vingt et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (76, "soixante-seize"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (100, "cent"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (280, "deux cent quatre-vingts"),
        (1000, "mille"),
        (1999, "mille neuf cent quatre-vingt-dix-neuf"),
        (30_900, "trente mille neuf cents"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (1_000_000, "un million"),
        (80_000_000, "quatre-vingts millions"),
        (2_000_000_001, "deux milliards un"),
    ],
)
def test_cardinals_follow_french_spelling(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_an_independent_reader_understands_every_cardinal() -> None:
    numbers = [*range(2000), *range(2000, 1_000_000, 997), 10**6, 10**9 + 70, MAX_NUMBER]
    assert [text2num(cardinal(number), "fr") for number in numbers] == numbers


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="expected 0 to"):
        cardinal(number)


def test_feminine_changes_only_a_final_one() -> None:
    assert [feminine(number) for number in (1, 2, 11, 21, 81)] == [
        "une", "deux", "onze", "vingt et une", "quatre-vingt-une",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "premier"),
        (2, "deuxième"),
        (4, "quatrième"),
        (5, "cinquième"),
        (9, "neuvième"),
        (11, "onzième"),
        (21, "vingt et unième"),
        (80, "quatre-vingtième"),
        (200, "deux centième"),
        (1000, "millième"),
    ],
)
def test_ordinals(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_groups_of_digits_keep_their_zeros() -> None:
    assert [pair(digits) for digits in ("06", "00", "12", "90")] == [
        "zéro six", "zéro zéro", "douze", "quatre-vingt-dix",
    ]  # fmt: skip
    assert digit_by_digit("0412") == "zéro quatre un deux"
