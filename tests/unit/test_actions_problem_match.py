"""The caller's words for a problem find the city's entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.problem_match import ProblemMatcher
from integrations.city import load_city

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"


@pytest.fixture(scope="module")
def matcher() -> ProblemMatcher:
    return ProblemMatcher(load_city(NIMES).problem_types)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("il y a un trou", "trou_chaussee"),
        ("un trou dans la chaussée", "trou_chaussee"),
        ("y a un gros nid de poule devant chez moi", "trou_chaussee"),
        ("trou dans le trottoir", "trottoir_abime"),
        ("le trottoir est complètement défoncé", "trottoir_abime"),
        ("des ordures sur le trottoir", "depot_sauvage"),
        ("des encombrants abandonnés", "depot_sauvage"),
        ("la poubelle déborde", "corbeille_pleine"),
        ("y a un lampadère éteint", "lampadaire_panne"),
        ("y a plus de lumière dans ma rue", "rue_sans_lumiere"),
        ("un fil électrique qui pend", "installation_electrique_danger"),
        ("un arbre est tombé sur la route", "arbre_tombe"),
        ("un arbre menace de tomber", "arbre_dangereux"),
        ("des rats dans la rue", "rats_souris"),
        ("le feu rouge il marche plus", "feu_tricolore"),
        ("un chien mort", "animal_mort"),
        ("une fuite d'eau", "fuite_eau_rue"),
    ],
)
def test_grounds_what_people_say(matcher: ProblemMatcher, said: str, code: str) -> None:
    match = matcher.match(said)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize("said", ["", "bonjour", "je ne sais pas", "rue de la république", "oui c'est ça"])
def test_finds_nothing_where_nothing_is(matcher: ProblemMatcher, said: str) -> None:
    assert matcher.match(said) is None


def test_every_way_of_saying_a_type_finds_that_type(matcher: ProblemMatcher) -> None:
    types = load_city(NIMES).problem_types.values()
    spoken = [(problem.code, phrase) for problem in types for phrase in problem.spoken]
    wrong = [
        (code, phrase)
        for code, phrase in spoken
        if (match := matcher.match(phrase)) is None or match.code != code
    ]
    assert len(wrong) <= 0.05 * len(spoken), wrong
