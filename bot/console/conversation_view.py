"""One conversation as its page shows it: turns with what the dialogue engine made of them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.store.conversation_facts import UNSURE_WORDS
from bot.store.models import Conversation, Turn
from bot.store.trackers import TrackedTurn

# Two clocks of one machine, and the way between two processes.
SLACK_MS = 1500
# As long a wait fills the whole of a bar; longer ones look the same and have their figure.
FULL_BAR_MS = 3000


@dataclass(frozen=True, slots=True)
class Stage:
    """How long one part of an answer took. share: of the bar, in percent."""

    name: str
    ms: int

    @property
    def share(self) -> int:
        return min(100, round(100 * self.ms / FULL_BAR_MS))


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing named in a turn. score: 0 to 1, None when the engine did not tell."""

    name: str
    value: str
    score: float | None


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn. decisions: what the engine was given because of it and did, usually one."""

    id: int
    position: int
    speaker: str
    text: str
    start_ms: int
    end_ms: int
    was_cut_off: bool
    confidence: float | None
    intent: str
    intent_confidence: float | None
    entities: Sequence[Entity]
    stages: Sequence[Stage]
    decisions: Sequence[TrackedTurn]

    @property
    def is_unsure_of_words(self) -> bool:
        return self.confidence is not None and self.confidence < UNSURE_WORDS


def turn_views(
    conversation: Conversation, turns: Sequence[Turn], tracked: Sequence[TrackedTurn]
) -> list[TurnView]:
    """Join what was said with what the dialogue engine remembers."""
    decisions = _by_turn(conversation.started_at, turns, tracked)
    return [_view(turn, decisions.get(turn.position, ())) for turn in turns]


def turn_view(turn: Turn) -> TurnView:
    """A turn by itself, without what the dialogue engine decided."""
    return _view(turn, ())


def _by_turn(
    started_at: datetime, turns: Sequence[Turn], tracked: Sequence[TrackedTurn]
) -> Mapping[int, Sequence[TrackedTurn]]:
    """The engine was given the caller's turns once they were recognised: the clock tells which is which."""
    callers = sorted(
        (turn for turn in turns if turn.speaker == "caller"),
        key=lambda turn: turn.end_ms + (turn.recognition_ms or 0),
    )
    given_ms = [turn.end_ms + (turn.recognition_ms or 0) - SLACK_MS for turn in callers]
    found: dict[int, list[TrackedTurn]] = {}
    for each in tracked:
        at_ms = (each.at - started_at).total_seconds() * 1000
        place = bisect_right(given_ms, at_ms)
        # Of turns that follow each other fast, the one with the same words.
        near = [turn for turn in callers[max(0, place - 2) : place] if turn.text == each.text]
        if near:
            found.setdefault(near[-1].position, []).append(each)
        elif place:
            found.setdefault(callers[place - 1].position, []).append(each)
    return found


def _view(turn: Turn, decisions: Sequence[TrackedTurn]) -> TurnView:
    stages = (
        ("Reconnaissance", turn.recognition_ms),
        ("Dialogue", turn.dialogue_ms),
        ("Voix", turn.synthesis_ms),
        ("Silence entendu", turn.silence_ms),
    )
    return TurnView(
        id=turn.id,
        position=turn.position,
        speaker=turn.speaker,
        text=turn.text,
        start_ms=turn.start_ms,
        end_ms=max(turn.start_ms, turn.end_ms),
        was_cut_off=turn.was_cut_off,
        confidence=turn.confidence,
        intent=turn.intent,
        intent_confidence=turn.intent_confidence,
        entities=[_entity(each) for each in turn.entities if isinstance(each, dict)],
        stages=[Stage(name, ms) for name, ms in stages if ms is not None],
        decisions=decisions,
    )


def _entity(raw: Mapping[str, Any]) -> Entity:
    score = raw.get("confidence_entity")
    return Entity(
        str(raw.get("entity") or ""),
        str(raw.get("value") or ""),
        float(score) if isinstance(score, int | float) else None,
    )
