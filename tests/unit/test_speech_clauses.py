"""Where a text is cut so that speech can start before it is all synthesized."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.clauses import FIRST_WEIGHT, LONGEST_WEIGHT, MIN_WEIGHT, Clause, split_into_clauses, weight


def texts(text: str) -> list[str]:
    return [clause.text for clause in split_into_clauses(text)]


def test_the_opening_starts_with_its_first_words() -> None:
    opening = "Bonjour, vous êtes bien à la mairie de Nîmes. Je suis un assistant vocal automatique."
    assert split_into_clauses(opening) == [
        Clause("Bonjour,", 130),
        Clause("vous êtes bien à la mairie de Nîmes.", 320),
        Clause("Je suis un assistant vocal automatique.", 0),
    ]


def test_a_short_answer_is_one_clause_without_a_pause_after_it() -> None:
    assert split_into_clauses("Oui.") == [Clause("Oui.", 0)]


def test_nothing_is_no_clause() -> None:
    assert split_into_clauses("  ") == []


@pytest.mark.parametrize(
    "whole",
    [
        "Appelez le 04 66 76 73 80.",
        "Zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit.",
        "C'est 12,50 € en tout.",
        "Au n° 12 de la place.",
        "C'est au 12 bis, rue Bat.",
        "Voyez M. Dupont demain.",
        "Voyez J. Dupont demain.",
        "Place, av. Jean-Jaurès.",
    ],
)
def test_numbers_and_abbreviations_stay_whole(whole: str) -> None:
    assert whole in " | ".join(texts(f"Bonjour. {whole}"))


def test_what_a_colon_announces_is_a_clause_of_its_own() -> None:
    filed = "Votre signalement est enregistré. Vous pouvez la noter : votre référence est 2 6, 0 0 0 8, 2."
    assert texts(filed)[1:] == ["Vous pouvez la noter :", "votre référence est 2 6, 0 0 0 8, 2."]
    assert texts("Ouvert : 8h.") == ["Ouvert : 8h."]


def test_each_clause_may_be_twice_as_long_as_the_one_before() -> None:
    text = (
        "D'accord, c'est noté, un trou dans la chaussée, devant le douze, rue de la République, "
        "juste à côté de l'école, et cela dure depuis trois jours, d'après ce que vous me dites."
    )
    weights = [weight(clause) for clause in texts(text)]
    assert weights[0] <= FIRST_WEIGHT
    assert all(later <= max(FIRST_WEIGHT, 2 * earlier) for earlier, later in pairwise(weights))


def test_a_long_run_without_punctuation_is_cut_before_an_opening_word() -> None:
    text = "Votre signalement a été enregistré sous la référence que je vous donne et les équipes iront."
    assert texts(text)[0] == "Votre signalement a été enregistré"


@pytest.mark.parametrize(
    ("end", "pause_ms"), [(".", 320), (" ?", 320), (",", 130), (" :", 220), (" »,", 130)]
)
def test_pauses_follow_the_punctuation(end: str, pause_ms: int) -> None:
    first, _ = split_into_clauses(f"Je vous écoute maintenant{end} la suite arrive après cela.")
    assert first.pause_ms == pause_ms


@pytest.mark.parametrize(
    "clauses",
    [
        ["Le numéro du standard est", "le 04 66 76 70 01."],
        ["Appelez l'accueil de la mairie", "au 04 66 76 70 01, du lundi au vendredi."],
        ["Puis-je garder votre numéro,", "le 06 39 98 00 12,", "pour vous tenir au courant ?"],
        ["Le téléphone de ce service :", "04 66 76 70 01."],
        ["Depuis l'étranger composez le numéro", "+33 4 66 76 70 01."],
    ],
)
def test_a_number_to_note_down_is_said_in_one_go_after_a_breath(clauses: list[str]) -> None:
    assert texts(" ".join(clauses)) == clauses


@given(st.text(alphabet="abcé 12.,;:?!»'-", max_size=300))
def test_no_word_is_lost_or_moved(text: str) -> None:
    assert " ".join(texts(text)).split() == text.split()


@given(st.lists(st.sampled_from(["rue", "de,", "la", "Poste.", "et", "12", "bis,", "qui"]), max_size=400))
def test_no_clause_is_more_than_a_voice_can_say(words: list[str]) -> None:
    assert all(weight(clause) <= LONGEST_WEIGHT + MIN_WEIGHT for clause in texts(" ".join(words)))


def test_words_without_end_or_pause_are_cut_all_the_same() -> None:
    assert [weight(clause) <= LONGEST_WEIGHT for clause in texts("mot " * 500)] == [True] * 7
