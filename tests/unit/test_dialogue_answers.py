"""When an answer is whole, and which names of the city it may hold."""

from pathlib import Path

import pytest

from bot.call.types import Expect
from bot.dialogue.answers import Answers
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Gazetteer(load_city(Path(__file__).parents[2] / "city" / "nimes")))


@pytest.mark.parametrize(
    ("expect", "text", "is_whole"),
    [
        (Expect.DIGITS, "C'est le 0 4 66 25 14 32", True),
        (Expect.DIGITS, "zéro six douze trente-quatre cinquante-six soixante-dix-huit", True),
        (Expect.DIGITS, "06 12 34 56", False),
        (Expect.REFERENCE, "NIM 26 0412 7", False),
        (Expect.REFERENCE, "vingt-six, zéro quatre", False),
        (Expect.ADDRESS, "12, rue de la République.", True),
        (Expect.ADDRESS, "au coin de la rue de la République et de l'avenue Feuchères", True),
        (Expect.ADDRESS, "C'est au 12, rue de la", False),
        (Expect.ADDRESS, "Rue de la République", False),
        (Expect.OPEN, "12, rue de la République.", False),
    ],
)
def test_an_answer_is_whole_when_nothing_is_missing(
    answers: Answers, expect: Expect, text: str, is_whole: bool
) -> None:
    assert answers.is_whole(expect, text) is is_whole


def test_a_reference_with_the_right_check_digit_is_whole(answers: Answers) -> None:
    whole = [digit for digit in range(10) if answers.is_whole(Expect.REFERENCE, f"26 0412 {digit}")]
    assert len(whole) == 1


def test_names_near_what_was_heard_are_those_of_streets(answers: Answers) -> None:
    assert "Avenue Feuchères" in answers.near(Expect.ADDRESS, "av'n'y faire cher")
    assert len(answers.near(Expect.ADDRESS, "rue de la république")) <= 4


def test_nothing_is_near_where_no_place_is_asked(answers: Answers) -> None:
    assert answers.near(Expect.OPEN, "rue de la république") == ()
    assert answers.near(Expect.ADDRESS, "") == ()
