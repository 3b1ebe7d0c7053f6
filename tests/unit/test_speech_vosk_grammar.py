"""What a Vosk decoder is told to expect, and when it is believed."""

import json

import pytest

from bot.call.types import Expect, Hints
from bot.speech.vosk_grammar import FOR_LANGUAGE, Foreseen, Understood, Word, accounts_for_all, grammar

FRENCH = FOR_LANGUAGE["fr"]


def knows_all(word: str) -> bool:
    return word != "<UNK>"


def understood(text: str) -> Understood:
    return Understood([Word(word, 1.0, 0.0, 0.5) for word in text.split()])


@pytest.mark.parametrize("expect", [Expect.YES_NO, Expect.DIGITS, Expect.REFERENCE])
def test_closed_questions_have_a_grammar_with_a_word_for_all_else(expect: Expect) -> None:
    words = json.loads(grammar(Hints(expect), FRENCH, knows_all))
    assert words[-1] == "[unk]"
    assert len(words) == len(set(words)) > 10


@pytest.mark.parametrize("expect", [Expect.OPEN, Expect.NAME, Expect.NONE, Expect.ADDRESS])
def test_what_may_be_anything_is_heard_freely(expect: Expect) -> None:
    assert grammar(Hints(expect), FRENCH, knows_all) == ""


def test_names_near_what_was_heard_make_a_grammar_of_an_address() -> None:
    hints = Hints(Expect.ADDRESS, ("Rue Victor-Hugo", "Avenue Feuchères"))
    words = json.loads(grammar(hints, FRENCH, lambda word: word != "feuchères"))
    assert "rue victor hugo" in words
    assert "douze" in words
    assert not any("avenue" in phrase for phrase in words), "a name that cannot be heard is left out"


def test_elisions_are_spelled_as_the_model_does() -> None:
    def parts_apostrophes(word: str) -> bool:
        return "'" not in word[:-1]

    words = json.loads(grammar(Hints(Expect.YES_NO), FRENCH, parts_apostrophes))
    assert "c' est ça" in words
    assert understood("c' est ça").text == "c'est ça"


def test_a_model_without_a_word_for_all_else_hears_freely() -> None:
    assert grammar(Hints(Expect.YES_NO), FRENCH, lambda word: word not in ("[unk]", "<UNK>", "<unk>")) == ""
    assert grammar(Hints(Expect.YES_NO), Foreseen(), knows_all) == ""


@pytest.mark.parametrize(
    ("closed", "free"),
    [
        ("oui", "oui"),
        ("d'accord", "accord"),
        ("zéro six douze", "zéro cise douze"),
        ("cinq six sept", "saint six cette"),
        ("cent", "sans"),
    ],
)
def test_it_is_believed_where_both_heard_the_same_sounds(closed: str, free: str) -> None:
    assert accounts_for_all(understood(closed), understood(free), FRENCH)


@pytest.mark.parametrize(
    ("closed", "free"),
    [
        ("non", "non c'est au quatorze rue de la république"),
        ("oui non oui", "il y a un trou dans la rue"),
        ("oui", "huit"),
        ("oui [unk]", "oui merci"),
        ("oui", ""),
        ("deux cent six", "de sang ici il y a quelqu'un par terre"),
    ],
)
def test_it_is_not_where_something_else_was_said(closed: str, free: str) -> None:
    assert not accounts_for_all(understood(closed), understood(free), FRENCH)
