"""Whom callers mean when they ask for a service, in their own words and in those of a recogniser."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.speech.text_for_voice import text_for_voice
from integrations.city import load_city
from integrations.city_models import Authority
from integrations.directory_city import CityDirectory
from integrations.directory_contact import Contact, asked_contact, contact_sentence
from integrations.directory_people import named_person
from integrations.opening_hours_words import Medium

NIMES = load_city(Path(__file__).parents[2] / "city" / "nimes")
DIRECTORY = CityDirectory(NIMES)


def first(words: str) -> str:
    found = DIRECTORY.find_services(words)
    return found[0].entry.code if found else ""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("l'urbanisme", "urbanisme"),
        ("je voudrais parler à madame roux du service urbanisme", "urbanisme"),
        ("passez-moi l'état civil", "etat_civil"),
        ("le standard", "accueil"),
        ("je voudrais joindre la mairie", "accueil"),
        ("la mairie du mas de mingue", "mairie_mas_de_mingue"),
        ("la mairie annexe de Saint-Césaire", "mairie_saint_cesaire"),
        ("la cantine", "education"),
        ("inscrire mon enfant à l'école", "education"),
        ("la police municipale", "police_municipale"),
        ("les horaires de la piscine", "sports"),
        ("la bibliothèque est ouverte demain", "bibliotheque"),
        ("carré d'art", "bibliotheque"),
        ("l'assistante sociale", "ccas"),
        ("faire un passeport", "formalites"),
        ("le permis de construire", "urbanisme"),
        ("ma voiture est à la fourrière", "stationnement"),
        ("j'ai perdu mes clés", "objets_trouves"),
        ("une concession au cimetière", "cimetieres"),
        ("le musée des beaux arts", "musees"),
        ("une place en crèche", "petite_enfance"),
        ("le centre aéré", "jeunesse"),
        ("les services techniques", "voirie"),
        ("les espaces verts", "espaces_verts"),
        ("un stage à la mairie", "ressources_humaines"),
        ("le conseil de quartier", "participation"),
        ("m'inscrire sur les listes électorales", "elections"),
        ("le portage de repas pour ma mère", "seniors"),
        ("le placier du marché", "commerce"),
        ("la feria", "evenements"),
        ("je veux parler au maire", "cabinet_du_maire"),
        ("le bureau des naissances à carémeau", "naissances_chu"),
    ],
)
def test_a_service_is_found_by_what_people_call_it(said: str, code: str) -> None:
    assert first(said) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("les tas civils", "etat_civil"),
        ("l'état si vil", "etat_civil"),
        ("l'urbanise", "urbanisme"),
        ("lurbanisme", "urbanisme"),
        ("la biblio tek", "bibliotheque"),
        ("l'annexe de saint cézaire", "mairie_saint_cesaire"),
        ("le c c a s", "ccas"),
        ("e d f", "electricite_gaz"),
        ("le cimetiere", "cimetieres"),
        ("la dechetterie", "nimes_metropole_dechets"),
    ],
)
def test_a_service_is_found_in_what_a_recogniser_wrote(said: str, code: str) -> None:
    assert first(said) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("la CAF", "caf"),
        ("la préfecture", "prefecture"),
        ("la déchetterie", "nimes_metropole_dechets"),
        ("ma poubelle n'a pas été ramassée", "nimes_metropole_dechets"),
        ("une carte grise", "ants"),
        ("les horaires de bus", "bus_tango"),
        ("j'ai une coupure d'eau", "eau_nimes_metropole"),
        ("la taxe foncière", "impots"),
        ("pôle emploi", "france_travail"),
        ("la carte vitale", "assurance_maladie"),
        ("la mdph", "departement"),
        ("la police", "police_nationale"),
        ("mes allocations familiales", "caf"),
    ],
)
def test_what_is_not_the_city_s_is_told_apart(said: str, code: str) -> None:
    found = DIRECTORY.find_services(said)[0]
    assert found.entry.code == code
    assert not found.is_of_the_city


@pytest.mark.parametrize(
    "said",
    [
        *("bonjour", "oui d'accord", "quel temps fait-il", "je voudrais une pizza", "madame roux"),
        *("je veux parler à quelqu'un", "un agent", "passez-moi un humain", "personne ne m'a rappelé"),
        *("quels sont vos horaires", "vous êtes ouverts le samedi", ""),
    ],
)
def test_nobody_is_found_where_nobody_is_meant(said: str) -> None:
    assert DIRECTORY.find_services(said) == ()


def test_a_name_shared_by_several_offices_gives_several() -> None:
    found = DIRECTORY.find_services("la mairie annexe")
    assert len(found) == 3
    assert all(candidate.entry.code.startswith("mairie_") for candidate in found)
    assert found[0].score == found[2].score < 0.6


def test_the_right_service_is_surer_than_the_others() -> None:
    best, *others = DIRECTORY.find_services("le numéro de la police municipale")
    assert (best.entry.code, best.score) == ("police_municipale", pytest.approx(1.0))
    assert all(other.score < 0.8 for other in others)


def test_every_entry_is_found_by_each_of_its_names() -> None:
    entries = [*NIMES.services.values(), *NIMES.authorities.values()]
    missed = [
        (entry.code, name)
        for entry in entries
        for name in entry.names
        if entry.code not in [candidate.entry.code for candidate in DIRECTORY.find_services(name)]
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("said", "name", "code"),
    [
        ("Madame Roux de l'urbanisme", "Madame Roux", "urbanisme"),
        ("madame roux de l'urbanisme", "Madame Roux", "urbanisme"),
        ("je voudrais M. Martin, des espaces verts", "Monsieur Martin", "espaces_verts"),
        ("monsieur jardin du service des sports", "Monsieur Jardin", "sports"),
        ("Madame Marché de la bibliothèque", "Madame Marché", "bibliotheque"),
        ("Mme Ben Amar, de l'état civil", "Madame Ben Amar", "etat_civil"),
        ("le téléphone de monsieur martinez à la voirie", "Monsieur Martinez", "voirie"),
        ("dites à madame roux de me rappeler", "Madame Roux", ""),
        ("je suis monsieur Durand", "Monsieur Durand", ""),
        ("monsieur le maire", "", "cabinet_du_maire"),
        ("bonjour madame je voudrais l'urbanisme", "", "urbanisme"),
        ("bonjour madame quelle heure est-il", "", ""),
        ("merci madame au revoir", "", ""),
    ],
)
def test_a_person_is_named_and_does_not_hide_the_service(said: str, name: str, code: str) -> None:
    assert (named_person(said), first(said)) == (name, code)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("quel est le numéro de l'urbanisme", Contact.PHONE),
        ("comment joindre la police municipale", Contact.PHONE),
        ("où est la mairie", Contact.ADDRESS),
        ("c'est où le carré d'art", Contact.ADDRESS),
        ("l'adresse mail du service des écoles", Contact.EMAIL),
        ("l'adresse du ccas", Contact.ADDRESS),
        ("le site internet de la ville", Contact.WEB),
        ("l'urbanisme", Contact.PHONE),
    ],
)
def test_what_is_asked_about_a_service(said: str, asked: Contact) -> None:
    assert asked_contact(said) is asked


def test_a_number_is_read_in_pairs_and_an_address_without_its_postcode() -> None:
    town_hall = NIMES.services["accueil"]
    number = text_for_voice(contact_sentence(town_hall, Contact.PHONE))
    assert "zéro quatre, soixante-cinq, soixante et onze, trente, zéro zéro" in number
    assert contact_sentence(town_hall, Contact.ADDRESS).startswith(
        "L'adresse est : 1 place de l'Hôtel de Ville."
    )
    assert "30000 Nîmes" in contact_sentence(town_hall, Contact.ADDRESS, Medium.CHAT)


def test_what_is_not_known_is_replaced_by_what_is() -> None:
    school_service = NIMES.services["education"].model_copy(update={"a_verifier": False})
    assert contact_sentence(school_service, Contact.ADDRESS) == "Le numéro est le 04 65 71 30 30."


def test_an_authority_is_named_before_its_number() -> None:
    said = contact_sentence(NIMES.authorities["caf"], Contact.PHONE)
    assert said == "Les allocations dépendent de la CAF du Gard. Le numéro est le 32 30."


def test_a_number_that_is_no_public_fact_is_said_to_be_so() -> None:
    assert contact_sentence(NIMES.services["voirie"], Contact.PHONE).endswith(
        "Cette information est à confirmer."
    )


@pytest.mark.parametrize("code", sorted(NIMES.authorities))
def test_every_authority_has_something_to_say(code: str) -> None:
    authority = NIMES.authorities[code]
    assert isinstance(authority, Authority)
    assert contact_sentence(authority, Contact.PHONE).startswith(authority.say)
