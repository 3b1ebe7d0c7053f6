"""How callers are told who takes care of their report, and how soon."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.city import City
from integrations.city_models import ProblemType


def promises(city: City) -> Iterator[tuple[str, str]]:
    """All that may be promised: who, and how soon. Danger makes a report more urgent than its problem is."""
    for problem in city.problem_types.values():
        for level in range(1, problem.priority + 1):
            yield spoken_service(problem, city), spoken_delay(level, city)


def spoken_service(problem: ProblemType | None, city: City) -> str:
    """Who takes care of a problem, as people call that service."""
    return city.services[problem.service].names[0] if problem else "un agent"


def spoken_delay(priority: int, city: City) -> str:
    """How soon reports of that priority are taken care of: in hours up to three days, else in days."""
    hours = {int(key): hours for key, hours in city.info.priority_delays_hours.items()}[priority]
    return f"{hours} heures" if hours <= 72 else f"{round(hours / 24)} jours"
