"""Recognises, before and independently of the dialogue engine, that somebody is in danger now.

When a present danger and a report cannot be told apart, it is an emergency: to miss one is worse than to say
once too often whom to call. A false alarm must cost the caller one sentence, no more; `is_certain` says how
sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.emergency_guards import is_harmless
from bot.dialogue.emergency_harmless import without_harmless
from bot.dialogue.emergency_rules import EmergencyKind, Rule
from bot.dialogue.emergency_rules_body import BODY_RULES, POISON_RULES
from bot.dialogue.emergency_rules_despair import DROWNING_RULES, MISSING_RULES, SUICIDE_RULES
from bot.dialogue.emergency_rules_falls import ACCIDENT_RULES, FALL_RULES, TRAPPED_RULES
from bot.dialogue.emergency_rules_fire import COLLAPSE_RULES, ELECTRIC_RULES, FIRE_RULES, GAS_RULES
from bot.dialogue.emergency_rules_foreign import FOREIGN_RULES
from bot.dialogue.emergency_rules_health import BREATH_RULES, CONSCIOUSNESS_RULES
from bot.dialogue.emergency_rules_help import HELP_RULES, INTRUDER_RULES, OBJECT_RULES
from bot.dialogue.emergency_rules_violence import VIOLENCE_RULES
from bot.dialogue.emergency_text import canonical

# First to call, then the others. Source: ministère de l'Intérieur and service-public.fr, "Numéros d'urgence".
_NUMBERS = {
    EmergencyKind.FIRE: ("18", "112"),
    EmergencyKind.GAS: ("18", "112", "0 800 473 333"),
    EmergencyKind.MEDICAL: ("15", "112"),
    EmergencyKind.POISON: ("15", "112"),
    EmergencyKind.VIOLENCE: ("17", "112", "114"),
    EmergencyKind.SUSPICIOUS_OBJECT: ("17", "112"),
    EmergencyKind.SUICIDE: ("15", "31 14", "112"),
    EmergencyKind.DROWNING: ("18", "112"),
    EmergencyKind.FLOOD: ("18", "112"),
    EmergencyKind.MISSING_PERSON: ("17", "112"),
    EmergencyKind.ACCIDENT: ("15", "18", "112"),
    EmergencyKind.COLLAPSE: ("18", "112"),
    EmergencyKind.TRAPPED: ("18", "112"),
    EmergencyKind.ELECTROCUTION: ("18", "112"),
    EmergencyKind.HELP: ("112", "15", "18", "17"),
}
# The most precise first: who fell from a roof is first of all wounded.
_RULES: tuple[Rule, ...] = (
    *SUICIDE_RULES,
    *FIRE_RULES,
    *GAS_RULES,
    *DROWNING_RULES,
    *ELECTRIC_RULES,
    *COLLAPSE_RULES,
    *VIOLENCE_RULES,
    *INTRUDER_RULES,
    *BREATH_RULES,
    *CONSCIOUSNESS_RULES,
    *BODY_RULES,
    *POISON_RULES,
    *FALL_RULES,
    *ACCIDENT_RULES,
    *TRAPPED_RULES,
    *MISSING_RULES,
    *OBJECT_RULES,
    *FOREIGN_RULES,
    *HELP_RULES,
)

# "je me noie dans" still needs "les papiers"; the newest words of a recogniser are its least sure ones too.
_WORDS_AFTER = 2


@dataclass(frozen=True, slots=True)
class Emergency:
    """A danger that the caller speaks of.

    is_certain: said of the present; otherwise likely enough to say whom to call.
    """

    kind: EmergencyKind
    is_certain: bool

    @property
    def number(self) -> str:
        """The number to call first."""
        return _NUMBERS[self.kind][0]

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers that help, the first to call first; 114 is by SMS."""
        return _NUMBERS[self.kind]


class EmergencyDetector:
    """Pure and without state: one serves all calls."""

    def detect(self, text: str, *, is_final: bool = True) -> Emergency | None:
        """The danger in what was said or typed, None when there is none.

        is_final: False for a hypothesis of the recogniser that still grows; then only what hardly any further
            word can turn into something else is an emergency.
        """
        said = f"{without_harmless(canonical(text))} "
        matches = _matches(said) if is_final else _early_matches(said)
        likely: Emergency | None = None
        for rule, match in matches:
            if is_harmless(rule, match):
                continue
            if rule.is_certain:
                return Emergency(rule.kind, is_certain=True)
            likely = likely or Emergency(rule.kind, is_certain=False)
        return likely


def _early_matches(said: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    """Matches that stand although the sentence goes on: enough was heard after them to tell what they are."""
    for rule, match in _matches(said):
        if rule.is_certain and rule.is_early and said.count(" ", match.end()) >= _WORDS_AFTER:
            yield rule, match


def _matches(said: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    for rule in _RULES:
        for phrase in rule.phrases:
            if phrase.stems and not any(stem in said for stem in phrase.stems):
                continue
            for match in phrase.pattern.finditer(said):
                yield rule, match
