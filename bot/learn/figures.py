"""A model before and after, in figures, and whether the new one may serve callers; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from bot.evaluate.understanding import (
    FALLBACK,
    Turn,
    entity_scores_by_word,
    intent_accuracy,
    total,
    value_accuracy,
)
from bot.learn.played import Played

EMERGENCY = "emergency"
T = TypeVar("T")
_NOT_A_WISH = (FALLBACK, "out_of_scope")
_PROCEDURES = ("ask_procedure", "ask_procedure_detail")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one model made of the regression set.

    turns: of the evaluation set. nonsense: words without a meaning. procedures: requests that a procedure
    answers. dangers: sentences of danger that the detector, which needs no model, does not know by itself.
    ordinary: sentences that only sound like one. conversations: the learned ones, played to their ends.
    """

    turns: Sequence[Turn]
    nonsense: Sequence[Turn]
    procedures: Sequence[Turn]
    dangers: Sequence[Turn]
    ordinary: Sequence[Turn]
    conversations: Sequence[Played]


@dataclass(frozen=True, slots=True)
class Case:
    """One learned test in a figure, without anybody's words. review: number of the correction it came from.

    before, after: what was found, in French; "" for all is well.
    """

    review: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both models. whole: of how many. tolerance: how much worse it may get.

    Shares are from 0 to 1; `is_count` figures count faults. higher_is_better: of shares of what is right.
    is_judged: a figure that is not refuses no model. note: what else to know, in French.
    """

    name: str
    title: str
    before: float
    after: float
    whole: int
    tolerance: float
    higher_is_better: bool = True
    is_count: bool = False
    is_judged: bool = True
    note: str = ""
    cases: tuple[Case, ...] = ()

    @property
    def is_worse(self) -> bool:
        """Whether it got worse by more than is tolerated."""
        change = self.after - self.before if self.higher_is_better else self.before - self.after
        # Shares are quotients: the last bits of a float decide nothing.
        return self.is_judged and change < -self.tolerance - 1e-9

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_worse": self.is_worse}


_Count = Callable[[Measured], tuple[float, int]]


def compared(before: Measured, after: Measured) -> list[Figure]:
    """All figures; a model is refused when any of them is worse."""
    figures = [
        _share("intents", "Intentions reconnues", before, after, _intents, 0.005),
        _share("entities", "Entités trouvées (F1 par mot)", before, after, _entities, 0.005),
        _share("aspects", "Aspects de démarche bien compris", before, after, _aspects, 0.02),
        _share("procedures", "Demandes de démarche comprises comme telles", before, after, _procedures, 0.01),
        _share("nonsense", "Bruits non pris pour une demande", before, after, _nonsense, 0.02),
        _count("dangers_missed", "Dangers qu'aucune oreille ne reconnaît", before, after, _dangers_missed, 0),
        _count(
            "emergencies_missed", "Urgences de l'évaluation manquées", before, after, _emergencies_missed, 0
        ),
        _count("false_alarms", "Phrases ordinaires prises pour une urgence", before, after, _false_alarms, 1),
    ]
    if after.conversations:
        title = "Conversations apprises bien menées"
        share = _share("conversations", title, before, after, _conversations, 0.0)
        figures.append(replace(share, cases=_cases(before.conversations, after.conversations)))
    return figures


def is_worse(figures: Sequence[Figure]) -> bool:
    return any(figure.is_worse for figure in figures)


def _share(
    name: str, title: str, before: Measured, after: Measured, count: _Count, tolerance: float
) -> Figure:
    was, _ = count(before)
    now, whole = count(after)
    return Figure(name, title, was, now, whole, tolerance)


def _count(
    name: str, title: str, before: Measured, after: Measured, count: _Count, tolerance: float
) -> Figure:
    was, _ = count(before)
    now, whole = count(after)
    return Figure(name, title, was, now, whole, tolerance, higher_is_better=False, is_count=True)


def _intents(measured: Measured) -> tuple[float, int]:
    return intent_accuracy(measured.turns), len(measured.turns)


def _entities(measured: Measured) -> tuple[float, int]:
    score = total(entity_scores_by_word(measured.turns))
    return score.f1, score.wanted


def _aspects(measured: Measured) -> tuple[float, int]:
    named = sum(entity.name == "procedure_aspect" for turn in measured.turns for entity in turn.entities)
    return value_accuracy(measured.turns, "procedure_aspect"), named


def _procedures(measured: Measured) -> tuple[float, int]:
    return _of(measured.procedures, lambda turn: turn.found_intent in _PROCEDURES)


def _nonsense(measured: Measured) -> tuple[float, int]:
    return _of(measured.nonsense, lambda turn: turn.found_intent in _NOT_A_WISH)


def _dangers_missed(measured: Measured) -> tuple[float, int]:
    return float(sum(turn.found_intent != EMERGENCY for turn in measured.dangers)), len(measured.dangers)


def _emergencies_missed(measured: Measured) -> tuple[float, int]:
    wanted = [turn for turn in measured.turns if turn.intent == EMERGENCY]
    return float(sum(turn.found_intent != EMERGENCY for turn in wanted)), len(wanted)


def _false_alarms(measured: Measured) -> tuple[float, int]:
    ordinary = [*measured.ordinary, *(turn for turn in measured.turns if turn.intent != EMERGENCY)]
    return float(sum(turn.found_intent == EMERGENCY for turn in ordinary)), len(ordinary)


def _conversations(measured: Measured) -> tuple[float, int]:
    return _of(measured.conversations, lambda played: played.is_right)


def _cases(before: Sequence[Played], after: Sequence[Played]) -> tuple[Case, ...]:
    return tuple(Case(now.review, was.fault, now.fault) for was, now in zip(before, after, strict=True))


def _of(items: Sequence[T], is_right: Callable[[T], bool]) -> tuple[float, int]:
    return (sum(map(is_right, items)) / len(items) if items else 1.0), len(items)
