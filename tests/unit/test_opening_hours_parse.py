"""Which moment a question about opening hours is about, as callers ask it and as a recogniser writes it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from integrations.opening_hours import PARIS
from integrations.opening_hours_parse import parse_when
from integrations.opening_hours_when import (
    EVERY_DAY,
    Date,
    Dates,
    General,
    Habit,
    Holidays,
    Moment,
    Now,
    PartOfDay,
    When,
)

TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=PARIS)
SATURDAY = datetime(2026, 11, 28, 10, 30, tzinfo=PARIS)


def day(month: int, day_number: int, part: PartOfDay | None = None, year: int = 2026) -> Date:
    return Date(date(year, month, day_number), part)


def moment(month: int, day_number: int, hour: int, minute: int = 0) -> Moment:
    return Moment(datetime(2026, month, day_number, hour, minute, tzinfo=PARIS))


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        parse_when("demain", TUESDAY.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("demain", day(11, 25)),
        ("est-ce que la mairie est ouverte demain", day(11, 25)),
        ("après-demain", day(11, 26)),
        ("apres demain apres midi", day(11, 26, PartOfDay.AFTERNOON)),
        ("aujourd'hui", day(11, 24)),
        ("ce soir c'est ouvert jusqu'à quelle heure", day(11, 24, PartOfDay.EVENING)),
        ("et cet après-midi", day(11, 24, PartOfDay.AFTERNOON)),
        ("tout à l'heure", day(11, 24)),
        ("samedi matin", day(11, 28, PartOfDay.MORNING)),
        ("samedi", day(11, 28)),
        ("lundi prochain", day(11, 30)),
        ("le lundi qui vient", day(11, 30)),
        ("mardi", day(12, 1)),
        ("ce mardi", day(11, 24)),
        ("samedi en huit", day(12, 5)),
        ("samedi en quinze", day(12, 12)),
        ("lundi de la semaine prochaine", day(11, 30)),
        ("jeudi de la semaine prochaine", day(12, 3)),
        ("dans trois jours", day(11, 27)),
        ("dans une semaine", day(12, 1)),
        ("dans quinze jours", day(12, 9)),
    ],
)
def test_days_counted_from_today(said: str, expected: Date) -> None:
    assert parse_when(said, TUESDAY) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("le 14 juillet", day(7, 14, year=2027)),
        ("vous êtes ouverts le quatorze juillet", day(7, 14, year=2027)),
        ("le premier mai", day(5, 1, year=2027)),
        ("le 24 décembre", day(12, 24)),
        ("le vingt-quatre novembre", day(11, 24)),
        ("lundi 14 décembre au matin", day(12, 14, PartOfDay.MORNING)),
        ("le lundi quatorze", day(12, 14)),
        ("le 3", day(12, 3)),
        ("24/12", day(12, 24)),
        ("le 2026-12-24", day(12, 24)),
        ("le 2 janvier 2028", day(1, 2, year=2028)),
        ("le 29 février", day(2, 29, year=2028)),
        ("à Noël", day(12, 25)),
        ("la veille de Noël", day(12, 24)),
        ("le jour de l'an", day(1, 1, year=2027)),
        ("le lundi de Pâques", day(3, 29, year=2027)),
        ("à l'ascension", day(5, 6, year=2027)),
        ("le pont de l'ascension", day(5, 7, year=2027)),
        ("le lundi de pentecôte", day(5, 17, year=2027)),
        ("pour la Toussaint", day(11, 1, year=2027)),
        ("pour l'armistice", day(11, 11, year=2027)),
    ],
)
def test_dates_and_feasts_are_the_next_ones(said: str, expected: Date) -> None:
    assert parse_when(said, TUESDAY) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("demain à dix-sept heures", moment(11, 25, 17)),
        ("samedi à 10h30", moment(11, 28, 10, 30)),
        ("à 17 heures", moment(11, 24, 17)),
        ("à huit heures", moment(11, 25, 8)),
        ("vers cinq heures", moment(11, 24, 17)),
        ("demain à cinq heures du matin", moment(11, 25, 5)),
        ("ce soir à huit heures du soir", moment(11, 24, 20)),
        ("jeudi à neuf heures et demie", moment(11, 26, 9, 30)),
        ("demain à neuf heures moins le quart", moment(11, 25, 8, 45)),
        ("dans une heure", moment(11, 24, 11, 30)),
        ("dans une demi-heure", moment(11, 24, 11)),
        ("dans un quart d'heure", moment(11, 24, 10, 45)),
        ("dans vingt minutes", moment(11, 24, 10, 50)),
    ],
)
def test_hours_of_a_day(said: str, expected: Moment) -> None:
    assert parse_when(said, TUESDAY) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("c'est ouvert le samedi", Habit((5,))),
        ("le samedi matin", Habit((5,), PartOfDay.MORNING)),
        ("tous les mercredis", Habit((2,))),
        ("le samedi et le dimanche", Habit((5, 6))),
        ("vous êtes ouverts le week-end", Habit((5, 6))),
        ("en semaine", Habit((0, 1, 2, 3, 4))),
        ("du lundi au jeudi", Habit((0, 1, 2, 3))),
        ("le jeudi à 18h", Habit((3,), PartOfDay.EVENING)),
        ("entre midi et deux", Habit(EVERY_DAY, PartOfDay.NOON)),
        ("est-ce ouvert à midi", Habit(EVERY_DAY, PartOfDay.NOON)),
        ("le soir", Habit(EVERY_DAY, PartOfDay.EVENING)),
        ("les jours fériés", Holidays()),
    ],
)
def test_what_happens_every_week(said: str, expected: When) -> None:
    assert parse_when(said, TUESDAY) == expected


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("ce week-end", date(2026, 11, 28), date(2026, 11, 29)),
        ("le week-end prochain", date(2026, 11, 28), date(2026, 11, 29)),
        ("cette semaine", date(2026, 11, 24), date(2026, 11, 29)),
        ("la semaine prochaine", date(2026, 11, 30), date(2026, 12, 6)),
        ("en août", date(2027, 8, 1), date(2027, 8, 31)),
        ("au mois de décembre", date(2026, 12, 1), date(2026, 12, 31)),
        ("cet été", date(2027, 7, 1), date(2027, 8, 31)),
        ("le week-end de pâques", date(2027, 3, 27), date(2027, 3, 29)),
    ],
)
def test_runs_of_days(said: str, first: date, last: date) -> None:
    assert parse_when(said, TUESDAY) == Dates(first, last)


def test_on_a_saturday_this_week_end_is_now_and_the_next_one_is_not() -> None:
    assert parse_when("ce week-end", SATURDAY) == Dates(date(2026, 11, 28), date(2026, 11, 29))
    assert parse_when("dimanche", SATURDAY) == Date(date(2026, 11, 29))
    assert parse_when("samedi", SATURDAY) == Date(date(2026, 12, 5))
    assert parse_when("le week-end prochain", SATURDAY) == Dates(date(2026, 12, 5), date(2026, 12, 6))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("c'est ouvert maintenant", Now(is_yes_no=True)),
        ("vous êtes ouverts là", Now(is_yes_no=True)),
        ("la piscine est ouverte", Now(is_yes_no=True)),
        ("c'est fermé", Now()),
        ("quand est-ce que ça rouvre", Now()),
        ("quels sont vos horaires", General()),
        ("à quelle heure ferme la mairie", General()),
        ("c'est ouvert quand", General()),
        ("la piscine", General()),
    ],
)
def test_now_and_in_general(said: str, expected: When) -> None:
    assert parse_when(said, TUESDAY) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("la mairie de la place du 8 mai 1945 est ouverte demain", day(11, 25)),
        ("les horaires de la mairie de la rue du 11 novembre", General()),
        ("c'est ouvert le 12 rue de la République", Now(is_yes_no=True)),
        ("les horaires du marché de Noël", General()),
        ("pendant les vacances de Noël quels sont les horaires", General()),
        ("les horaires pendant la feria de Pentecôte", General()),
        ("le 31 février quels horaires", General()),
        ("hier c'était fermé, c'est ouvert aujourd'hui", day(11, 24)),
    ],
)
def test_what_only_looks_like_a_date(said: str, expected: When) -> None:
    assert parse_when(said, TUESDAY) == expected
