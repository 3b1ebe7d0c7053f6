"""Turns of a caller who reports something in Nîmes, and the city they are grounded on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from actions.problem_match import ProblemMatcher
from actions.report_draft import Asked, ReportDraft
from actions.report_turn import advance
from actions.turn import Entity, Turn
from actions.world import World
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import load_city
from integrations.protocols import Place

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
REPUBLIQUE = Place(spoken="12 rue de la république", street="Rue de la République", house_number="12")
POTHOLE = ReportDraft(
    problem_code="trou_chaussee", description="un trou", place=REPUBLIQUE, answers={"danger": "non"}
)


@cache
def nimes() -> World:
    """The city, loaded once."""
    city = load_city(NIMES)
    return World(city, Gazetteer(city), ProblemMatcher(city.problem_types))


def said(text: str, intent: str = "inform", /, **named: str) -> Turn:
    """A turn, with its entities given by kind; their words must stand in the text."""
    entities = tuple(
        Entity(kind, words, text.index(words), text.index(words) + len(words))
        for kind, words in named.items()
    )
    return Turn(number=1, text=text, intent=intent, confidence=0.99, entities=entities)


def after(draft: ReportDraft, asked: Asked | None, turn: Turn, world: World) -> ReportDraft:
    result = advance(draft, asked, turn, world)
    assert result is not None, "the turn was not taken as an answer"
    return result
