from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from integrations.city import load_city
from integrations.personal_data import (
    DIRECT_KINDS,
    Kind,
    Span,
    find_personal,
    mask,
    mask_spans,
    public_names,
)

CITY = Path(__file__).parents[2] / "city" / "nimes"
NUMBERS = frozenset({Kind.PHONE, Kind.EMAIL, Kind.IDENTIFIER})


@pytest.fixture(scope="module")
def public() -> frozenset[str]:
    return public_names(load_city(CITY))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "mon numéro c'est le zéro six douze trente-quatre cinquante-six soixante-dix-huit merci",
            "mon numéro c'est le [numéro] merci",
        ),
        ("au 06 12 34 56 78 ou au 04.66.00.00.00", "au [numéro] ou au [numéro]"),
        ("c'est le 0612345678.", "c'est le [numéro]."),
        ("+33 6 12 34 56 78", "[numéro]"),
        ("00 33 6 12 34 56 78", "[numéro]"),
        ("plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit", "[numéro]"),
        ("mon numéro espagnol est +34 612 34 56 78", "mon numéro espagnol est [numéro]"),
        # Dictated in two turns, or interrupted.
        ("zéro six douze", "[numéro]"),
        ("alors zéro six euh douze trente-quatre", "alors [numéro]"),
    ],
)
def test_phone_numbers(text: str, masked: str) -> None:
    assert mask(text, NUMBERS) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("martin arobase orange point fr", "[adresse e-mail]"),
        ("c'est jean point dupont deux mille arobase gmail point com voilà", "c'est [adresse e-mail] voilà"),
        ("m a r t i n arobase free point fr", "[adresse e-mail]"),
        ("écrivez à Marie.Durand@nimes.fr !", "écrivez à [adresse e-mail] !"),
        ("martin tiret du bas roux arobase laposte point net", "[adresse e-mail]"),
        ("martin arobase gmail", "[adresse e-mail]"),
    ],
)
def test_email_addresses(text: str, masked: str) -> None:
    assert mask(text, NUMBERS) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("carte 4970 1012 3456 7890", "carte [identifiant]"),
        ("ma sécu 2 85 05 30 189 123 45", "ma sécu [identifiant]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[identifiant]"),
    ],
)
def test_numbers_that_stand_for_a_person(text: str, masked: str) -> None:
    assert mask(text, NUMBERS) == masked


@pytest.mark.parametrize(
    "text",
    [
        "le dossier numéro NIM-26-0133-5",
        "mon numéro de signalement c'est nim 26 0133 5",
        "le code postal est 30000",
        "à 9h30 le 12 mars 2026",
        "il y a deux trous de trente centimètres",
        "le point de collecte",
        "le bus numéro 4",
        "",
    ],
)
def test_numbers_that_are_not_personal(text: str) -> None:
    assert find_personal(text, NUMBERS) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("bonjour je m'appelle martin dupond et j'habite ici", "bonjour je m'appelle [nom] et j'habite ici"),
        ("oui c'est Madame Roux de l'urbanisme", "oui c'est Madame [nom] de l'urbanisme"),
        ("est-ce que je peux avoir madame roussel s'il vous plaît", "[nom]"),
        ("l'email de monsieur pons", "l'email de monsieur [nom]"),
        ("je suis jean durand", "je suis [nom]"),
        ("Je voudrais parler à Sophie Bernard.", "Je voudrais parler à [nom]."),
        ("mon nom c'est roux", "mon nom c'est [nom]"),
        ("au nom de Lopez", "au nom de [nom]"),
        ("c'est sophie à l'appareil", "c'est [nom] à l'appareil"),
        ("d u p o n t", "[nom]"),
        ("mon mari Ahmed Benali est tombé", "mon mari [nom] est tombé"),
        ("je m'appelle <b>Dupont</b>", "[nom]"),
    ],
)
def test_names_of_persons(text: str, masked: str, public: frozenset[str]) -> None:
    found = mask(text, public=public)

    assert masked in found
    assert not {"dupont", "roussel", "roux", "lopez", "durand"} & set(found.lower().split())


@pytest.mark.parametrize(
    "text",
    [
        "il y a un trou avenue jean jaurès devant l'école",
        "c'est pour l'avenue Georges Pompidou à Nîmes",
        "allée Anne Frank",
        "place Jean Robert à côté de Jean-Bouin",
        "devant l'école Jean Moulin",
        "un lampadaire cassé boulevard Victor Hugo",
        "le Musée de la Romanité est fermé",
        "bonjour madame",
        "je voudrais parler à monsieur le maire",
        "c'est pour une carte d'identité",
        "le stade des Costières",
        "je voudrais l'état civil",
    ],
)
def test_streets_places_and_services_are_no_persons(text: str, public: frozenset[str]) -> None:
    assert mask(text, public=public) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("j'habite au douze rue de la république à Nîmes", "j'habite au [adresse] à Nîmes"),
        ("12 bis avenue Jean Jaurès, troisième étage", "[adresse], troisième étage"),
        ("rue hoche au numéro 4", "[adresse]"),
        ("un trou rue Hoche", "un trou rue Hoche"),
    ],
)
def test_an_address_is_masked_when_asked_for(text: str, masked: str) -> None:
    assert mask(text, {Kind.ADDRESS}) == masked
    assert Kind.ADDRESS not in DIRECT_KINDS


def test_names_known_from_elsewhere_are_found_however_they_are_written() -> None:
    spans = find_personal("Très bien, Monsieur LE GOFF. Goff ?", {Kind.PERSON}, known=["le goff", "x"])

    assert Span(20, 27, Kind.PERSON) in spans


def test_finds_of_two_kinds_never_overlap() -> None:
    phone = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"
    text = f"je m'appelle {phone} martin arobase free point fr"

    spans = find_personal(text, set(Kind))

    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert mask_spans(text, spans).count("[numéro]") == 1


def test_marks_that_turn_text_around_hide_nothing() -> None:
    assert "12" not in mask("\u202e06 12 34 56 78\u202c", NUMBERS)
