"""What brings a procedure to the front, tried on a catalogue of six."""

from __future__ import annotations

import pytest

from integrations.city_models import Authority
from integrations.city_procedures import Procedure
from integrations.procedures_search import ProcedureSearch, Verdict
from integrations.procedures_search_vectors import french_vectors, word_hash
from integrations.procedures_words import read_request, stem

_ASKED = {
    "passeport": "refaire mon passeport, un passeport pour voyager, mon passeport se termine",
    "creche": "une place en crèche, faire garder mon bébé, inscrire ma fille à la crèche",
    "acte_naissance": "un extrait d'acte de naissance, une copie d'acte de naissance, un acte du notaire",
    "concession": "acheter une tombe, une place au cimetière, une concession pour ma famille",
    "vide_grenier": "organiser un vide-grenier, vendre à la brocante, une brocante dans ma rue",
    "aide_domicile": "une aide à domicile pour mon père, le ménage chez ma mère, une auxiliaire de vie",
}
_FILLER = "une demande, un dossier, un formulaire, un service, un guichet"


def procedure(code: str, asked: str) -> Procedure:
    fields = dict.fromkeys(("price", "delay", "who", "source"), "Rien.")
    title, *_ = asked.split(", ")
    phrasings = [*asked.split(", "), *(f"{thing} {code[:3]}" for thing in _FILLER.split(", "))]
    lists = {"phrasings": phrasings, "documents": []}
    names = {"code": code, "title": title, "theme": "Essais", "where": "accueil", "summary": "Un essai."}
    return Procedure.model_validate(fields | lists | names | {"online": None})


@pytest.fixture(scope="module")
def search() -> ProcedureSearch:
    bus = {
        "code": "bus",
        "name": "Les bus",
        "names": ["le réseau de bus", "les transports en commun"],
        "answers": ["les horaires de bus", "un abonnement de bus", "le bus n'est pas passé"],
        "say": "Les bus dépendent de l'agglomération.",
    }
    procedures = [procedure(code, asked) for code, asked in _ASKED.items()]
    return ProcedureSearch(procedures, [Authority.model_validate(bus)])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("je voudrais refaire mon passeport", "passeport"),
        ("inscription en crèche", "creche"),
        ("PASSEPORT", "passeport"),
        ("organisation d'un vide grenier", "vide_grenier"),
    ],
)
def test_the_same_words_in_other_forms(search: ProcedureSearch, said: str, code: str) -> None:
    assert search.find(said)[0].procedure.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [("pas ce port", "passeport"), ("un extrait de nez sens", "acte_naissance"), ("la craiche", "creche")],
)
def test_what_a_recogniser_writes_is_compared_by_sound(search: ProcedureSearch, said: str, code: str) -> None:
    assert search.find(said)[0].procedure.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("il nous faut un caveau", "concession"),
        ("une nourrice pour le nourrisson", "creche"),
        ("une femme de ménage pour papi", "aide_domicile"),
    ],
)
def test_other_words_for_the_same_thing(search: ProcedureSearch, said: str, code: str) -> None:
    assert search.find(said)[0].procedure.code == code


def test_the_limit_is_kept_and_the_best_comes_first(search: ProcedureSearch) -> None:
    scores = [candidate.score for candidate in search.find("un acte ou une copie", limit=5)]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] <= scores[0] <= sum(scores) <= 1.0 + 1e-6


def test_a_plain_request_is_taken(search: ProcedureSearch) -> None:
    found = search.search("un extrait d'acte de naissance")
    assert found.verdict is Verdict.CLEAR
    assert [candidate.procedure.code for candidate in found.candidates] == ["acte_naissance"]


def test_two_that_are_as_likely_are_both_offered() -> None:
    phrases = "une carte de stationnement, garer ma voiture, une carte pour ma rue"
    twins = [procedure("carte_resident", phrases), procedure("carte_artisan", phrases)]
    found = ProcedureSearch(twins).search("une carte de stationnement pour garer ma voiture")
    assert found.verdict is Verdict.SEVERAL
    assert {candidate.procedure.code for candidate in found.candidates} == {"carte_resident", "carte_artisan"}


@pytest.mark.parametrize("said", ["", "euh", "?", "la capitale du japon", "raconte une blague", "qwxz"])
def test_words_about_nothing_of_the_city_find_nothing(search: ProcedureSearch, said: str) -> None:
    found = search.search(said)
    assert found.verdict is Verdict.NONE
    assert found.candidates == ()


def test_what_an_authority_answers_finds_nothing(search: ProcedureSearch) -> None:
    assert search.search("un abonnement de bus").verdict is Verdict.NONE


def test_asking_twice_gives_the_same_answer(search: ProcedureSearch) -> None:
    assert search.search("une brocante") == search.search("une brocante")


@pytest.mark.parametrize(
    ("one", "other"),
    [("renouveler", "renouvellement"), ("déclarer", "déclaration"), ("tombes", "tombe"), ("écoles", "ecole")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_request_keeps_what_carries_meaning() -> None:
    request = read_request("Bonjour, je voudrais inscrire ma fille de 3 ans à l'école")
    assert request.words == ("inscrire", "fille", "trois", "ans", "école")
    assert {"enfant", "ecole"} <= set(request.concepts)


def test_words_are_hashed_as_the_vectors_were() -> None:
    known = french_vectors().look_up(["passeport", "décès", "pneumonoultramicro"])
    assert known[:2].any(axis=1).all()
    assert not known[2].any()
    assert word_hash("passeport") != word_hash("passeports")


def test_near_meanings_have_near_vectors() -> None:
    chien, chat, permis = french_vectors().look_up(["chien", "chat", "permis"])
    assert chien @ chat > 0.5 > chien @ permis


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("jai perdu ma carte didentité", "j'ai perdu ma carte d'identité"),
        ("jsui pa daccord", "je suis pas d'accord"),
        ("komen avoir un rdv", "comment avoir un rendez-vous"),
    ],
)
def test_words_typed_in_a_hurry_are_read_as_they_are_meant(typed: str, written: str) -> None:
    assert read_request(typed) == read_request(written)
