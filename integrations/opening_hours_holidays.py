"""French public holidays (metropolitan France) and what they are called in a sentence.

The first look-up loads the calendars of every country, close to a second: whoever serves calls looks one up
at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

_WITH_ARTICLE = {
    "Jour de l'an": "le jour de l'an",
    "Lundi de Pâques": "le lundi de Pâques",
    "Fête du Travail": "la fête du Travail",
    "Fête de la Victoire": "la fête de la Victoire",
    "Ascension": "l'Ascension",
    "Lundi de Pentecôte": "le lundi de Pentecôte",
    "Fête nationale": "la Fête nationale",
    "Assomption": "l'Assomption",
    "Toussaint": "la Toussaint",
    "Armistice": "l'Armistice",
}


def public_holiday(day: date) -> str:
    """What a public holiday is called, after "c'est": "l'Armistice", "Noël"; "" on any other day."""
    return _of_year(day.year).get(day, "")


def easter_monday(year: int) -> date:
    """Easter Monday; the other moving feasts are counted from it."""
    return next(day for day, name in _of_year(year).items() if "lundi de Pâques" in name)


@lru_cache(maxsize=8)
def _of_year(year: int) -> Mapping[date, str]:
    # Two feasts may fall on one day: the library then separates their names with a semicolon.
    named = holidays.country_holidays("FR", years=year, language="fr")
    return MappingProxyType(
        {
            day: " et ".join(_WITH_ARTICLE.get(name, name) for name in names.split("; "))
            for day, names in named.items()
        }
    )
