"""Entities marked in a sentence: written as Rasa reads them, moved with the words, people replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.learn.known import Example, KnownExamples, Verdict, load_known, read_examples
from bot.learn.marks import Mark, MarkError, checked, from_rasa, to_rasa
from bot.learn.pseudonyms import Names, Pseudonyms
from bot.learn.written import as_engine_sees
from integrations.city import load_city
from integrations.references import is_valid
from integrations.spoken_french import normalise

ROOT = Path(__file__).parents[2]
ENTITIES = {"street", "house_number", "problem_type", "person_name", "procedure_aspect", "phone_number"}
CITY = load_city(ROOT / "city" / "nimes")


def marked(text: str, words: str, entity: str, value: str = "") -> Mark:
    start = text.index(words)
    return Mark(start, start + len(words), entity, value)


def shown(text: str, marks: tuple[Mark, ...]) -> list[tuple[str, str]]:
    return [(text[mark.start : mark.end], mark.entity) for mark in marks]


def test_marks_are_written_as_rasa_writes_them_and_read_back() -> None:
    text = "combien coûte un passeport au 12 rue dorée"
    marks = (
        marked(text, "combien coûte", "procedure_aspect", "price"),
        marked(text, "12", "house_number"),
        marked(text, "rue dorée", "street"),
    )
    line = to_rasa(text, marks)
    assert line == (
        '[combien coûte]{"entity": "procedure_aspect", "value": "price"} un passeport '
        "au [12](house_number) [rue dorée](street)"
    )
    assert from_rasa(f"- {line}") == (text, marks)


def test_every_training_sentence_survives_reading_and_writing() -> None:
    lines = [example.line for example in read_examples(sorted((ROOT / "nlu_data/nlu").glob("*.yml")))]
    assert len(lines) > 5000
    assert [line for line in lines if to_rasa(*from_rasa(line)) != line] == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("", None),
        (" … ", None),
        ("/affirm", None),
        ("un [trou](street)", None),
        ("a" * 501, None),
        ("un trou", Mark(3, 9, "street")),
        ("un trou", Mark(-1, 2, "street")),
        ("un trou", Mark(2, 3, "street")),
        ("un trou", Mark(3, 7, "weapon")),
        ("un trou", Mark(3, 7, "street", 'a"]')),
    ],
)
def test_what_cannot_be_an_example_is_refused(text: str, mark: Mark | None) -> None:
    with pytest.raises(MarkError):
        checked(text, [mark] if mark else [], ENTITIES)


def test_marks_lose_their_blanks_and_may_not_overlap() -> None:
    assert checked("un  trou ", [Mark(2, 9, "street", "Trou")], ENTITIES) == (Mark(4, 8, "street"),)
    with pytest.raises(MarkError):
        checked("un trou", [Mark(0, 5, "street"), Mark(3, 7, "street")], ENTITIES)


@pytest.mark.parametrize(
    ("said", "marks", "line"),
    [
        (
            "Il y a un trou au douze rue de la république.",
            {"douze": "house_number", "rue de la république": "street"},
            "il y a un trou au [12](house_number) [rue de la république](street)",
        ),
        (
            "Mon numéro, c'est le zéro six douze trente quatre cinquante six soixante dix huit.",
            {"zéro six douze trente quatre cinquante six soixante dix huit": "phone_number"},
            "mon numéro, c'est le [06 12 34 56 78](phone_number)",
        ),
        ("C'est madame Durand !", {"Durand": "person_name"}, "c'est madame [durand](person_name)"),
    ],
)
def test_marks_follow_their_words_into_what_the_engine_sees(
    said: str, marks: dict[str, str], line: str
) -> None:
    made = [marked(said, words, entity) for words, entity in marks.items()]
    assert to_rasa(*as_engine_sees(said, made, lambda text: normalise(text, CITY))) == line


def test_a_mark_within_rewritten_words_keeps_its_own() -> None:
    def rewritten(text: str) -> str:
        return text.replace("vingt et un", "21").replace("vingt", "20").replace("et un", "et 1")

    said = "au vingt et un"
    mark = marked(said, "vingt", "house_number")
    assert to_rasa(*as_engine_sees(said, [mark], rewritten)) == "au [20](house_number) et 1"


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    kind: str


def find(text: str) -> Iterator[Found]:
    for match in re.finditer(r"[\w.]+@[\w.]+|\d\d(?: \d\d){4}|Émile Jamais|Marie Durand", text):
        kind = "email" if "@" in match.group() else "phone" if match.group()[0].isdigit() else "person"
        yield Found(match.start(), match.end(), kind)


PSEUDONYMS = Pseudonyms(find, Names(("léa", "karim", "nadia"), ("roux", "diallo", "costa", "petit")))


def test_people_are_replaced_and_marks_stay_on_their_words() -> None:
    text = "Marie Durand, 06 12 34 56 78, marie.durand@orange.fr, au 12 rue Émile Jamais"
    marks = (
        marked(text, "Marie Durand", "person_name"),
        marked(text, "06 12 34 56 78", "phone_number"),
        marked(text, "rue Émile Jamais", "street"),
    )
    number_at = text.index("12 rue")
    marks = (*marks, Mark(number_at, number_at + 2, "house_number"))
    made, moved = PSEUDONYMS.applied(text, marks, "call-1")
    for gone in ("Marie", "Durand", "12 34 56 78", "marie", "orange"):
        assert gone not in made
    name, phone, street, number = shown(made, moved)
    assert re.fullmatch(r"[A-ZÉ]\w+ [A-Z]\w+", name[0])
    assert re.fullmatch(r"06 39 98 \d\d \d\d", phone[0])
    assert (number[0], street[0]) == ("12", "rue Émile Jamais")
    assert "@exemple.fr" in made


def test_the_same_name_of_a_conversation_becomes_the_same_other_name() -> None:
    text = "durand"
    mark = (Mark(0, 6, "person_name"),)
    once = PSEUDONYMS.applied(text, mark, "call-1")
    assert once == PSEUDONYMS.applied(text, mark, "call-1")
    others = {PSEUDONYMS.applied(text, mark, f"call-{number}")[0] for number in range(20)}
    assert len(others) > 1
    assert "durand" not in others


def test_a_reference_becomes_another_that_could_exist() -> None:
    text = "NIM 26 0412 7"
    made, _ = PSEUDONYMS.applied(text, (Mark(0, 13, "reference"),), "call-1")
    assert made != text
    assert re.fullmatch(r"NIM 26 \d{4} \d", made)
    assert is_valid("".join(filter(str.isdigit, made)))


KNOWN = KnownExamples(
    [Example("report_problem", "il y a un [trou](problem_type) là"), Example("affirm", "oui")],
    ["c est ferme le dimanche matin", "oui"],
)


@pytest.mark.parametrize(
    ("intent", "line", "verdict"),
    [
        ("report_problem", "Il y a un [TROU](problem_type) là !", Verdict.SAME),
        ("report_problem", "il y a un trou là", Verdict.OTHER_MARKS),
        ("inform", "il y a un [trou](problem_type) là", Verdict.OTHER_INTENT),
        ("report_problem", "il y a un trou ici", Verdict.NEW),
        ("ask_opening_hours", "c est ferme le dimanche matin", Verdict.RESERVED),
        ("ask_opening_hours", "c'est fermé le dimanche matins", Verdict.RESERVED),
        ("affirm", "oui", Verdict.SAME),
    ],
)
def test_what_is_known_is_found_whatever_its_marks_and_accents(
    intent: str, line: str, verdict: Verdict
) -> None:
    checked = KNOWN.check(Example(intent, line))
    assert checked.verdict is verdict
    assert (checked.known is None) == (verdict in (Verdict.NEW, Verdict.RESERVED))


def test_two_proposals_that_contradict_each_other_are_found() -> None:
    other = Example("deny", "pas du tout non")
    assert KNOWN.check(Example("affirm", "pas du tout, non"), [other]).verdict is Verdict.OTHER_INTENT


def test_the_evaluation_sentences_of_the_checkout_are_reserved() -> None:
    known = load_known(ROOT, ())
    tested = list(read_examples([ROOT / "nlu_data" / "tests" / "held_out.yml"]))
    long = [example for example in tested if len(example.line.split()) > 5]
    assert {known.check(example).verdict for example in long} == {Verdict.RESERVED}
