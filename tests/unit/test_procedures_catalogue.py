"""Every aspect of every procedure of Nîmes can be said aloud, in short sentences, honest about doubt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from integrations.city import City, load_city
from integrations.city_falc import breaches
from integrations.city_procedures import Procedure, load_procedures
from integrations.opening_hours_words import Medium
from integrations.procedures_catalogue import TO_CONFIRM, Aspect, CatalogueProcedures, Procedures

NIMES = Path(__file__).parents[2] / "city" / "nimes"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


@pytest.fixture(scope="module")
def procedures(city: City) -> Procedures:
    return CatalogueProcedures(city)


@pytest.fixture(scope="module")
def by_code(city: City) -> Mapping[str, Procedure]:
    return load_procedures(city)


def procedure(**changed: object) -> Procedure:
    fields: dict[str, object] = {
        "code": "essai",
        "title": "Essai",
        "theme": "Essais",
        "phrasings": [f"phrase {letter}" for letter in "abcdefgh"],
        "summary": "C'est un essai.",
        "documents": ["Une photo"],
        "price": "C'est gratuit.",
        "delay": "Dix jours.",
        "where": "etat_civil",
        "who": "Tout le monde.",
        "online": "https://www.example.org/essai",
        "source": "aucune",
    }
    return Procedure.model_validate(fields | changed)


def test_it_is_found_by_its_code(procedures: Procedures) -> None:
    found = procedures.get("acte_naissance")
    assert found is not None
    assert found.title == "Copie ou extrait d'acte de naissance"
    assert procedures.get("nothing_of_the_kind") is None


def test_themes_hold_every_procedure_once(procedures: Procedures, by_code: Mapping[str, Procedure]) -> None:
    held = [p.code for theme in procedures.themes() for p in procedures.of_theme(theme)]
    assert sorted(held) == sorted(by_code)
    assert procedures.of_theme("Astronomie") == ()


def test_it_is_found_by_words(procedures: Procedures) -> None:
    found = procedures.search("il me faut un extrait d'acte de naissance")
    assert [candidate.procedure.code for candidate in found.candidates] == ["acte_naissance"]


def test_papers_are_counted_then_listed(procedures: Procedures) -> None:
    needed = procedure(
        documents=["Votre pièce d'identité", "Une photo", "L'accord des parents, pour un enfant"]
    )
    assert procedures.aspect(needed, Aspect.DOCUMENTS) == (
        "Il faut trois papiers : votre pièce d'identité ; une photo ; l'accord des parents, pour un enfant."
    )


def test_a_breath_holds_four_papers(procedures: Procedures) -> None:
    needed = procedure(documents=["Un plan", "Une photo", "Une facture", "Un reçu", "Une lettre", "Un devis"])
    assert procedures.aspect(needed, Aspect.DOCUMENTS) == (
        "Il faut six papiers : un plan ; une photo ; une facture ; un reçu."
        " Il faut aussi : une lettre ; un devis."
    )


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([], "Il n'y a pas de papier à apporter."),
        (["L'adresse et le nombre de chats"], "Il faut : l'adresse et le nombre de chats."),
        (["Le nom du défunt", "Une photo"], "Il faut deux choses : le nom du défunt ; une photo."),
        (["RIB de la famille", "CV à jour"], "Il faut deux papiers : RIB de la famille ; CV à jour."),
    ],
)
def test_what_is_needed_is_named_for_what_it_is(
    procedures: Procedures, documents: list[str], said: str
) -> None:
    assert procedures.aspect(procedure(documents=documents), Aspect.DOCUMENTS) == said


def test_what_the_city_has_not_confirmed_is_said_to_be_so(procedures: Procedures) -> None:
    doubtful = procedure(a_verifier=True, delay="Le délai est à confirmer.")
    assert procedures.aspect(doubtful, Aspect.PRICE) == f"C'est gratuit. {TO_CONFIRM}"
    assert procedures.aspect(doubtful, Aspect.DELAY) == "Le délai est à confirmer."
    assert procedures.aspect(procedure(), Aspect.PRICE) == "C'est gratuit."


def test_where_is_a_service_and_its_address(procedures: Procedures) -> None:
    said = procedures.aspect(procedure(), Aspect.WHERE)
    assert said.startswith("Le service est : État civil. L'adresse est : 1 place de l'Hôtel de Ville.")
    assert "30000" not in said


def test_a_link_is_written_and_never_spoken(procedures: Procedures) -> None:
    linked, unlinked = procedure(), procedure(online=None)
    assert procedures.aspect(linked, Aspect.ONLINE) == "Oui, tout est expliqué sur internet."
    assert procedures.aspect(linked, Aspect.ONLINE, Medium.CHAT).endswith("https://www.example.org/essai")
    assert procedures.summary(linked, Medium.CHAT) == "C'est un essai.\nhttps://www.example.org/essai"
    assert procedures.summary(unlinked, Medium.CHAT) == "C'est un essai."
    assert procedures.aspect(unlinked, Aspect.ONLINE) == "Je ne connais pas de page internet pour cela."


@pytest.mark.parametrize("aspect", [aspect for aspect in Aspect if aspect is not Aspect.WHERE])
def test_every_aspect_of_every_procedure_is_easy_to_hear(
    procedures: Procedures, by_code: Mapping[str, Procedure], aspect: Aspect
) -> None:
    hard = {
        code: list(breaches(procedures.aspect(each, aspect), {}))
        for code, each in by_code.items()
        if any(breaches(procedures.aspect(each, aspect), {}))
    }
    assert hard == {}


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize("aspect", Aspect)
def test_no_answer_is_empty_or_breaks_the_reply(
    procedures: Procedures, by_code: Mapping[str, Procedure], aspect: Aspect, medium: Medium
) -> None:
    answers = [procedures.aspect(each, aspect, medium) for each in by_code.values()]
    assert all(answer.strip() for answer in answers)
    assert not any("\n\n" in answer for answer in answers)
    assert medium is Medium.CHAT or not any("http" in answer for answer in answers)
