"""Names of streets as different files spell them."""

from __future__ import annotations

from integrations.addresses_words import ARTICLES
from integrations.city import City
from integrations.directory_words import plain

_ABBREVIATIONS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bvd": "boulevard",
    "che": "chemin",
    "chem": "chemin",
    "imp": "impasse",
    "pl": "place",
    "rte": "route",
    "sq": "square",
    "dr": "docteur",
    "st": "saint",
    "ste": "sainte",
    "gal": "general",
    "mal": "marechal",
    "pr": "professeur",
}


class StreetNames:
    """The city's streets by their names, aliases too, as different files spell them."""

    def __init__(self, city: City) -> None:
        self._exact: dict[str, str] = {}
        self._bare: dict[str, str | None] = {}
        self._cache: dict[str, str | None] = {}
        for street in city.streets:
            for name in (street.name, *street.aliases):
                self._exact.setdefault(spelled_out(name), street.name)
                bare = without_articles(name)
                # A bare name that two streets share names neither.
                is_shared = self._bare.get(bare, street.name) != street.name
                self._bare[bare] = None if is_shared else street.name

    def find(self, name: str) -> str | None:
        """The street of the city that a name means, None when that is not sure."""
        if name not in self._cache:
            self._cache[name] = self._exact.get(spelled_out(name)) or self._bare.get(without_articles(name))
        return self._cache[name]


def spelled_out(name: str) -> str:
    """A street's name without accents and abbreviations."""
    return " ".join(_ABBREVIATIONS.get(word.rstrip("."), word) for word in plain(name).split())


def without_articles(name: str) -> str:
    """The same without "de", "la"…"""
    return " ".join(word for word in spelled_out(name).split() if word not in ARTICLES)
