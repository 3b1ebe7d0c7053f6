"""Which procedure is meant: found at once, chosen among a few, asked again, or given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.procedure_query import ProcedureQuery, Wish, advance, asked_aspects, begin, is_unnamed, to_ask
from actions.ranks import chosen_rank
from actions.turn import FALLBACK, Entity, Turn
from integrations.city import load_city
from integrations.procedures_catalogue import Aspect, CatalogueProcedures, Procedures

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
CHOICES = ProcedureQuery(choices=("cantine_inscription", "cantine_tarif", "cantine_menu"), words="la cantine")


@pytest.fixture(scope="module")
def procedures() -> Procedures:
    catalogue = CatalogueProcedures(load_city(NIMES))
    catalogue.load()
    return catalogue


def said(text: str, intent: str = "ask_procedure", aspect: str = "") -> Turn:
    entities = (Entity("procedure_aspect", aspect, 0, 0),) if aspect else ()
    return Turn(1, text, intent, 0.99, entities=entities)


def answered(query: ProcedureQuery, turn: Turn, procedures: Procedures) -> ProcedureQuery:
    after = advance(query, turn, procedures)
    assert after is not None, "the turn was not taken as an answer"
    return after


def test_a_situation_finds_its_procedure_at_once(procedures: Procedures) -> None:
    query = begin(
        ProcedureQuery(), said("mon père est mort hier je sais pas ce qu'il faut faire"), procedures
    )
    assert query.code == "declaration_deces"
    assert to_ask(query) is None


def test_a_key_pressed_asks_which(procedures: Procedures) -> None:
    assert to_ask(begin(ProcedureQuery(), said(""), procedures)) is Wish.PROCEDURE


@pytest.mark.parametrize(
    "text", ["une autre démarche", "j'ai une autre demande", "c'est pour un nouveau papier"]
)
def test_another_procedure_is_asked_for_by_its_name(text: str, procedures: Procedures) -> None:
    assert is_unnamed(text)
    query = begin(ProcedureQuery(), said(text), procedures)
    assert (query.code, query.misses, to_ask(query)) == ("", 0, Wish.PROCEDURE)


@pytest.mark.parametrize(
    ("text", "intent", "code"),
    [
        ("la deuxième", "inform", "cantine_tarif"),
        ("la dernière", "inform", "cantine_menu"),
        ("2", "inform", "cantine_tarif"),
        ("", "affirm", "cantine_inscription"),
        ("combien coûte la cantine", "ask_procedure_detail", "cantine_tarif"),
    ],
)
def test_one_of_the_choices_is_picked(text: str, intent: str, code: str, procedures: Procedures) -> None:
    assert answered(CHOICES, said(text, intent), procedures).code == code


def test_the_title_on_a_button_picks_its_choice(procedures: Procedures) -> None:
    menu = procedures.get("cantine_menu")
    assert menu is not None
    assert answered(CHOICES, said(menu.title, "inform"), procedures).code == "cantine_menu"


def test_something_else_than_the_choices_is_looked_for(procedures: Procedures) -> None:
    assert (
        answered(CHOICES, said("non un passeport pour moi", "deny"), procedures).code != "cantine_inscription"
    )
    assert answered(CHOICES, said("je veux me marier"), procedures).code == "mariage_dossier"


def test_none_of_them_asks_in_other_words(procedures: Procedures) -> None:
    after = answered(CHOICES, said("aucune", "deny"), procedures)
    assert (after.choices, after.misses, to_ask(after)) == ((), 1, Wish.PROCEDURE)


def test_what_nobody_knows_is_asked_once_more_then_given_up(procedures: Procedures) -> None:
    once = begin(ProcedureQuery(), said("xyzzyk plugh"), procedures)
    assert (once.misses, to_ask(once)) == (1, Wish.PROCEDURE)
    twice = answered(once, said("xyzzyk je vous dis", FALLBACK), procedures)
    assert twice.has_given_up
    assert to_ask(twice) is None


def test_a_key_is_no_answer(procedures: Procedures) -> None:
    assert advance(CHOICES, said("", "report_problem"), procedures) is None


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("ça coûte combien", (Aspect.PRICE,)),
        ("et je l'ai au bout de combien de temps", (Aspect.DELAY,)),
        ("quels papiers et quel prix", (Aspect.DOCUMENTS, Aspect.PRICE)),
        ("ça se fait en ligne ?", (Aspect.ONLINE,)),
        ("où faut-il aller", (Aspect.WHERE,)),
        ("est-ce que j'ai droit", (Aspect.WHO,)),
        ("je voudrais refaire ma pièce d'identité", ()),
    ],
)
def test_aspects_are_heard_in_the_words(text: str, aspects: tuple[Aspect, ...]) -> None:
    assert asked_aspects(said(text)) == aspects


def test_the_engine_s_word_for_an_aspect_comes_first() -> None:
    assert asked_aspects(said("c'est long", aspect="delay")) == (Aspect.DELAY,)
    assert asked_aspects(said("c'est combien de temps", aspect="nonsense")) == (Aspect.DELAY,)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("la première", 0),
        ("le deuxième s'il vous plaît", 1),
        ("la dernière", 2),
        ("la trois", 2),
        ("une", 0),
        ("au 12 de la rue", None),
        ("je voudrais que mon fils mange à la cantine trois jours", None),
    ],
)
def test_a_rank_is_heard(text: str, rank: int | None) -> None:
    assert chosen_rank(text, 3) == rank
