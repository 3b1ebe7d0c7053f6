"""What a caller says to the read-back of a report: yes, no, or what is wrong. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.place_match import hear_place, house_numbers
from actions.report_draft import NUMBER, ReportDraft
from actions.turn import Entity, Turn
from actions.world import World, heard_problem
from integrations.protocols import Place

_ABOUT_PLACE = re.compile(r"\b(?:lieu|endroit|adresse|rue|place|numéro|où)\b", re.IGNORECASE)
_ABOUT_PROBLEM = re.compile(r"\b(?:problème|probleme|souci|description)\b", re.IGNORECASE)
_ABOUT_BOTH = re.compile(r"\b(?:tout|les deux|rien)\b", re.IGNORECASE)
# "Le lieu", "c'est l'adresse qui ne va pas".
_A_PART = 6


def answer_confirmation(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    corrected = correct(draft, turn, world)
    if corrected is not None:
        return corrected.but(is_correcting=False, misses=0)
    if draft.is_correcting:
        return _answer_what_is_wrong(draft, turn)
    if turn.intent == "affirm":
        return draft.but(is_confirmed=True, misses=0)
    if turn.intent in ("deny", "correct_that"):
        return draft.but(is_correcting=True)
    return None


def says_what_is_wrong(draft: ReportDraft, turn: Turn) -> bool:
    """Whether a few words, "l'adresse", say which part is to be corrected, whatever else they look like."""
    is_short = 0 < len(turn.text.split()) <= _A_PART
    words = (_ABOUT_BOTH, _ABOUT_PROBLEM, _ABOUT_PLACE)
    return draft.is_correcting and is_short and any(about.search(turn.text) for about in words)


def _answer_what_is_wrong(draft: ReportDraft, turn: Turn) -> ReportDraft | None:
    no_place = {"place": None, "choices": (), "skipped": tuple(s for s in draft.skipped if s != NUMBER)}
    no_problem = {"problem_code": "", "description": "", "answers": {}, "is_dangerous": False}
    if _ABOUT_BOTH.search(turn.text):
        return draft.but(**no_place, **no_problem, is_correcting=False, misses=0)
    if _ABOUT_PROBLEM.search(turn.text):
        return draft.but(**no_problem, is_correcting=False, misses=0)
    if _ABOUT_PLACE.search(turn.text):
        return draft.but(**no_place, is_correcting=False, misses=0)
    if turn.intent == "affirm":
        return draft.but(is_confirmed=True, is_correcting=False, misses=0)
    return None


def correct(draft: ReportDraft, turn: Turn, world: World) -> ReportDraft | None:
    """Apply a correction said in so many words ("non, pas République, Résistance"); None without any."""
    if not turn.text or (turn.intent == "affirm" and not turn.entities):
        return None
    place = _other_place(draft, turn, world)
    if place is not None:
        kept = place.house_number or (draft.place.house_number if draft.place else "")
        return draft.but(place=replace(place, house_number=kept), choices=())
    if draft.place and draft.place.street:
        # "C'est pas le 31, c'est le 41": of two numbers the right one is said last.
        others = [number for number in house_numbers(turn) if number != draft.place.house_number]
        if others:
            return draft.but(place=replace(draft.place, house_number=others[-1]))
    problem = heard_problem(turn, world)
    if problem is not None and problem.code != draft.problem_code:
        description = f"{draft.description} {turn.text}".strip()
        return draft.but(problem_code=problem.code, description=description, answers={}, is_dangerous=False)
    return None


def _other_place(draft: ReportDraft, turn: Turn, world: World) -> Place | None:
    """The place of a correction: of two that are named, the one that the draft does not hold."""
    present = draft.place.street or draft.place.landmark if draft.place else ""
    is_correction = turn.intent in ("correct_that", "deny", "inform")
    said = [entity.value for entity in turn.entities if entity.kind in ("street", "landmark")]
    if is_correction and not said:
        said = [re.sub(r"(?i)^\W*non\b[\s,]*(?:pas\b)?", "", turn.text)]
    for words in reversed(said):
        heard = _named_place(words, turn, world)
        if heard is not None and (heard.street or heard.landmark) != present:
            numbers = house_numbers(turn) if turn.values("house_number") else ()
            return replace(heard, house_number=numbers[0] if numbers else heard.house_number)
    return None


def _named_place(words: str, turn: Turn, world: World) -> Place | None:
    """The place that some words of the turn name; an entity is believed more readily than bare words."""
    kinds = {entity.kind: entity for entity in turn.entities if entity.value == words}
    entities = (Entity(next(iter(kinds)), words, 0, len(words)),) if kinds else ()
    alone = replace(turn, text=words, intent="correct_that" if kinds else "deny", entities=entities)
    return hear_place(alone, world.addresses, is_asked=True).place
