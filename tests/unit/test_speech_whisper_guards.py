"""What Whisper writes although nobody said it."""

import pytest

from bot.call.types import Expect, Hints
from bot.speech.whisper_decoder import Decoded
from bot.speech.whisper_guards import is_echo, is_invention, is_loop, plain_words
from bot.speech.whisper_prompt import STYLE, prompt_for, stage_for


def sure(text: str) -> Decoded:
    return Decoded(text, log_probability=-0.2, no_speech=0.05)


@pytest.mark.parametrize(
    "text",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage ST' 501",
        "Merci d'avoir regardé cette vidéo !",
        "Abonnez-vous !",
        "...",
        "",
        "de la de la de la de la de la de la de la de la de la de la de la de la",
    ],
)
def test_inventions_are_dropped_however_sure_the_model_is(text: str) -> None:
    assert is_invention(sure(text))


@pytest.mark.parametrize(
    "text",
    [
        "Non merci.",
        "Oui.",
        "Merci.",
        "C'est le 06 06 06 06 06.",
        "Je voudrais m'abonner à la bibliothèque.",
        "Il y a un trou rue de la République.",
    ],
)
def test_what_callers_say_is_kept(text: str) -> None:
    assert not is_invention(sure(text))


def test_words_that_the_model_doubts_are_dropped() -> None:
    assert is_invention(Decoded("Et puis voilà.", log_probability=-1.3, no_speech=0.1))


def test_no_speech_counts_only_together_with_doubt() -> None:
    assert not is_invention(Decoded("Non merci.", log_probability=-0.5, no_speech=0.9))
    assert not is_invention(Decoded("Non merci.", log_probability=-0.9, no_speech=0.1))
    assert is_invention(Decoded("Non merci.", log_probability=-0.9, no_speech=0.9))


STREETS = ("rue de la République", "avenue Bompard", "boulevard Gambetta")


def test_several_hints_in_a_row_are_an_echo() -> None:
    assert is_echo(
        "Rue de la République, avenue Bompard, boulevard Gambetta.", STYLE, STREETS, duration_s=4.0
    )


def test_an_answer_that_is_one_hint_is_no_echo() -> None:
    assert not is_echo("Rue de la République.", STYLE, STREETS, duration_s=1.5)


def test_a_crossing_of_two_hinted_streets_is_no_echo() -> None:
    text = "C'est à l'angle de la rue de la République et du boulevard Gambetta, je crois."
    assert not is_echo(text, STYLE, STREETS, duration_s=4.0)


def test_more_words_than_anybody_can_say_with_a_hint_among_them_are_an_echo() -> None:
    text = "Rue de la République, au numéro douze, juste devant la boulangerie du coin"
    assert is_echo(text, STYLE, STREETS, duration_s=0.8)
    assert not is_echo(text, STYLE, STREETS, duration_s=4.0)


@pytest.mark.parametrize(
    ("text", "is_suspect"),
    [
        ("Oui, j'appelle la mairie, s'il vous plaît.", True),
        ("C'est pour un renseignement.", True),
        ("Allô, bonjour madame.", False),
        ("Oui, s'il vous plaît.", False),
        ("Bonjour madame, j'appelle pour un trou dans ma rue.", False),
    ],
)
def test_a_run_of_the_stage_is_decoded_again_without_it(text: str, is_suspect: bool) -> None:
    assert is_echo(text, STYLE, (), duration_s=3.0) is is_suspect


def test_a_phone_number_that_is_the_prompt_s_own_is_suspect() -> None:
    stage = stage_for(Hints(Expect.DIGITS))
    assert is_echo("C'est le 05 58 43 27 94.", stage, (), duration_s=4.0)
    assert not is_echo("C'est le 04 66 76 70 01.", stage, (), duration_s=4.0)


def test_a_loop_is_told_from_a_repeated_answer() -> None:
    assert is_loop("C'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est, c'est")
    assert not is_loop("Oui oui oui.")


def test_the_prompt_ends_with_the_likeliest_phrases() -> None:
    many = tuple(f"rue {number}" for number in range(40))
    prompt = prompt_for(Hints(Expect.ADDRESS, many))
    assert prompt.startswith(stage_for(Hints(Expect.ADDRESS)))
    assert prompt.endswith("rue 10, rue 11.")
    assert prompt_for(Hints()) == STYLE


def test_plain_words_have_no_accents_case_or_punctuation() -> None:
    assert plain_words("L'Œuf, où ça ? À Nîmes !") == "l œuf ou ca a nimes"
