"""Which service of the city, or which other authority, a turn is about. Pure: no Rasa, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from actions.turn import Turn
from integrations.city_models import Authority, Service
from integrations.desk_callbacks import SWITCHBOARD
from integrations.directory_city import Candidate, CityDirectory

__all__ = ["SWITCHBOARD", "Entry", "HeardService", "hear_service", "spoken_name"]

Entry = Service | Authority
# Of two candidates nearer than this the caller is asked which one is meant.
CLOSE = 0.08
# A service that was named but only dimly is not preferred to the words around it.
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class HeardService:
    """What a turn says of a service.

    entry: the one meant; None when there are several, or none. choices: those that may be meant.
    score: of the likeliest, 0 to 1.
    """

    entry: Entry | None = None
    choices: tuple[Entry, ...] = ()
    score: float = 0.0


def hear_service(turn: Turn, directory: CityDirectory) -> HeardService:
    """The service or authority that a turn names."""
    named = " ".join(turn.values("service"))
    found = directory.find_services(named) if named else ()
    if not found or found[0].score < _SURE:
        found = max(found, directory.find_services(turn.text), key=_best_score)
    if not found:
        return HeardService()
    near = tuple(candidate.entry for candidate in found if found[0].score - candidate.score < CLOSE)
    if len(near) == 1:
        return HeardService(entry=near[0], score=found[0].score)
    return HeardService(choices=near[:2], score=found[0].score)


def _best_score(found: tuple[Candidate, ...]) -> float:
    return found[0].score if found else 0.0


def spoken_name(entry: Entry) -> str:
    """How people call it: "le service des passeports", "la CAF"."""
    return entry.names[0]
