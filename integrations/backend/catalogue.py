"""What can be reported, as GeoReport v2 services, made from the city's problem types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from integrations.city import City
from integrations.city_models import ProblemType, Question, QuestionKind
from integrations.open311_extension import RESERVED_ATTRIBUTES

YES_NO_VALUES = (("oui", "Oui"), ("non", "Non"), ("ne_sait_pas", "Ne sait pas"))


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a service. values: the keys and names to choose from, () for a free text."""

    code: str
    description: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def datatype(self) -> str:
        """GeoReport's name of the kind of answer."""
        return "singlevaluelist" if self.values else "string"


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One thing that can be reported. priority: 1 to 3. delay: within which it should be settled."""

    code: str
    name: str
    group: str
    keywords: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    agency: str
    priority: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that can be reported. delays: by priority, time to settle a report. timezone: of what is shown."""

    services: Mapping[str, ServiceType]
    delays: Mapping[int, timedelta]
    timezone: tzinfo

    @property
    def agencies(self) -> frozenset[str]:
        """The services that a request can be assigned to."""
        return frozenset(service.agency for service in self.services.values())

    @classmethod
    def from_city(cls, city: City) -> Catalogue:
        """Make the catalogue of a city. Raises ValueError when a question's code is one of ours."""
        return cls(
            services={code: _service(problem, city) for code, problem in city.problem_types.items()},
            delays={
                priority: timedelta(hours=hours)
                for priority, hours in city.info.priority_delays_hours.items()
            },
            timezone=city.timezone,
        )


def _service(problem: ProblemType, city: City) -> ServiceType:
    return ServiceType(
        code=problem.code,
        name=problem.name,
        group=city.categories[problem.category],
        # Keywords are separated by commas, so none may hold one.
        keywords=tuple(phrase.replace(",", " ") for phrase in problem.spoken),
        attributes=tuple(_attribute(problem.code, question) for question in problem.questions),
        agency=city.services[problem.service].name,
        priority=problem.priority,
    )


def _attribute(problem_code: str, question: Question) -> Attribute:
    if question.code in RESERVED_ATTRIBUTES:
        raise ValueError(f"{problem_code}: a question may not have the code {question.code}: reports use it")
    values = YES_NO_VALUES if question.kind is QuestionKind.YES_NO else ()
    return Attribute(code=question.code, description=question.text, values=values)
