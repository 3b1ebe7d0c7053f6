"""Training sentences made of the city's names."""

from __future__ import annotations

import yaml

from bot.rasa_env.name_examples import CARRIERS, examples, listed_names

NAMES = {
    "street": ["rue de l'étoile", "avenue jean jaurès", "quai de la fontaine"],
    "landmark": ["les arènes", "maison carrée"],
    "service": ["l'état civil", "urbanisme"],
    "problem_type": ["nid de poule", "la route est défoncée"],
    "procedure": ["passeport"],
    "district": ["pissevin", "la placette"],
    "person_name": ["da silva", "benali"],
    "first_name": ["nadia"],
}


def _lines(intent: str) -> list[str]:
    blocks = yaml.safe_load(examples(NAMES))["nlu"]
    return next(block["examples"] for block in blocks if block["intent"] == intent).splitlines()


def test_every_intent_with_a_carrier_has_sentences_and_none_twice() -> None:
    for intent in CARRIERS:
        lines = _lines(intent)
        assert lines
        assert len(lines) == len(set(lines))


def test_the_same_names_make_the_same_sentences() -> None:
    assert examples(NAMES) == examples(NAMES)


def test_articles_stay_outside_the_mark() -> None:
    assert "- l'[état civil](service) c'est ouvert quand" in _lines("ask_opening_hours")
    assert "- les [arènes](landmark)" in _lines("inform")


def test_every_third_street_is_written_without_accents() -> None:
    said = "\n".join(_lines("inform"))
    assert "[rue de l'étoile](street)" in said
    assert "fontaine](street)" in said
    assert any(name in said for name in ("[rue de l'etoile](street)", "[avenue jean jaures](street)"))


def test_a_problem_told_by_a_verb_is_no_name() -> None:
    assert "défoncée" not in examples(NAMES)
    assert "[nid de poule](problem_type)" in examples(NAMES)


def test_aspects_carry_their_value() -> None:
    assert '[prix]{"entity": "procedure_aspect", "value": "price"}' in examples(NAMES)


def test_people_and_districts_are_named_without_title_and_article() -> None:
    said = _lines("inform")
    assert "- monsieur [da silva](person_name)" in said
    assert "- à la [placette](district)" in said


def test_lists_hold_names_as_they_are_marked_and_the_longer_first() -> None:
    names = ["le lycée", "lycée", "lycée daudet", "l'école"]
    assert listed_names("landmark", names) == ["lycée daudet", "lycée", "école"]
    assert listed_names("person_name", ["le goff"]) == ["le goff"]


def test_a_problem_is_listed_as_the_thing_without_its_state_and_place() -> None:
    problems = ["un banc cassé", "trou dans la chaussée", "le lampadaire est éteint", "nid de poule"]
    assert listed_names("problem_type", problems) == ["nid de poule", "banc", "trou"]
