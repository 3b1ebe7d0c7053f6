"""What a caller hears when asking whether a service is open."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.speech.text_for_voice import text_for_voice
from integrations.city import load_city
from integrations.city_models import Service
from integrations.opening_hours import PARIS
from integrations.opening_hours_answer import HoursAnswer, answer
from integrations.opening_hours_parse import parse_when
from integrations.opening_hours_words import Medium
from integrations.spoken_hours import TO_CONFIRM, sentence

NIMES = load_city(Path(__file__).parents[2] / "city" / "nimes")
WEEK = {
    "nom_jour_debut": "lundi",
    "nom_jour_fin": "vendredi",
    "valeur_heure_debut_1": "09:00:00",
    "valeur_heure_fin_1": "12:00:00",
    "valeur_heure_debut_2": "14:00:00",
    "valeur_heure_fin_2": "17:00:00",
}
SATURDAY = {
    "nom_jour_debut": "samedi",
    "nom_jour_fin": "samedi",
    "valeur_heure_debut_1": "09:00:00",
    "valeur_heure_fin_1": "12:00:00",
    "commentaire": "sur rendez-vous",
}
ALL_WEEK = "du lundi au vendredi de 9 heures à midi et de 14 heures à 17 heures"
SATURDAYS = "le samedi de 9 heures à midi, sur rendez-vous"
USUAL = "de 9 heures à midi et de 14 heures à 17 heures"


def service(**fields: Any) -> Service:
    usual = {
        "code": "etat_civil",
        "name": "État civil",
        "names": ["l'état civil", "le bureau des actes", "le livret de famille"],
        "answers": ["les actes de naissance", "les actes de mariage"],
        "plage_ouverture": [WEEK, SATURDAY],
    }
    return Service.model_validate({**usual, **fields})


DAY_AND_NIGHT = service(plage_ouverture=[], always_open=True, closed_on_public_holidays=False)


def hours(said: str, now: str, asked: Service | None = None) -> HoursAnswer:
    at = datetime.fromisoformat(now).replace(tzinfo=PARIS)
    return answer(asked or service(), parse_when(said, at), at)


def heard(said: str, now: str, asked: Service | None = None) -> str:
    return sentence(hours(said, now, asked))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24 10:00", "Oui, jusqu'à 17 heures, avec une pause de midi à 14 heures."),
        ("2026-11-24 15:00", "Oui, jusqu'à 17 heures."),
        ("2026-11-24 11:45", "Oui, mais cela ferme bientôt, à midi, et rouvre à 14 heures."),
        ("2026-11-24 16:50", "Oui, mais cela ferme bientôt, à 17 heures."),
        ("2026-11-24 12:30", "C'est la pause. Le service rouvre à 14 heures."),
        ("2026-11-24 07:00", "Le service est encore fermé. Il ouvre à 9 heures."),
        ("2026-11-24 18:00", "Le service est fermé. Il rouvre demain à 9 heures."),
        ("2026-11-27 18:00", "Le service est fermé. Il rouvre demain à 9 heures, sur rendez-vous."),
        ("2026-11-28 13:00", "Le service est fermé. Il rouvre lundi à 9 heures."),
        (
            "2026-11-11 10:00",
            "Le service est fermé : c'est férié, c'est l'Armistice. Il rouvre demain à 9 heures.",
        ),
    ],
)
def test_open_now(now: str, expected: str) -> None:
    assert heard("vous êtes ouverts ?", now) == expected


def test_yes_is_not_said_to_whoever_asks_whether_it_is_closed() -> None:
    assert heard("c'est fermé ?", "2026-11-24 15:00") == "C'est ouvert jusqu'à 17 heures."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("demain", f"Demain, c'est ouvert {USUAL}."),
        ("samedi matin", "Samedi matin, c'est ouvert de 9 heures à midi, sur rendez-vous."),
        (
            "samedi après-midi",
            "Samedi après-midi, c'est fermé. Samedi, c'est ouvert de 9 heures à midi, sur rendez-vous.",
        ),
        ("ce soir", f"Ce soir, c'est fermé. Aujourd'hui, c'est ouvert {USUAL}."),
        ("dimanche", "Dimanche, c'est fermé. Le service rouvre lundi à 9 heures."),
        (
            "le 25 décembre",
            "Vendredi 25 décembre, c'est fermé : c'est férié, c'est Noël. "
            "Le service rouvre samedi 26 décembre à 9 heures, sur rendez-vous.",
        ),
        ("demain à 15h", "Demain à 15 heures, c'est ouvert, jusqu'à 17 heures."),
        ("demain à 13h", f"Demain à 13 heures, c'est fermé. Demain, c'est ouvert {USUAL}."),
        ("dimanche à 10h", "Dimanche, c'est fermé. Le service rouvre lundi à 9 heures."),
        (
            "ce week-end",
            "Samedi, c'est ouvert de 9 heures à midi, sur rendez-vous. Dimanche, c'est fermé.",
        ),
        ("le 1er décembre", f"Mardi 1er décembre, c'est ouvert {USUAL}."),
        ("le 8 novembre 2027", f"Lundi 8 novembre 2027, c'est ouvert {USUAL}."),
    ],
)
def test_on_a_day(said: str, expected: str) -> None:
    assert heard(said, "2026-11-24 10:30") == expected


def test_today_is_over_in_the_evening() -> None:
    assert heard("aujourd'hui", "2026-11-24 18:00") == (
        "C'est fini pour aujourd'hui, c'était jusqu'à 17 heures. Le service rouvre demain à 9 heures."
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("le samedi", "Le samedi, c'est ouvert de 9 heures à midi, sur rendez-vous."),
        ("le dimanche", f"Le dimanche, c'est fermé. C'est ouvert {ALL_WEEK}, et {SATURDAYS}."),
        ("le lundi soir", f"Le lundi soir, c'est fermé. Ce jour-là, c'est ouvert {USUAL}."),
        (
            "le week-end",
            "Le samedi, c'est ouvert de 9 heures à midi, sur rendez-vous. Le dimanche, c'est fermé.",
        ),
        (
            "le matin",
            "Le matin, c'est ouvert du lundi au vendredi de 9 heures à midi, "
            "et le samedi de 9 heures à midi, sur rendez-vous.",
        ),
        (
            "entre midi et deux",
            f"Entre midi et 14 heures, c'est fermé. C'est ouvert {ALL_WEEK}, et {SATURDAYS}.",
        ),
        ("les jours fériés", "Les jours fériés, c'est fermé."),
        ("quels sont les horaires", f"C'est ouvert {ALL_WEEK}, et {SATURDAYS}."),
    ],
)
def test_every_week(said: str, expected: str) -> None:
    assert heard(said, "2026-11-24 10:30") == expected


def test_a_holiday_that_comes_soon_is_told_to_whoever_asks_in_general() -> None:
    assert heard("vos horaires", "2026-11-09 10:00").endswith(
        "Mercredi, c'est fermé : c'est férié, c'est l'Armistice."
    )


def test_days_closed_for_one_reason_are_told_at_once() -> None:
    closed = {"date_debut": "2027-08-02", "date_fin": "2027-08-13", "commentaire": "Congés annuels"}
    said = heard("en août", "2027-07-20 10:00", service(exceptions=[closed]))
    assert said == (
        f"C'est ouvert {ALL_WEEK}, et {SATURDAYS}. "
        "De lundi 2 août à vendredi 13 août, c'est fermé : congés annuels."
    )


def test_a_day_opened_out_of_the_ordinary_says_why() -> None:
    opened = {
        "date_debut": "2026-11-29",
        "date_fin": "2026-11-29",
        "valeur_heure_debut_1": "10:00:00",
        "valeur_heure_fin_1": "16:30:00",
        "commentaire": "Journée portes ouvertes",
    }
    said = heard("dimanche", "2026-11-24 10:00", service(exceptions=[opened]))
    assert said == "Dimanche, c'est ouvert de 10 heures à 16 heures 30 : journée portes ouvertes."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("c'est ouvert ?", "Oui, jour et nuit, tous les jours."),
        ("vos horaires", "C'est ouvert jour et nuit, tous les jours."),
        ("demain à 3h du matin", "Demain à 3 heures, c'est ouvert : le service répond jour et nuit."),
        ("le dimanche", "Le dimanche, c'est ouvert, comme tous les jours."),
        ("les jours fériés", "Les jours fériés aussi, c'est ouvert jour et nuit."),
        ("à Noël", "Vendredi 25 décembre, c'est ouvert jour et nuit, même si c'est férié."),
    ],
)
def test_day_and_night(said: str, expected: str) -> None:
    assert heard(said, "2026-11-24 10:30", DAY_AND_NIGHT) == expected


def test_days_apart_with_the_same_hours_are_named() -> None:
    days = [{**SATURDAY, "nom_jour_debut": day, "nom_jour_fin": day} for day in ("lundi", "mardi", "jeudi")]
    said = heard("vos horaires", "2026-11-24 10:30", service(plage_ouverture=days))
    assert said == "C'est ouvert le lundi, le mardi et le jeudi de 9 heures à midi, sur rendez-vous."


def test_hours_not_confirmed_by_the_city_are_said_to_be_so() -> None:
    said = heard("demain", "2026-11-24 10:30", service(a_verifier=True))
    assert said == f"Demain, c'est ouvert {USUAL}. {TO_CONFIRM}"


def test_on_a_screen_hours_are_written_short() -> None:
    kept = service(plage_ouverture=[{**WEEK, "valeur_heure_debut_1": "08:30:00"}])
    shown = sentence(hours("demain", "2026-11-24 10:30", kept), Medium.CHAT)
    assert shown == "Demain, c'est ouvert de 8 h 30 à midi et de 14 h à 17 h."


def test_what_is_open_is_told_apart_without_reading_the_sentence() -> None:
    assert hours("c'est ouvert ?", "2026-11-24 10:30").is_open
    assert not hours("c'est ouvert ?", "2026-11-24 12:30").is_open
    assert hours("demain", "2026-11-24 10:30").is_open
    assert not hours("dimanche", "2026-11-24 10:30").is_open


@pytest.mark.parametrize("code", sorted(NIMES.services))
@pytest.mark.parametrize(
    "said", ["c'est ouvert", "horaires", "demain matin", "le samedi", "à Noël", "ce soir"]
)
def test_every_service_of_the_city_has_an_answer_that_can_be_read_aloud(code: str, said: str) -> None:
    spoken = text_for_voice(heard(said, "2026-11-24 10:30", NIMES.services[code]))
    assert not re.search(r"\d|  |,,|\.\.", spoken)
    assert spoken.endswith(".")
