"""What the city knows, for the caller's words to be grounded on."""

from __future__ import annotations

from dataclasses import dataclass

from actions.place_match import without_place
from actions.problem_match import ProblemMatch, ProblemMatcher
from actions.report_draft import OTHER
from actions.turn import Turn
from integrations.city import City
from integrations.protocols import Addresses


@dataclass(frozen=True, slots=True)
class World:
    """A city's data, and what finds its places and problems in words."""

    city: City
    addresses: Addresses
    problems: ProblemMatcher


def heard_problem(turn: Turn, world: World) -> ProblemMatch | None:
    """The problem that a turn names, None without any."""
    named = " ".join(turn.values("problem_type"))
    match = (world.problems.match(named) if named else None) or world.problems.match(without_place(turn))
    # "Autre chose" says nothing of what it is.
    return match if match is not None and match.code != OTHER else None
