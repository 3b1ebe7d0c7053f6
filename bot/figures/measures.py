"""What is counted of conversations, and how counts of days are added up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Measure(StrEnum):
    """What is counted, by which item.

    HOUR, FATE, INTENT, PROCEDURE, RATING count conversations: by hour of the day of the city ("00" to "23"),
    by `Fate`, by the intent wanted last ("" for none), by code of each procedure told, by "yes" or "no"
    pressed at the end. The others count turns: the four stages by bucket of ms (`bot.figures.buckets`), WORDS
    and MEANING by tenth of the confidence ("0" to "9") of the recogniser and of the dialogue engine, TURN by
    "sure" or "unsure".
    """

    HOUR = "hour"
    FATE = "fate"
    INTENT = "intent"
    PROCEDURE = "procedure"
    RECOGNITION = "recognition_ms"
    DIALOGUE = "dialogue_ms"
    SYNTHESIS = "synthesis_ms"
    SILENCE = "silence_ms"
    WORDS = "words"
    MEANING = "meaning"
    TURN = "turn"
    RATING = "rating"


class Fate(StrEnum):
    """What became of a conversation; each has one.

    HANDLED: by the machine alone. TRANSFERRED: a person took over. CALLBACK: a person will call back.
    ABANDONED: nothing that was wanted came of it. PASSED_ON: went to the fallback line unanswered.
    BROKEN: the machine's voice failed. OPEN: goes on, or was cut off without an end.
    """

    HANDLED = "handled"
    TRANSFERRED = "transferred"
    CALLBACK = "callback"
    ABANDONED = "abandoned"
    PASSED_ON = "passed_on"
    BROKEN = "broken"
    OPEN = "open"


# By measure and item, how often.
Counts = Mapping[Measure, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What one channel's conversations of a day came to."""

    day: date
    channel: str
    counts: Counts


def add_up(found: Iterable[Counts]) -> Counts:
    """Return what all of them come to together; every measure is there."""
    total: dict[Measure, dict[str, int]] = {measure: {} for measure in Measure}
    for counts in found:
        for measure, items in counts.items():
            into = total[measure]
            for item, n in items.items():
                into[item] = into.get(item, 0) + n
    return total
