"""The city's procedures, `city/<name>/procedures/*.yml`: one file a theme, checked when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, ValidationError
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from integrations.city import City
from integrations.city_models import Model, Phrases, Slug, Text, Url
from integrations.city_yaml import CityDataError, MarkedYaml, read_yaml

# Two phrasings, or two titles, closer than this say the same thing with the same words.
_SAME_PHRASING = 0.94
_SAME_TITLE = 0.95
_SAME_SUMMARY = 0.95


class Procedure(Model):
    """One procedure, told in easy French: every sentence of it is read aloud as it stands.

    phrasings: how people ask for it, situations included. where: code of the service that deals with it.
    online: where it can be done or read on the web. source: what its facts were taken from and are checked
    against. a_verifier: local facts in it are not public, so the bot says that they are to be confirmed.
    """

    code: Slug
    title: Text
    theme: Text
    phrasings: Annotated[Phrases, Field(min_length=8)]
    summary: Text
    documents: tuple[Text, ...]
    price: Text
    delay: Text
    where: Slug
    who: Text
    online: Url | None
    source: Text
    a_verifier: bool = False


def load_procedures(city: City) -> Mapping[str, Procedure]:
    """Read every theme of a city, by code, themes in the order of their file names.

    Raises CityDataError that names file, line and field: unknown service, a code or a phrasing that stands
    twice, entries that say the same thing.
    """
    procedures: dict[str, Procedure] = {}
    documents: dict[str, MarkedYaml] = {}
    for path in sorted((city.folder / "procedures").glob("*.yml")):
        document = read_yaml(path)
        for procedure in _read_theme(document, city):
            if procedure.code in procedures:
                raise CityDataError(document.fault(("procedures", procedure.code), "stands twice"))
            procedures[procedure.code] = procedure
            documents[procedure.code] = document
    if not procedures:
        raise CityDataError(f"{city.folder / 'procedures'}:1: no procedure at all")
    _refuse_near_duplicates(procedures, documents)
    return MappingProxyType(procedures)


def procedure_titles(city: City) -> Mapping[str, str]:
    """Read the titles by code, a tenth of the work of `load_procedures`, which checks all and has its word.

    Raises CityDataError when a file cannot be read.
    """
    titles: dict[str, str] = {}
    for path in procedure_files(city.folder):
        document = read_yaml(path)
        for code, fields in document.data["procedures"].items():
            titles[code] = str(fields["title"])
    return titles


def procedure_files(folder: Path) -> list[Path]:
    """The files of a city's procedures, one a theme."""
    return sorted((folder / "procedures").glob("*.yml"))


def _read_theme(document: MarkedYaml, city: City) -> list[Procedure]:
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("procedures"), dict) or not data.get("theme"):
        raise CityDataError(document.fault((), "needs theme and procedures"))
    read: list[Procedure] = []
    faults: list[str] = []
    for code, fields in data["procedures"].items():
        location = ("procedures", code)
        try:
            entry = {"online": None, **(fields or {}), "code": code, "theme": data["theme"]}
            procedure = Procedure.model_validate(entry)
        except ValidationError as error:
            faults += [document.fault((*location, *e["loc"]), e["msg"]) for e in error.errors()]
            continue
        if procedure.where not in city.services:
            faults.append(document.fault((*location, "where"), f"unknown service {procedure.where}"))
        read.append(procedure)
    if faults:
        raise CityDataError("\n".join(faults))
    return read


def _refuse_near_duplicates(procedures: Mapping[str, Procedure], documents: Mapping[str, MarkedYaml]) -> None:
    faults = [*_same_phrasings(procedures, documents), *_same_entries(procedures, documents)]
    if faults:
        raise CityDataError("\n".join(faults))


def _in_any_order(text: str) -> str:
    """The words sorted: the same words in another order are the same phrasing."""
    return " ".join(sorted(text.casefold().split()))


def _same_phrasings(procedures: Mapping[str, Procedure], documents: Mapping[str, MarkedYaml]) -> list[str]:
    places = [(code, index) for code, p in procedures.items() for index in range(len(p.phrasings))]
    phrasings = [_in_any_order(procedures[code].phrasings[index]) for code, index in places]
    alike = cdist(phrasings, phrasings, scorer=Indel.normalized_similarity, score_cutoff=_SAME_PHRASING)
    faults = []
    for one, other in zip(*alike.nonzero(), strict=True):
        if one < other:
            code, index = places[other]
            said = procedures[code].phrasings[index]
            other_code, other_index = places[one]
            close = procedures[other_code].phrasings[other_index]
            reason = f"« {said} » is too close to « {close} » of {other_code}"
            faults.append(documents[code].fault(("procedures", code, "phrasings", index), reason))
    return faults


def _same_entries(procedures: Mapping[str, Procedure], documents: Mapping[str, MarkedYaml]) -> list[str]:
    codes = list(procedures)
    titles = [_in_any_order(procedures[code].title) for code in codes]
    summaries = [procedures[code].summary.casefold() for code in codes]
    alike = cdist(titles, titles, scorer=Indel.normalized_similarity) >= _SAME_TITLE
    alike |= cdist(summaries, summaries, scorer=Indel.normalized_similarity) >= _SAME_SUMMARY
    return [
        documents[codes[other]].fault(("procedures", codes[other]), f"says the same as {codes[one]}")
        for one, other in zip(*alike.nonzero(), strict=True)
        if one < other
    ]
