"""One city, loaded from its folder `city/<name>/`: everything about it that is not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from integrations.city_models import (
    Authority,
    CityInfo,
    Landmark,
    Model,
    ProblemType,
    Service,
    Street,
    StreetRow,
)
from integrations.city_yaml import CityDataError, MarkedYaml, read_rows, read_yaml

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A city's data. Mappings are keyed by code and keep the order of their file. Equal only to itself.

    folder: where it was read from. categories: code of a problem category to its official name.
    """

    folder: Path
    info: CityInfo
    categories: Mapping[str, str]
    problem_types: Mapping[str, ProblemType]
    services: Mapping[str, Service]
    authorities: Mapping[str, Authority]
    streets: tuple[Street, ...]
    landmarks: tuple[Landmark, ...]

    @property
    def timezone(self) -> ZoneInfo:
        """The city's clock."""
        return ZoneInfo(self.info.timezone)


def load_city(folder: Path) -> City:
    """Read and check a city's folder.

    Raises CityDataError that names file, line and field of each fault of the first faulty file.
    """
    info: CityInfo = read_yaml(folder / "city.yml").validate(CityInfo)
    services = _by_code(read_yaml(folder / "services.yml"), "services", Service)
    authorities = _by_code(read_yaml(folder / "authorities.yml"), "authorities", Authority)
    problems = read_yaml(folder / "problem_types.yml")
    categories = _categories(problems)
    problem_types = _by_code(problems, "types", ProblemType)
    _check_problem_types(problems, problem_types, categories, services)
    streets = _streets(folder / "streets.csv")
    landmarks_file = read_yaml(folder / "landmarks.yml")
    landmarks: tuple[Landmark, ...] = landmarks_file.validate(tuple[Landmark, ...])
    _check_landmarks(landmarks_file, landmarks, streets)
    return City(
        folder=folder,
        info=info,
        categories=MappingProxyType(categories),
        problem_types=MappingProxyType(problem_types),
        services=MappingProxyType(services),
        authorities=MappingProxyType(authorities),
        streets=streets,
        landmarks=landmarks,
    )


def _section(document: MarkedYaml, section: str) -> Mapping[str, Any]:
    found = document.data.get(section) if isinstance(document.data, dict) else None
    if not isinstance(found, dict):
        raise CityDataError(document.fault((section,), "is missing or is not a list of codes"))
    return found


def _by_code(document: MarkedYaml, section: str, model: type[ModelT]) -> dict[str, ModelT]:
    entries: dict[str, ModelT] = {}
    faults: list[str] = []
    for code, fields in _section(document, section).items():
        if not isinstance(fields, dict):
            faults.append(document.fault((section, code), "has no fields"))
            continue
        try:
            entries[code] = model.model_validate({**fields, "code": code})
        except ValidationError as error:
            faults += [document.fault((section, code, *e["loc"]), e["msg"]) for e in error.errors()]
    if faults:
        raise CityDataError("\n".join(faults))
    return entries


def _categories(document: MarkedYaml) -> dict[str, str]:
    categories: dict[str, str] = {}
    for code, name in _section(document, "categories").items():
        if not isinstance(name, str):
            raise CityDataError(document.fault(("categories", code), "has no name"))
        categories[code] = name
    return categories


def _check_problem_types(
    document: MarkedYaml,
    problem_types: Mapping[str, ProblemType],
    categories: Mapping[str, str],
    services: Mapping[str, Service],
) -> None:
    faults: list[str] = []
    owner: dict[str, str] = {}
    for code, problem in problem_types.items():
        if problem.category not in categories:
            faults.append(document.fault(("types", code, "category"), f"unknown category {problem.category}"))
        if problem.service not in services:
            faults.append(document.fault(("types", code, "service"), f"unknown service {problem.service}"))
        for index, phrase in enumerate(problem.spoken):
            other = owner.setdefault(phrase.casefold(), code)
            if other != code:
                faults.append(
                    document.fault(("types", code, "spoken", index), f"« {phrase} » is also said of {other}")
                )
    if faults:
        raise CityDataError("\n".join(faults))


def _streets(path: Path) -> tuple[Street, ...]:
    streets: list[Street] = []
    line_of: dict[str, int] = {}
    for line, row in read_rows(path, StreetRow):
        try:
            street = row.street()
        except ValidationError as error:
            raise CityDataError(f"{path}:{line}: aliases: {error.errors()[0]['msg']}") from error
        for name in (street.name, *street.aliases):
            other = line_of.setdefault(name.casefold(), line)
            if other != line:
                raise CityDataError(f"{path}:{line}: name: « {name} » already stands on line {other}")
        streets.append(street)
    if not streets:
        raise CityDataError(f"{path}:1: name: no street at all")
    return tuple(streets)


def _check_landmarks(
    document: MarkedYaml, landmarks: tuple[Landmark, ...], streets: tuple[Street, ...]
) -> None:
    known = {street.name for street in streets}
    faults = [
        document.fault((index, "street"), f"« {landmark.street} » is not in streets.csv")
        for index, landmark in enumerate(landmarks)
        if landmark.street and landmark.street not in known
    ]
    if faults:
        raise CityDataError("\n".join(faults))
