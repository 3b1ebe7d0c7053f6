"""Spellings of one sound meet; different sounds do not."""

from __future__ import annotations

import pytest

from integrations.phonetics import number_words, similarity, sound


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("avenue bon part", "avenue Bompard"),
        ("de la spic", "de l'Aspic"),
        ("quai de la fontène", "Quai de la Fontaine"),
        ("beau caire", "Beaucaire"),
        ("feu chère", "Feuchères"),
        ("jorès", "Jaurès"),
        ("talabo", "Talabot"),
        ("saint beau dil", "Saint-Baudile"),
        ("rue du onze novembre", "Rue du 11 Novembre"),
        ("bouillargue", "Bouillargues"),
    ],
)
def test_what_a_recogniser_writes_sounds_like_the_name(heard: str, meant: str) -> None:
    assert sound(heard) == sound(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [("République", "Résistance"), ("Uzès", "Alès"), ("Hoche", "Herbes"), ("Gambetta", "Natoire")],
)
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert similarity(sound(one), sound(other)) < 0.7


def test_similarity_is_symmetric_and_bounded() -> None:
    names = [sound(name) for name in ("Feuchères", "Fléchier", "Gamel", "Péri", "a")]
    for one in names:
        assert similarity(one, one) == 1.0
        for other in names:
            assert 0.0 <= similarity(one, other) == pytest.approx(similarity(other, one))


def test_confusable_sounds_cost_less() -> None:
    assert similarity(sound("Tessin"), sound("Dessin")) > similarity(sound("Tessin"), sound("Messin"))


def test_nothing_sounds_like_nothing() -> None:
    assert sound("...") == ""
    assert similarity("", sound("Hoche")) == 0.0


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zéro"),
        (21, "vingt et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (91, "quatre-vingt-onze"),
        (100, "cent"),
        (1918, "mille neuf cent dix-huit"),
        (2783, "deux mille sept cent quatre-vingt-trois"),
    ],
)
def test_numbers_are_said_as_in_france(number: int, said: str) -> None:
    assert number_words(number) == said
