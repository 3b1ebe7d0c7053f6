"""What a rule of the emergency detector is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.emergency_phrases import Phrase, phrases, words


class EmergencyKind(StrEnum):
    """What kind of danger people are in."""

    FIRE = "fire"
    GAS = "gas"
    MEDICAL = "medical"
    POISON = "poison"
    VIOLENCE = "violence"
    SUSPICIOUS_OBJECT = "suspicious_object"
    SUICIDE = "suicide"
    DROWNING = "drowning"
    FLOOD = "flood"
    MISSING_PERSON = "missing_person"
    ACCIDENT = "accident"
    COLLAPSE = "collapse"
    TRAPPED = "trapped"
    ELECTROCUTION = "electrocution"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Rule:
    """Ways in which a danger is said.

    is_certain: said of the present; otherwise a past, a formality or a negation makes it no emergency.
    unless: words of the sentence with which this one speaks of something else.
    of_person: no emergency if "il" or "elle" is a thing or an animal.
    is_early: safe on half a sentence.
    """

    kind: EmergencyKind
    phrases: tuple[Phrase, ...]
    is_certain: bool
    unless: re.Pattern[str] | None = None
    of_person: bool = False
    is_early: bool = False


def certain(
    kind: EmergencyKind, said: str, *, unless: str = "", of_person: bool = False, is_early: bool = True
) -> Rule:
    """A danger said of the present. said: phrases, one a line; unless: words separated by bars."""
    return Rule(kind, phrases(said), True, words(unless) if unless else None, of_person, is_early)


def likely(kind: EmergencyKind, said: str, *, unless: str = "", of_person: bool = False) -> Rule:
    """A danger that may as well be a story, a claim or a question; never decided on half a sentence."""
    return Rule(kind, phrases(said), False, words(unless) if unless else None, of_person)
